import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { EvalDefinition } from '../../src/evaluation/evalDefinition';
import type { EvalChange, EvaluatedTree, EvaluationInput } from '../../src/evaluation/evaluationInput';

export type FilesByName = Readonly<Record<string, string>>;

/** A tree of files in memory. `layOut` says where it would be. */
export function treeOf(files: FilesByName, notices: readonly string[] = []): EvaluatedTree {
  return {
    treeHash: createHash('sha1').update(JSON.stringify(files)).digest('hex'),
    read: (file) => Promise.resolve(files[file] === undefined ? undefined : Buffer.from(files[file])),
    size: (file) => Promise.resolve(files[file] === undefined ? undefined : Buffer.byteLength(files[file])),
    list: () => Promise.resolve(Object.keys(files).sort()),
    layOut: () => Promise.resolve({ directory: '/nowhere', notices }),
    installed: () => Promise.resolve(''),
  };
}

export function inputOf(head: EvaluatedTree, base: EvaluatedTree, changes: readonly EvalChange[] = []): EvaluationInput {
  return { head, base, changes, diff: () => Promise.resolve(''), dispose: () => Promise.resolve() };
}

/** One suite of all evaluators, gated. */
export function definitionOf(evaluators: EvalDefinition['evaluators'], part: Partial<EvalDefinition> = {}): EvalDefinition {
  return {
    source: 'file',
    preset: 'none',
    evaluators,
    suites: [{ name: 'all', evaluators: evaluators.map(({ name }) => name) }],
    gate: { suite: 'all' },
    setup: [],
    concurrency: availableParallelism(),
    baseline: new Map(),
    hash: 'a'.repeat(64),
    notices: [],
    read: () => Promise.resolve(undefined),
    ...part,
  };
}

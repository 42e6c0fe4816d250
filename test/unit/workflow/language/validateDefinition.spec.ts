import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeTypes } from '../../../../src/model/workflow/nodeConfig';
import type { WorkflowIssue } from '../../../../src/model/workflow/definition';
import { validateDefinition } from '../../../../src/workflow/language/validateDefinition';
import { readWorkflow } from '../../../../src/workflow/language/workflowFile';
import { longWorkflow, soundWorkflow } from '../../../support/workflowDefinitions';

const known = { agents: ['amp'], evaluators: ['eslint'], suites: ['all'], workflows: ['other'] };

/** An issue says something, and its place is in the text. */
function expectSound(issues: readonly WorkflowIssue[], text?: string): void {
  for (const { code, message, path, offset, length } of issues) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(message).toMatch(/\S/);
    expect(path === '' || path.startsWith('/')).toBe(true);
    if (text === undefined) expect([offset, length]).toEqual([undefined, undefined]);
    else {
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(length).toBeGreaterThanOrEqual(0);
      expect((offset ?? Infinity) + (length ?? Infinity)).toBeLessThanOrEqual(text.length + 1);
    }
  }
}

const ids = fc.constantFrom('start', 'a', 'b', 'c', 'run-tests', 'end', 'x1', '', 'constructor', '__proto__');
const texts = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('${variables.a}', '${nodes.b.outcome', 'nodes["run-tests"].output', '${', '$${x}', '() => 1', '({ nodes: { a } }) => a', '${nodes.c.session}', '1 +', '`${`', '${"}"}', 'variables[nodes]', '/}/.test(x)'));
const values = fc.oneof({ depthSize: 'small' }, texts, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
const fields = fc.constantFrom('prompt', 'session', 'command', 'source', 'expression', 'items', 'step', 'workflow', 'join', 'failure', 'message', 'content', 'timeoutMs', 'durationMs', 'until', 'suite', 'only', 'attempts', 'agents', 'agent', 'variables', 'as', 'select', '__proto__');
const config = fc.dictionary(fields, fc.oneof(values, fc.array(values, { maxLength: 2 }), fc.record({ type: fc.constantFrom(...nodeTypes, 'x'), config: fc.dictionary(fields, values) })), { maxKeys: 4 });
const nodes = fc.array(
  fc.record({ id: ids, type: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...nodeTypes) }, { weight: 1, arbitrary: fc.string() }), name: texts, config, position: fc.constant({ x: 0, y: 0 }), assign: fc.dictionary(ids, texts, { maxKeys: 2 }), timeoutMs: fc.integer(), attemptTimeoutMs: fc.integer() }, { requiredKeys: ['id', 'type'] }),
  { maxLength: 8 },
);
const edges = fc.array(fc.record({ id: ids, source: ids, target: ids, condition: texts, outcome: fc.constantFrom('passed', 'failed', 'x'), otherwise: fc.boolean(), maxTraversals: fc.integer() }, { requiredKeys: ['source', 'target'] }), { maxLength: 12 });
const definitions = fc.record(
  { id: ids, name: texts, schemaVersion: fc.constantFrom(1, 1, 1, 0, 2, 'x'), variables: fc.oneof(fc.dictionary(ids, values, { maxKeys: 3 }), fc.dictionary(ids, fc.record({ type: fc.constantFrom('string', 'number', 'json'), default: values, options: fc.array(values) }, { requiredKeys: [] }), { maxKeys: 3 })), nodes: fc.oneof({ weight: 9, arbitrary: nodes }, { weight: 1, arbitrary: values }), edges: fc.oneof({ weight: 9, arbitrary: edges }, { weight: 1, arbitrary: values }), notes: values, groups: values },
  { requiredKeys: [] },
);

describe('the validator', () => {
  it('never throws: 5,000 generated definitions', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(definitions, (definition) => {
        const issues = validateDefinition(definition, known);
        for (const { code } of issues) codes.add(code);
        expectSound(issues);
      }),
      { numRuns: 5000 },
    );
    // They are not all refused for the same reason.
    expect(codes.size).toBeGreaterThan(20);
  });

  it('never throws and points into the text: 500 mutations of a sound one', () => {
    const sound = JSON.stringify(soundWorkflow, null, 1);
    let broken = 0;
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 }), how: fc.constantFrom('set', 'remove', 'rename', 'repeat', 'move'), value: fc.oneof(values, ids, definitions) }), { minLength: 1, maxLength: 4 }), (changes) => {
        const value = structuredClone(soundWorkflow) as unknown;
        for (const change of changes) mutate(value, change);
        const text = JSON.stringify(value, null, 1);
        const { issues, definition } = readWorkflow(text, known);
        expectSound(issues, text);
        expect(definition === undefined).toBe(issues.some(({ severity }) => severity === 'error'));
        if (issues.length > 0) broken++;
      }),
      { numRuns: 500 },
    );
    expect(broken).toBeGreaterThan(300);
    expect(readWorkflow(sound).issues).toEqual([]);
  });

  it('takes what is no definition at all', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level++) deep = [deep];
    const throwing = Object.defineProperty({}, 'nodes', { enumerable: true, get: () => { throw new Error('no'); } });
    for (const value of [undefined, null, 1, 'x', 10n, [], {}, cyclic, deep, throwing, () => 1, new Proxy({}, { ownKeys: () => { throw new Error('no'); } })]) expect(validateDefinition(value).length).toBeGreaterThan(0);
  });

  it('knows only what it is told to know', () => {
    const definition = { ...soundWorkflow, nodes: soundWorkflow.nodes.map((node) => (node.id === 'eval' ? { ...node, config: { suite: 'mine', only: ['own'] } } : node)) };
    expect(validateDefinition(definition)).toEqual([]);
    expect(validateDefinition(definition, known).map(({ code, node }) => [code, node])).toEqual([['unknown-evaluator', 'eval'], ['unknown-suite', 'eval']]);
  });

  it('takes at most 50 ms for 1,000 nodes', () => {
    const long = longWorkflow(1000);
    expect(validateDefinition(long)).toEqual([]);
    const times = Array.from({ length: 15 }, () => {
      const [started, before] = [performance.now(), process.cpuUsage()];
      validateDefinition(long);
      const { user, system } = process.cpuUsage(before);
      return Math.min(performance.now() - started, (user + system) / 1000);
    }).sort((a, b) => a - b);
    expect(times[7]).toBeLessThan(50);
  });

  it('takes its time in the size of what is broken', () => {
    const long = longWorkflow(2000);
    const broken = { ...long, nodes: long.nodes.map((node) => ({ ...node, type: 'x', wrong: 1 })), edges: long.edges.map((edge) => ({ ...edge, target: `${edge.target}x`, condition: 'variables.nothing +' })) };
    const started = performance.now();
    expect(validateDefinition(broken).length).toBeGreaterThan(6000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

interface Change {
  readonly at: readonly number[];
  readonly how: 'set' | 'remove' | 'rename' | 'repeat' | 'move';
  readonly value: unknown;
}

/** Changes something below `root`, found by going down by numbers. */
function mutate(root: unknown, { at, how, value }: Change): void {
  let holder: unknown = root;
  let key: string | undefined;
  for (const number of at) {
    const below: unknown = key === undefined ? holder : (holder as Record<string, unknown>)[key];
    if (typeof below !== 'object' || below === null || Object.keys(below).length === 0) break;
    holder = below;
    const keys = Object.keys(below);
    key = keys[number % keys.length];
  }
  if (key === undefined) return;
  if (Array.isArray(holder)) {
    const list = holder as unknown[];
    const index = Number(key);
    if (how === 'remove') list.splice(index, 1);
    else if (how === 'repeat') list.push(structuredClone(list[index]));
    else if (how === 'move') list.unshift(...list.splice(index, 1));
    else list[index] = value;
    return;
  }
  const object = holder as Record<string, unknown>;
  const before = object[key];
  if (how === 'set') object[key] = value;
  else Reflect.deleteProperty(object, key);
  if (how === 'rename' || how === 'repeat') object[`${key}s`] = before;
}

import { describe, expect, it } from 'vitest';
import { checkDefinition, loadDefinition } from '../../../src/evaluation/definition';
import type { EvalDefinition } from '../../../src/evaluation/evalDefinition';
import { expectCode } from '../../support/expectCode';
import { treeOf, type FilesByName } from '../../support/evaluations';

const project: FilesByName = { 'package.json': '{"scripts":{"test":"node --test"}}', 'index.js': '' };

function load(files: FilesByName, tree: FilesByName = project): Promise<EvalDefinition> {
  return loadDefinition({ files: treeOf(tree), read: (file) => Promise.resolve(files[file]), concurrency: 2 });
}

function evals(members: string): FilesByName {
  return { '.amp/evals.json': `{"version": 1, ${members}}` };
}

describe('a definition', () => {
  it('is the recommended preset where there is no file', async () => {
    const definition = await load({});
    expect(definition).toMatchObject({ source: 'preset', preset: 'recommended', gate: { suite: 'all' }, concurrency: 2, notices: [] });
    expect(definition.suites).toEqual([{ name: 'all', evaluators: definition.evaluators.map(({ name }) => name) }]);
    expect(definition.evaluators.filter(({ required }) => required).map(({ name }) => name)).toEqual(['tests', 'integrity', 'secrets']);
  });

  it('has no preset where a file names none', async () => {
    expect(await load(evals('"concurrency": 7'))).toMatchObject({ source: 'file', preset: 'none', evaluators: [], suites: [{ name: 'all', evaluators: [] }], concurrency: 7 });
  });

  it('says that it checks nothing', async () => {
    expect((await load(evals('"preset": "none"'))).notices).toEqual(['.amp/evals.json names no evaluators and no preset, so nothing is checked and every merge passes.']);
  });

  it('adds the file to the preset: the same name replaces, its gate wins', async () => {
    const { evaluators, gate } = await load(evals('"preset": "strict", "evaluators": [{"name": "tests", "command": ["make"]}, {"name": "own", "use": "secrets"}], "gate": {"noNewFindings": false, "minScore": 5}'));
    expect(evaluators[0]).toEqual({ name: 'tests', command: ['make'] });
    expect(evaluators.at(-1)?.name).toBe('own');
    expect(gate).toEqual({ suite: 'all', noNewFindings: false, minScore: 5 });
  });

  it('gates the first suite, and says what a suite names in vain', async () => {
    const { suites, gate, notices } = await load(evals('"preset": "recommended", "suites": [{"name": "merge", "evaluators": ["tests", "coverage"]}, {"name": "quick", "evaluators": ["eslint"]}]'));
    expect(suites).toEqual([{ name: 'merge', evaluators: ['tests'] }, { name: 'quick', evaluators: ['eslint'] }]);
    expect(gate.suite).toBe('merge');
    expect(notices).toEqual(['The suite "merge" names "coverage", for which the preset found nothing in the repository.']);
  });

  it('has the findings that the team accepted', async () => {
    const accepted = '{"version": 1, "accepted": [{"fingerprint": "0123456789abcdef", "evaluator": "eslint", "rule": "no-eval", "reason": "old"}, {"fingerprint": "0123456789abcdee", "evaluator": "eslint", "rule": "no-eval"}]}';
    expect([...(await load({ '.amp/evals.baseline.json': accepted })).baseline]).toEqual([['0123456789abcdef', 'old'], ['0123456789abcdee', 'It is in the baseline.']]);
  });

  it('has a hash of all that it says, and of what the files say that it names', async () => {
    const judge = '{"name": "judge", "use": "llm-judge", "options": {"rubric": "docs/rubric.md"}}';
    const first: FilesByName = { ...evals(`"evaluators": [{"name": "own", "script": "evals/own.ts"}, ${judge}]`), 'evals/own.ts': 'async () => 1', 'docs/rubric.md': 'Be kind.' };
    const { hash } = await load(first);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect((await load(first)).hash).toBe(hash);
    expect((await load({ ...first, 'unnamed.ts': 'x' })).hash).toBe(hash);
    const others = [
      { ...first, 'evals/own.ts': 'async () => 2' },
      { ...first, 'docs/rubric.md': 'Be strict.' },
      { ...first, '.amp/evals.baseline.json': '{"version": 1, "accepted": [{"fingerprint": "0123456789abcdef", "evaluator": "a", "rule": "b"}]}' },
      { ...first, ...evals(`"evaluators": [{"name": "own", "script": "evals/own.ts", "weight": 2}, ${judge}]`) },
      { ...first, ...evals(`"evaluators": [{"name": "own", "script": "evals/own.ts"}, ${judge}], "gate": {"minScore": 1}`) },
      { ...first, ...evals(`"evaluators": [{"name": "own", "script": "evals/own.ts"}, ${judge}], "setup": [["npm", "ci"]]`) },
    ];
    const hashes = await Promise.all(others.map(async (files) => (await load(files)).hash));
    expect(new Set([hash, ...hashes]).size).toBe(others.length + 1);
  });

  it('is refused with the place of what is wrong', async () => {
    const error = await expectCode(load(evals('"evaluators": [{"name": "a", "use": "eslnt"}, {"name": "a", "use": "tests"}]')), 'evals-invalid');
    expect(error.message).toMatch(/^The evaluations are not right: \.amp\/evals\.json at \/evaluators\/0\/use: It must be one of .* \(and 1 more\)$/);
    await expectCode(load({ '.amp/evals.baseline.json': '{"version": 1}' }), 'evals-invalid');
  });

  it('is refused when a file that it names is missing, at the place of its name', async () => {
    const files = evals('"evaluators": [{"name": "own", "script": "evals/own.ts"}, {"name": "judge", "use": "llm-judge", "options": {"rubric": "docs/rubric.md"}}]');
    const checked = await checkDefinition({ files: treeOf(project), read: (file) => Promise.resolve(files[file]) });
    const text = files['.amp/evals.json'] ?? '';
    expect('issues' in checked && checked.issues.map(({ file, path, message, offset, length }) => [file, path, message, text.slice(offset, offset + length)])).toEqual([
      ['.amp/evals.json', '/evaluators/0/script', 'The file evals/own.ts is not there.', '"evals/own.ts"'],
      ['.amp/evals.json', '/evaluators/1/options/rubric', 'The file docs/rubric.md is not there.', '"docs/rubric.md"'],
    ]);
  });
});

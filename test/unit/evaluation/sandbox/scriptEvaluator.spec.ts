import { expect, it, onTestFinished } from 'vitest';
import type { Evaluator } from '../../../../src/evaluation/evaluator';
import { createSandbox } from '../../../../src/evaluation/sandbox/sandbox';
import { createScriptEvaluator, type ScriptEvaluatorServices } from '../../../../src/evaluation/sandbox/scriptEvaluator';
import { testAssetsDirectory } from '../../../support/buildAssets';
import { evaluate, evaluatorContext, type EvaluationSetup } from '../../../support/evalHarness';
import { expectCode } from '../../../support/expectCode';

function scriptEvaluator(more: Omit<ScriptEvaluatorServices, 'sandbox'> = {}): Evaluator {
  const sandbox = createSandbox({ assetsDirectory: testAssetsDirectory });
  onTestFinished(() => { sandbox.dispose(); });
  return createScriptEvaluator({ sandbox, ...more });
}

/** A definition that holds these files. */
function definition(files: Readonly<Record<string, string>>): NonNullable<EvaluationSetup['context']> {
  return { readDefinition: (file) => Promise.resolve(files[file]) };
}

const change = { base: { 'src/a.ts': 'one\ntwo\n', 'src/old.ts': 'gone\n' }, head: { 'src/a.ts': 'one\nTWO\nthree\n', 'src/b.ts': 'fetch("http://x");\nok();\n', 'docs/note.md': 'n\n' } };

const noFetch = `interface Change { path: string; change: string; added: { start: number; count: number }[] | null }
interface Context { changes: Change[]; options: { word: string }; read(path: string): Promise<string | null> }

export default async (context: Context) => {
  const findings = [];
  for (const { path, added } of context.changes) {
    const lines = (await context.read(path))?.split('\\n') ?? [];
    for (const { start, count } of added ?? []) {
      for (let line = start; line < start + count; line++) {
        const column = (lines[line - 1] ?? '').indexOf(context.options.word) + 1;
        if (column > 0) findings.push({ file: path, line, column, severity: 'error', ruleId: 'no-' + context.options.word, message: \`\${context.options.word} is not allowed here.\` });
      }
    }
  }
  console.log('looked at', context.changes.length, 'files');
  return { score: 100 - 10 * findings.length, findings, metrics: { files: context.changes.length } };
};
`;

it('runs a script of the definition on the change, in TypeScript, with reads', async () => {
  const setup = { ...change, config: { script: 'checks/noFetch.ts', options: { word: 'fetch' } }, context: definition({ 'checks/noFetch.ts': noFetch }) };
  expect(await evaluate(scriptEvaluator(), setup)).toEqual({
    verdict: 'failed',
    score: 90,
    isolation: 'wasm',
    issues: [{ ruleId: 'no-fetch', message: 'fetch is not allowed here.', severity: 'error', file: 'src/b.ts', range: { startLine: 1, startColumn: 1 } }],
    details: 'It printed:\nlooked at 4 files',
    metrics: { files: 4 },
  });
});

it('gives the script all that it is to know', async () => {
  const setup: EvaluationSetup = {
    ...change,
    config: { script: '(context) => ({ passed: true, details: JSON.stringify(context) })', options: { a: [1] } },
    context: {
      selected: (file) => file.startsWith('src/'),
      metrics: { coverage: { lines: 81 } },
      previous: { id: 'r', name: 'evaluator', score: 50, verdict: 'failed', passed: false, duration: 1, findings: [{ evaluator: 'evaluator', fingerprint: 'f'.repeat(16), ruleId: 'rule', message: 'm', severity: 'info', file: 'src/a.ts' }], isolation: 'wasm', weight: 1, required: false },
    },
  };
  const { details } = await evaluate(scriptEvaluator(), setup);
  const data = JSON.parse(details ?? '') as Record<string, unknown>;
  expect(data).toEqual({
    changes: [
      { path: 'src/a.ts', change: 'modified', linesAdded: 2, linesDeleted: 1, binary: false, added: [{ start: 2, count: 2 }], removed: [{ start: 2, count: 1 }] },
      { path: 'src/b.ts', change: 'added', linesAdded: 2, linesDeleted: 0, binary: false, added: [{ start: 1, count: 2 }], removed: [] },
      { path: 'src/old.ts', change: 'deleted', linesAdded: 0, linesDeleted: 1, binary: false, added: [], removed: [{ start: 1, count: 1 }] },
    ],
    moreChanges: 0,
    diff: expect.stringContaining('+TWO') as string,
    metrics: { coverage: { lines: 81 } },
    options: { a: [1] },
    previous: { score: 50, verdict: 'failed', passed: false, findings: [{ ruleId: 'rule', message: 'm', severity: 'info', file: 'src/a.ts' }] },
    isBase: false,
  });
});

it('reads the side that is evaluated, and the script from the definition alone', async () => {
  const script = 'checks/side.js';
  const source = 'export default async (c) => ({ passed: true, details: [c.isBase, await c.read("src/a.ts"), await c.read("src/old.ts"), ...(await c.files())].join("|") });';
  const setup = { head: { ...change.head, [script]: 'throw new Error("of the tree");' }, base: change.base, config: { script }, context: definition({ [script]: source }) };
  const evaluator = scriptEvaluator();
  const context = await evaluatorContext(evaluator, setup);
  expect((await evaluator.evaluate(context)).details).toBe('false|one\nTWO\nthree\n||checks/side.js|docs/note.md|src/a.ts|src/b.ts');
  expect((await context.atBase())?.details).toBe('true|one\ntwo\n|gone\n|src/a.ts|src/old.ts');
});

it.each([
  ['{ passed: true }', 'passed', 100],
  ['{ passed: false }', 'failed', 0],
  ['{ score: 40 }', 'passed', 40],
  ['{ score: 0 }', 'failed', 0],
  ['{ score: 40, passed: false }', 'failed', 40],
  ['{ score: 0, passed: true }', 'passed', 0],
  ['{ score: 99.5, findings: [{ message: "m" }] }', 'passed', 99.5],
  ['{ score: 99, findings: [{ message: "m", severity: "error" }] }', 'failed', 99],
])('makes of %s: %s with %d', async (result, verdict, score) => {
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: `() => (${result})` } })).toMatchObject({ verdict, score });
});

it.each([
  ['undefined', 'The script: it returned nothing; it must return { score, passed, details, findings }.'],
  ['{}', 'The script: its result has neither a score nor "passed".'],
  ['[]', 'The script: its result is not as it must be: result must be object.'],
  ['"passed"', 'The script: its result is not as it must be: result must be object.'],
  ['{ score: 101 }', 'The script: its result is not as it must be: result/score must be <= 100.'],
  ['{ score: "90" }', 'The script: its result is not as it must be: result/score must be number.'],
  ['{ score: null, passed: true }', 'The script: its result is not as it must be: result/score must be number.'],
  ['{ passed: 1 }', 'The script: its result is not as it must be: result/passed must be boolean.'],
  ['{ passed: true, extra: 1 }', 'The script: its result is not as it must be: result must NOT have additional properties: "extra".'],
  ['{ passed: true, findings: [{ file: "a" }] }', "The script: its result is not as it must be: result/findings/0 must have required property 'message'."],
  ['{ passed: true, findings: [{ message: "m", line: 0 }] }', 'The script: its result is not as it must be: result/findings/0/line must be >= 1.'],
  ['{ passed: true, findings: [{ message: "m", severity: "fatal" }] }', /result\/findings\/0\/severity must be/],
])('is errored with %s', async (result, error) => {
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: `() => (${result})` } })).toMatchObject({ verdict: 'errored', score: null, error: typeof error === 'string' ? error : (expect.stringMatching(error) as string) });
});

it('bounds findings, and keeps only files that are there and addresses of the web', async () => {
  const findings = (list: string): EvaluationSetup => ({ ...change, config: { script: `() => ({ score: 50, findings: ${list} })` } });
  const placed = await evaluate(scriptEvaluator(), findings('[{ message: "a", file: "src/a.ts", range: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 4 }, helpUri: "https://example.com/rule" }, { message: "b", file: "src/old.ts", line: 1 }, { message: "c", file: "../canary", line: 1, helpUri: "command:evil" }, { message: "d", file: "/etc/passwd" }, { message: "e", file: "none.ts" }, { message: "x".repeat(9000) }]'));
  expect(placed.issues).toEqual([
    { ruleId: 'custom', message: 'a', severity: 'warning', file: 'src/a.ts', range: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 4 }, helpUri: 'https://example.com/rule' },
    { ruleId: 'custom', message: 'b', severity: 'warning', file: 'src/old.ts', range: { startLine: 1, startColumn: 1 } },
    { ruleId: 'custom', message: 'c', severity: 'warning' },
    { ruleId: 'custom', message: 'd', severity: 'warning' },
    { ruleId: 'custom', message: 'e', severity: 'warning' },
    { ruleId: 'custom', message: 'x'.repeat(2000), severity: 'warning' },
  ]);
  expect(placed.details).toBe('3 findings named a file that is not in the tree, and are shown without it.');
  const many = await evaluate(scriptEvaluator(), findings('Array.from({ length: 10_000 }, (_, n) => ({ message: "m" + n }))'));
  expect(many.issues.length).toBe(500);
  expect(many.details).toBe('9,500 more findings were left out.');
});

it('shows what is wrong with the script in the script', async () => {
  const source = 'export default async (context) => {\n  console.log("so far");\n  return context.nothing.at(0);\n};\n';
  const file = 'checks/broken.js';
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: file }, context: definition({ [file]: source }) })).toEqual({
    verdict: 'errored',
    score: null,
    isolation: 'wasm',
    error: "checks/broken.js:3:25: TypeError: cannot read property 'at' of undefined.",
    details: 'It printed:\nso far',
    issues: [{ ruleId: 'script-error', severity: 'error', message: "TypeError: cannot read property 'at' of undefined", file, range: { startLine: 3, startColumn: 25, endLine: 3, endColumn: 32 } }],
  });
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: 'checks/typed.ts' }, context: definition({ 'checks/typed.ts': 'interface A {}\n\nexport default function check(a: A) {\n  return a +;\n}' }) })).toMatchObject({ verdict: 'errored', issues: [{ file: 'checks/typed.ts', range: { startLine: 4 } }] });
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: '() => {\n  throw new Error("inline");\n}' } })).toMatchObject({ verdict: 'errored', error: 'Line 2 of the script: inline.', issues: [{ ruleId: 'script-error', message: 'inline' }] });
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: 'checks/none.js' }, context: definition({}) })).toEqual({ verdict: 'errored', score: null, issues: [], isolation: 'wasm', error: 'The script checks/none.js is not there.' });
});

it('tells of what a script prints while it runs, with its name', async () => {
  const lines: string[] = [];
  await evaluate(scriptEvaluator({ onConsole: (name, line) => lines.push(`${name}: ${line}`) }), { ...change, config: { name: 'mine', script: '() => { console.log("a"); console.warn("b", 1); return { passed: true }; }' } });
  expect(lines).toEqual(['mine: a', 'mine: b 1']);
});

it('ends at its deadline by itself, and stops when it is told to', async () => {
  const loop = '() => { for (;;); }';
  expect(await evaluate(scriptEvaluator(), { ...change, config: { script: loop, timeout: 200 } })).toMatchObject({ verdict: 'errored', error: expect.stringMatching(/did not end within \d+ ms/) as string });
  const stop = new AbortController();
  const running = evaluate(scriptEvaluator({ onConsole: () => { stop.abort(); } }), { ...change, config: { script: '() => { console.log("on"); for (;;); }' }, context: { signal: stop.signal } });
  await expectCode(running, 'stopped');
});

it('keeps what depends on the script and the trees alone', async () => {
  const evaluator = scriptEvaluator();
  const key = async (script: string, files = {}): Promise<string | undefined> => evaluator.cacheKey(await evaluatorContext(evaluator, { ...change, config: { script }, context: definition(files) }));
  expect(await key('() => ({ score: 1 })')).toMatch(/^[0-9a-f]{64}$/);
  expect(await key('() => ({ score: 1 })')).toBe(await key('() => ({ score: 1 })'));
  expect(await key('() => ({ score: 2 })')).not.toBe(await key('() => ({ score: 1 })'));
  expect(await key('a.js', { 'a.js': '() => 1' })).not.toBe(await key('a.js', { 'a.js': '() => 2' }));
  expect(await key('a.js')).toBeUndefined();
  expect(await key('() => ({ score: Date.now() % 100 })')).toBeUndefined();
  expect(await key('({ previous }) => ({ score: previous?.score ?? 1 })')).toBeUndefined();
  expect(evaluator.dependsOnBase).toBe(true);
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCommandEvaluator } from '../../../../src/evaluation/process/commandEvaluator';
import { lastObject, resultsOf } from '../../../../src/evaluation/process/commandResult';
import type { EvaluatorOutcome } from '../../../../src/evaluation/evaluator';
import { evaluate, evaluatorContext, type EvaluationSetup } from '../../../support/evalHarness';
import { temporaryDirectory } from '../../../support/temporary';

/** The outcome of a script of Node as a command, on a change of `a.js`. */
function command(script: string, options: Record<string, unknown> = {}, environment: NodeJS.ProcessEnv = {}): Promise<EvaluatorOutcome> {
  return evaluate(createCommandEvaluator({ environment }), setup([process.execPath, '-e', script], options));
}

function setup(argv: readonly string[], options: Record<string, unknown> = {}): EvaluationSetup {
  return { base: { 'a.js': 'old\n', 'gone.js': 'one two three\n' }, head: { 'a.js': 'new\n', 'b/é.js': 'b\n' }, config: { name: 'mine', command: [...argv], options } };
}

const json = { output: 'json' };

describe('a command', () => {
  it('judges by its exit code', async () => {
    expect(await command('console.log("fine")')).toEqual({ verdict: 'passed', score: 100, issues: [], isolation: 'process', details: 'fine' });
    expect(await command('console.error("wrong"); process.exit(3)')).toEqual({ verdict: 'failed', score: 0, issues: [], isolation: 'process', details: 'wrong' });
  });

  it('finds the tree, the diff and the changed files', async () => {
    const { details = '' } = await command('const fs = require("fs"); console.log(fs.readFileSync("a.js", "utf8") + fs.readFileSync(process.env.AMP_EVAL_CHANGED_FILES, "utf8") + fs.readFileSync(process.env.AMP_EVAL_BASE_DIFF, "utf8") + process.env.AMP_EVAL_RESULT)');
    expect(details).toContain('new\na.js\nb/é.js\ndiff --git');
    expect(details).toContain('-old\n+new\n');
    expect(details).toMatch(/undefined$/);
  });

  it('runs in a copy of the tree that no other tool has written to', async () => {
    const evaluator = createCommandEvaluator({ environment: {} });
    const context = await evaluatorContext(evaluator, setup([process.execPath, '-p', 'require("fs").readFileSync("a.js", "utf8")']));
    const apart = temporaryDirectory();
    writeFileSync(path.join(apart, 'a.js'), 'apart');
    const tree = { ...context.tree, layOutApart: () => Promise.resolve({ directory: apart, notices: [] }) };
    expect(await evaluator.evaluate({ ...context, tree })).toMatchObject({ verdict: 'passed', details: 'apart' });
  });

  it('gets the variables that are named, and no others', async () => {
    const show = 'console.log(process.env.WANTED, process.env.OTHER)';
    expect((await command(show, { env: ['WANTED', 'ABSENT'] }, { WANTED: 'yes', OTHER: 'no' })).details).toBe('yes undefined');
  });

  it('judges by a JSON object on stdout or in its file', async () => {
    const result = { score: 70, passed: true, details: 'good', findings: [{ message: 'm', severity: 'error', ruleId: 'r', file: 'a.js', line: 1 }, { message: 'other', file: '../out' }] };
    const onStdout = await command(`console.log("noise"); console.log(${JSON.stringify(JSON.stringify(result, null, 2))})`, json);
    expect(onStdout).toMatchObject({ verdict: 'passed', score: 70, issues: [{ ruleId: 'r', file: 'a.js', range: { startLine: 1, startColumn: 1 } }, { message: 'other' }] });
    expect(onStdout.details).toMatch(/^good\n1 finding named a file that is not in the tree/);
    expect(await command(`require("fs").writeFileSync(process.env.AMP_EVAL_RESULT, ${JSON.stringify(JSON.stringify(result))})`, json)).toEqual(onStdout);
    expect(await command('console.log(JSON.stringify({ passed: false }))', json)).toMatchObject({ verdict: 'failed', score: 0 });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'console.log("PASS")'],
    ['a list', 'console.log("[1]")'],
    ['an unknown field', 'console.log(JSON.stringify({ passed: true, verdict: "passed" }))'],
    ['a score out of range', 'console.log(JSON.stringify({ score: 101 }))'],
    ['two results', 'console.log(JSON.stringify({ passed: true })); require("fs").writeFileSync(process.env.AMP_EVAL_RESULT, JSON.stringify({ passed: false }))'],
    ['a broken file', 'console.log(JSON.stringify({ passed: true })); require("fs").writeFileSync(process.env.AMP_EVAL_RESULT, "{")'],
    ['an endless nest', 'require("fs").writeFileSync(process.env.AMP_EVAL_RESULT, `{"passed":true,"details":${"[".repeat(100000)}${"]".repeat(100000)}}`)'],
    ['a link to elsewhere', 'const file = process.env.AMP_EVAL_RESULT; require("fs").writeFileSync(`${file}.other`, `{"passed":true}`); require("fs").symlinkSync(`${file}.other`, file)'],
  ])('is errored when it gives %s', async (_what, script) => {
    expect(await command(script, json)).toMatchObject({ verdict: 'errored', score: null });
  });

  it('does not pass by its word when it failed by its exit code', async () => {
    const outcome = await command('console.log(JSON.stringify({ score: 100, passed: true })); process.exitCode = 1', json);
    expect(outcome).toMatchObject({ verdict: 'failed', score: 0, details: 'The result says that it passed, but the command ended with exit code 1.' });
  });

  it('is errored when it is missing, killed or given a wrong option', async () => {
    expect(await evaluate(createCommandEvaluator(), setup(['no-such-program']))).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('no-such-program') });
    expect(await command('process.kill(process.pid, "SIGKILL")')).toMatchObject({ verdict: 'errored', error: 'It was ended by SIGKILL.' });
    expect(await command('', { network: 'yes' })).toMatchObject({ verdict: 'errored', error: expect.stringContaining('network') });
    expect(await command('', { netwrok: true })).toMatchObject({ verdict: 'errored', error: expect.stringContaining('netwrok') });
  });

  it('is kept only when a person says that it may be', async () => {
    const evaluator = createCommandEvaluator();
    expect(await evaluator.cacheKey(await evaluatorContext(evaluator, setup(['x'])))).toBeUndefined();
    expect(await evaluator.cacheKey(await evaluatorContext(evaluator, setup(['x'], { cache: true })))).toBeDefined();
  });
});

describe('the result of a command', () => {
  it('is the object that stdout ends with, whatever comes before', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.boolean(), (noise, object, indented) => {
        const text = JSON.stringify(object, null, indented ? 2 : 0);
        expect(JSON.stringify(lastObject(`${noise}\n${text}\n`))).toBe(text.replaceAll(/^\s+/gm, '') === text ? text : JSON.stringify(object));
      }),
    );
  });

  it('takes no time to be missed in a stream of braces', () => {
    const started = performance.now();
    expect(typeof resultsOf('{\n'.repeat(2_000_000), undefined)).toBe('string');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

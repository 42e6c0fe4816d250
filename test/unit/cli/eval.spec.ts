import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, stabilised, startCli } from '../../support/cli';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { waitFor } from '../../support/waitFor';

/** Finds the lines with `eval` in app.js, and judges by them. */
const checkProgram = `
const lines = require('fs').readFileSync('app.js', 'utf8').split('\\n');
const findings = lines.flatMap((line, index) => (line.includes('eval(') ? [{ ruleId: 'no-eval', message: 'Never, ever: 100% of it.', severity: 'error', file: 'app.js', range: { startLine: index + 1, startColumn: line.indexOf('eval(') + 1 } }] : []));
console.log(JSON.stringify({ score: findings.length === 0 ? 100 : 40, passed: findings.length === 0, findings }));
`;

const check = { name: 'check', command: [process.execPath, 'check.js'], required: true, weight: 2, options: { output: 'json' } };
const size = { name: 'size', use: 'diff-size', weight: 0 };

/** A repository whose base has a configuration, and one change that is not committed. */
function evaluated(evaluators: readonly object[] = [check, size]): TestRepository {
  const project = makeRepository();
  project.write('check.js', checkProgram);
  project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators }));
  project.commit('Evaluate');
  project.write('app.js', 'eval("2 + 3");\n');
  return project;
}

function steady(text: string, root: string): string {
  return stabilised(text, root).replace(/ +(as before|<duration>)/g, '  <duration>').replace(/^(  EVALUATOR .*?) +TIME/m, '$1  TIME');
}

describe('eval run', () => {
  it('evaluates the checkout against its base, and ends with 1 when the gate is closed, 0 when it is open', { timeout: 60_000 }, async () => {
    const project = evaluated();
    const failed = await cli(project.root, 'eval', 'run');
    expect(failed).toMatchObject({ code: 1, stderr: '' });
    await expect(steady(failed.stdout, project.root)).toMatchFileSnapshot('../../golden/cli/eval.txt');
    project.write('app.js', 'console.log(2 + 3);\n');
    const passed = await cli(project.root, 'eval', 'run', '--base', 'main', '--format', 'json');
    expect(passed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(passed.stdout)).toMatchObject({ format: 'amp-eval-report', verdict: 'passed', score: 100, names: { base: 'main' }, target: { kind: 'checkout' }, binding: { baseSha: project.git('rev-parse', 'main') } });
  });

  it('writes every format, and shows the last report again', { timeout: 60_000 }, async () => {
    const { root } = evaluated();
    const github = await cli(root, 'eval', 'run', '--format', 'github');
    expect(github.code).toBe(1);
    expect(github.stdout).toContain('\n::error file=app.js,line=1,col=1,title=check/no-eval::Never, ever: 100%25 of it.\n');
    const written = await cli(root, 'eval', 'show', '--format', 'sarif', '--output', 'reports/evals.sarif');
    expect(written).toMatchObject({ code: 0, stdout: `The evaluation failed. Wrote ${path.join(root, 'reports/evals.sarif')}.\n` });
    expect(JSON.parse(readFileSync(path.join(root, 'reports/evals.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'check/no-eval' }] }] });
    expect((await cli(root, 'eval', 'show', '--format', 'junit')).stdout).toContain('<testcase name="check"');
    expect((await cli(root, 'eval', 'show', '--format', 'markdown')).stdout).toContain('### `app.js`');
    expect((await cli(root, 'eval', 'show')).stdout).toContain('app.js:1:1  error');
  });

  it('runs only what is asked for, and nothing twice unless it must', { timeout: 60_000 }, async () => {
    const { root } = evaluated();
    const ran = async (...args: readonly string[]): Promise<unknown> => {
      const { results, partial } = JSON.parse((await cli(root, 'eval', 'run', '--format', 'json', ...args)).stdout) as { readonly results: readonly { readonly name: string; readonly cached?: boolean }[]; readonly partial: boolean };
      return [partial, ...results.map(({ name, cached = false }) => `${name}${cached ? ' cached' : ''}`)];
    };
    expect(await ran('--only', 'size')).toEqual([true, 'size']);
    expect(await ran('--only', ' size,')).toEqual([true, 'size cached']);
    expect(await ran('--only', 'size', '--no-cache')).toEqual([true, 'size']);
    expect(await ran('--suite', 'all')).toEqual([false, 'check', 'size cached']);
  });

  it('ends with 2 when what is required could not be judged, or the configuration is not right', { timeout: 60_000 }, async () => {
    const missing = evaluated([{ name: 'lint', command: ['no-such-linter-here'], required: true }]);
    const errored = await cli(missing.root, 'eval', 'run');
    expect(errored.code).toBe(2);
    expect(errored.stdout).toContain('lint could not be run');
    const wrong = evaluated([{ name: 'check', use: 'no-such-evaluator' }]);
    const refused = await cli(wrong.root, 'eval', 'run');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^amp-orchestrator: The evaluations are not right: \.amp\/evals\.json at \/evaluators\/0/);
    expect(await cli(wrong.root, 'eval', 'run', '--base', 'nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no commit "nowhere" here.') as string });
  });

  it('takes the definition from the base, or to try it out from the files', { timeout: 60_000 }, async () => {
    const project = evaluated();
    project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [size] }));
    const byBase = await cli(project.root, 'eval', 'run');
    expect(byBase.code).toBe(1);
    expect(byBase.stdout).toContain('does not count for a merge');
    expect(await cli(project.root, 'eval', 'run', '--definition', 'tree')).toMatchObject({ code: 0 });
  });

  it('evaluates a session on its base, and says when its report no longer holds', { timeout: 60_000 }, async () => {
    const project = evaluated();
    project.write('app.js', 'console.log(1);\n');
    project.commit('Clean');
    const work = 'require("fs").writeFileSync("app.js", "eval(1);\\n")';
    expect(await cli(project.root, 'run', '--agent', 'command', '--name', 'Evil', '--prompt', 'Work', '--', process.execPath, '-e', work)).toMatchObject({ code: 0 });
    const run = await cli(project.root, 'eval', 'run', 'Evil');
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/^"Evil" on main \([0-9a-f]{12}\): failed, 40 of 100$/m);
    expect((await cli(project.root, 'eval', 'show', 'Evil')).stdout).not.toContain('no longer holds');
    project.write('other.js', '');
    project.commit('More');
    expect((await cli(project.root, 'eval', 'show', 'Evil')).stdout).toContain('Note: This report no longer holds: main has moved since.');
    expect(await cli(project.root, 'eval', 'run', 'Evil', '--base', 'main')).toMatchObject({ code: 2, stderr: expect.stringContaining('--base is for the checkout') as string });
  });

  it.runIf(process.platform === 'linux')('is stopped by Ctrl-C with 130', { timeout: 60_000 }, async () => {
    const started = path.join(makeRepository().root, 'started');
    const { root } = evaluated([{ name: 'slow', command: [process.execPath, '-e', `require('fs').writeFileSync(${JSON.stringify(started)}, ''); setTimeout(() => {}, 60000)`] }]);
    const run = startCli(root, 'eval', 'run');
    await waitFor('the evaluator', () => existsSync(started));
    run.child.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130, stdout: '' });
  });
});

describe('eval show', () => {
  it('says that there is nothing yet', async () => {
    expect(await cli(makeRepository().root, 'eval', 'show')).toEqual({ code: 2, stdout: '', stderr: 'amp-orchestrator: Nothing has been evaluated here yet. Evaluate with: amp-orchestrator eval run.\n' });
  });
});

describe('eval check', () => {
  it('points at what is wrong', async () => {
    const project = makeRepository();
    project.write('.amp/evals.json', '{\r\n  // Comments are allowed.\r\n  "version": 1,\r\n  "evaluators": [{ "name": "x", "use": "eslint", "weight": -1 }],\r\n  "colour": "red"\r\n}\n');
    const { code, stdout } = await cli(project.root, 'eval', 'check');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\.amp\/evals\.json:4:60: \/evaluators\/0\/weight: .+\n\.amp\/evals\.json:5:3: \/colour: .+\n2 problems found\.\n$/);
    project.write('other.json', '{"version": 1, "preset": "minimal"}');
    expect(await cli(project.root, 'eval', 'check', 'other.json')).toMatchObject({ code: 0, stdout: 'other.json is sound.\n' });
    project.write('.amp/evals.json', JSON.stringify({ version: 1, evaluators: [{ name: 'x', script: '.amp/x.ts' }] }));
    expect(await cli(project.root, 'eval', 'check')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('.amp/x.ts is not there') as string });
    expect(await cli(project.root, 'eval', 'check', 'nothing.json')).toMatchObject({ code: 2, stderr: 'amp-orchestrator: There is no file nothing.json. Write one with: amp-orchestrator eval init.\n' });
  });
});

describe('eval init', () => {
  it('writes what the preset finds, once', { timeout: 60_000 }, async () => {
    const project = makeRepository();
    const written = await cli(project.root, 'eval', 'init');
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(written.stdout).toContain(project.read('.amp/evals.json'));
    const { evaluators } = JSON.parse(project.read('.amp/evals.json')) as { readonly evaluators: readonly { readonly name: string }[] };
    expect(evaluators.map(({ name }) => name)).toEqual(expect.arrayContaining(['tests', 'integrity', 'secrets', 'eslint']));
    expect(await cli(project.root, 'eval', 'check')).toMatchObject({ code: 0, stdout: `.amp/evals.json is sound: ${evaluators.length} evaluators in 1 suite.\n` });
    project.write('.amp/evals.json', 'mine');
    expect(await cli(project.root, 'eval', 'init')).toMatchObject({ code: 2, stdout: '', stderr: 'amp-orchestrator: .amp/evals.json is already there. Give --force to replace it.\n' });
    expect(project.read('.amp/evals.json')).toBe('mine');
    expect(await cli(project.root, 'eval', 'init', '--github')).toMatchObject({ code: 0, stdout: expect.stringContaining('.amp/evals.json stays as it is.') as string });
    expect(project.read('.github/workflows/amp-evals.yml')).toContain('eval run --base');
    project.write('.github/workflows/amp-evals.yml', 'old');
    expect(await cli(project.root, 'eval', 'init', '--github', '--force')).toMatchObject({ code: 0 });
    expect([project.read('.amp/evals.json'), project.read('.github/workflows/amp-evals.yml').length > 1_000]).toEqual(['mine', true]);
    expect(await cli(project.root, 'eval', 'init', '--force')).toMatchObject({ code: 0 });
    expect(JSON.parse(project.read('.amp/evals.json'))).toMatchObject({ version: 1, evaluators });
  });
});

describe('eval', () => {
  it.each([
    [['eval'], 'What is to be done with evaluations? Choose one of: run, show, check, init.'],
    [['eval', 'dance'], 'There is no command "eval dance". Choose one of: run, show, check, init.'],
    [['eval', 'run', 'one', 'two'], 'Nobody knows what "two" is for.'],
    [['eval', 'init', 'one'], 'Nobody knows what "one" is for. Usage: amp-orchestrator eval init'],
    [['eval', 'show', '--force'], 'eval show takes no --force. Usage: amp-orchestrator eval show'],
    [['eval', 'run', '--format', 'xml'], 'There is no format "xml". Choose one with --format: table, json, junit, sarif, markdown, github.'],
    [['eval', 'run', '--definition', 'head'], 'The definition cannot come from "head".'],
    [['eval', 'run', '--only', ' , '], '--only names no evaluator.'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await cli(makeRepository().root, ...args);
    expect(stderr).toContain(`amp-orchestrator: ${message}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('is explained', async () => {
    const { code, stdout } = await cli(makeRepository().root, 'help', 'eval');
    expect(code).toBe(0);
    expect(stdout.match(/^amp-orchestrator eval (run|show|check|init)/gm)).toHaveLength(4);
  });
});

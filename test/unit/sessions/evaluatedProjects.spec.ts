import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import js from '@eslint/js';
import { describe, expect, it } from 'vitest';
import type { EvalReport } from '../../../src/model/evalReport';
import type { EvalResult } from '../../../src/model/evalResult';
import type { TreeContent } from '../../support/evalHarness';
import { nodeTestProject, pytestPackage, vitestLibrary } from '../../support/evalProjects';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { openOrchestrator } from '../../support/testOrchestrator';

const root = path.resolve(import.meta.dirname, '../../..');
const size = { modules: 12, broken: [3, 7] };

/** A repository whose main branch is sound, with uncommitted changes that break two modules and add one finding. */
function project(make: typeof vitestLibrary, changed: Readonly<Record<string, string>>, packages: readonly string[] = []): TestRepository {
  const repository = makeRepository({ empty: true });
  write(repository, make({ modules: size.modules }));
  repository.write('.gitignore', 'node_modules/\n__pycache__/\n');
  repository.commit('Start');
  write(repository, make(size));
  for (const [file, text] of Object.entries(changed)) repository.write(file, text);
  for (const name of packages) {
    mkdirSync(path.join(repository.root, 'node_modules'), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), path.join(repository.root, 'node_modules', name), 'junction');
  }
  return repository;
}

function write(repository: TestRepository, content: TreeContent): void {
  for (const [file, text] of Object.entries(content)) repository.write(file, String(text));
}

async function evaluated({ root: folder }: TestRepository): Promise<{ readonly report: EvalReport; readonly of: (name: string) => EvalResult }> {
  const { evaluations } = await openOrchestrator(folder);
  const report = await evaluations.evaluateCheckout();
  return {
    report,
    of: (name) => {
      const result = report.results.find((one) => one.name === name);
      if (!result) throw new Error(`nothing of ${name} in ${report.results.map((one) => one.name).join(', ')}`);
      return result;
    },
  };
}

/** What a tool prints when a person runs it in the project. */
function byHand(folder: string, ...argv: readonly [string, ...string[]]): string {
  const { stdout, stderr } = spawnSync(argv[0], argv.slice(1), { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', CI: '1', LC_ALL: 'C.UTF-8' } });
  return `${stdout}\n${stderr}`;
}

function count(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

describe('the detected preset, whose numbers are those of the tools run by hand', () => {
  it('on a TypeScript library with vitest', async () => {
    const library = project(vitestLibrary, { 'src/wrong.ts': 'export const wrong: number = "text";\n' }, ['vitest', 'typescript']);
    const { report, of } = await evaluated(library);
    const tests = byHand(library.root, process.execPath, 'node_modules/vitest/vitest.mjs', 'run');
    const types = byHand(library.root, process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false');
    expect(of('tests')).toMatchObject({ verdict: 'failed', metrics: { passed: count(tests, /Tests .*?(\d+) passed/), failed: count(tests, /Tests .*?(\d+) failed/), skipped: count(tests, /Tests .*?(\d+) skipped/) } });
    expect(of('tests').metrics).toMatchObject({ passed: 34, failed: 2, skipped: 3 });
    expect(of('typescript')).toMatchObject({ score: 95, findings: [{ ruleId: /TS\d+/.exec(types)?.[0] ?? 'none', file: 'src/wrong.ts', range: { startLine: 1 } }] });
    expect(of('eslint')).toMatchObject({ verdict: 'unscored', score: null, error: expect.stringContaining('Install eslint and typescript-eslint') as string });
    expect(of('integrity')).toMatchObject({ verdict: 'passed' });
    expect(report).toMatchObject({ verdict: 'failed', reasons: [{ kind: 'required-failed', evaluator: 'tests' }] });
  }, 90_000);

  it('on a JavaScript project with node:test and no ESLint', async () => {
    const service = project(nodeTestProject, { 'lib/extra.js': 'export function extra(a) {\n  const unused = 1;\n  return missing + a;\n}\n' });
    const { of } = await evaluated(service);
    const tests = byHand(service.root, process.execPath, '--test', '--test-reporter=tap', 'test/*.test.js');
    expect(of('tests').metrics).toMatchObject({ passed: count(tests, /^# pass (\d+)/m), failed: count(tests, /^# fail (\d+)/m), skipped: count(tests, /^# skipped (\d+)/m) });
    expect(of('tests')).toMatchObject({ verdict: 'failed', metrics: { passed: 22, failed: 2, skipped: 3 } });
    const [linted] = await new ESLint({ cwd: service.root, overrideConfigFile: true, baseConfig: [js.configs.recommended] }).lintFiles(['lib/extra.js']);
    expect(of('eslint').findings.map(({ ruleId, range }) => `${ruleId} ${range?.startLine ?? 0}:${range?.startColumn ?? 0}`)).toEqual(linted?.messages.map(({ ruleId, line, column }) => `${ruleId ?? ''} ${line}:${column}`));
    expect(of('eslint')).toMatchObject({ score: 90, isolation: 'none' });
  }, 90_000);

  it('on a Python package with pytest, where Python has it', async () => {
    const python = project(pytestPackage, {});
    const { of } = await evaluated(python);
    const tests = byHand(python.root, 'python3', '-m', 'pytest', '-p', 'no:cacheprovider', '-q');
    if (!/\d+ passed/.test(tests)) {
      expect(of('tests')).toMatchObject({ verdict: 'unscored', score: null });
      return;
    }
    expect(of('tests')).toMatchObject({ verdict: 'failed', metrics: { passed: count(tests, /(\d+) passed/), failed: count(tests, /(\d+) failed/), skipped: count(tests, /(\d+) skipped/) } });
    expect(of('tests').metrics).toMatchObject({ passed: 34, failed: 2, skipped: 4 });
  }, 90_000);
});

import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { asObject, asObjects, asText, type JsonObject } from '../../../src/base/jsonShape';
import { baseOfContinuousIntegration } from '../../../src/cli/ciBase';
import { evaluationProgress } from '../../../src/cli/evalProgress';
import { evalWorkflow } from '../../../src/cli/evalWorkflow';
import { evalResult } from '../../support/evalReports';

describe('the workflow for GitHub', () => {
  const workflow = asObject(load(evalWorkflow)) ?? {};
  const jobs = Object.values(asObject(workflow['jobs']) ?? {}).flatMap((job): JsonObject[] => { const object = asObject(job); return object ? [object] : []; });
  const steps = jobs.flatMap((job) => asObjects(job['steps']));

  it('is as people get it', async () => {
    await expect(evalWorkflow).toMatchFileSnapshot('../../golden/cli/amp-evals.yml');
  });

  it('runs on pull requests without secrets, and may write only findings', () => {
    expect(Object.keys(asObject(workflow['on']) ?? {})).toEqual(['pull_request']);
    expect(workflow['permissions']).toEqual({ contents: 'read' });
    expect(jobs.map((job) => job['permissions'])).toEqual([{ contents: 'read', 'security-events': 'write' }]);
    expect(evalWorkflow).not.toMatch(/secrets\.\w|GITHUB_TOKEN|github\.token/);
    expect(steps[0]).toMatchObject({ with: { 'fetch-depth': 0, 'persist-credentials': false } });
  });

  it('puts no expression into a script, whatever a stranger may call a branch', () => {
    const scripts = steps.flatMap((step) => asText(step['run']) ?? []);
    expect(scripts.length).toBeGreaterThan(2);
    for (const script of scripts) expect(script).not.toContain('${{');
    expect(scripts.join('\n')).toContain('eval run --base "origin/$GITHUB_BASE_REF" --format github');
    expect(scripts.join('\n').match(/npx (?!--no -- )/)).toBeNull();
  });

  it('takes only known actions at a major version, and reports also when the evaluation failed', () => {
    expect(steps.flatMap((step) => asText(step['uses']) ?? []).map((action) => action.replace(/@v\d+$/, '@v'))).toEqual(['actions/checkout@v', 'actions/setup-node@v', 'github/codeql-action/upload-sarif@v', 'actions/upload-artifact@v']);
    for (const step of steps.slice(4)) expect(step['if']).toContain('!cancelled()');
  });
});

describe('the base of a pull request', () => {
  it.each([
    [{ GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: 'main' }, 'origin/main'],
    [{ GITHUB_ACTIONS: 'true', GITHUB_BASE_REF: '' }, undefined],
    [{ GITHUB_BASE_REF: 'main' }, undefined],
    [{ GITLAB_CI: 'true', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'abc' }, 'abc'],
    [{ GITLAB_CI: 'true' }, undefined],
    [{}, undefined],
  ])('in %j is %s', (env, base) => {
    expect(baseOfContinuousIntegration(env)).toBe(base);
  });
});

describe('progress', () => {
  it('shows what has ended, and what still runs', () => {
    const written: string[] = [];
    const progress = evaluationProgress({ isTTY: true, write: (text) => written.push(text) }, ({ name, verdict }) => `${name} ${verdict}`);
    progress?.onProgress({ kind: 'started', evaluator: 'tests' });
    progress?.onProgress({ kind: 'started', evaluator: `${'long '.repeat(30)}` });
    progress?.onProgress({ kind: 'ended', evaluator: `${'long '.repeat(30)}`, result: evalResult({ name: 'long' }) });
    progress?.onProgress({ kind: 'ended', evaluator: 'tests', result: evalResult({ name: 'tests', verdict: 'failed' }) });
    progress?.end();
    const clear = '\r\u001B[K';
    expect(written).toEqual([`${clear}▸ tests`, `${clear}▸ tests, ${'long '.repeat(30).slice(0, 68)}…`, `${clear}long passed\n▸ tests`, `${clear}tests failed\n`, clear]);
  });

  it('is nothing where nobody watches', () => {
    expect(evaluationProgress({ write: () => undefined }, () => '')).toBeUndefined();
    expect(evaluationProgress({ isTTY: false, write: () => undefined }, () => '')).toBeUndefined();
  });
});

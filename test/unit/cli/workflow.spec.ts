import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { noRedaction } from '../../../src/base/redactor';
import type { CommandInput } from '../../../src/cli/command';
import { workflowCommand } from '../../../src/cli/commands/workflow';
import type { WorkflowDefinition } from '../../../src/model/workflow/definition';
import type { Orchestrator } from '../../../src/orchestrator';
import { expectCode } from '../../support/expectCode';
import { openTestStore, temporaryFolder } from '../../support/storageHarness';
import { waitFor } from '../../support/waitFor';
import { edge, node, workflow } from '../../support/workflowDriver';
import { openEngine, untilStopped, writeWorkflow, type TestEngine, type TestEngineOptions } from '../../support/workflowEngines';

interface Cli {
  readonly engine: TestEngine;
  readonly root: string;
  /** Runs `workflow …`; what it printed is added to `printed` as it comes. */
  run(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
  readonly printed: string[];
  stop(): void;
}

/** The commands on a real engine and a real store, in this process. */
async function openCli(options: TestEngineOptions = {}, folder = temporaryFolder()): Promise<Cli> {
  const root = options.repositoryRoot ?? temporaryFolder();
  const engine = openEngine(await openTestStore(folder, { watchIntervalMs: 20 }), { ...options, repositoryRoot: root });
  const controller = new AbortController();
  const printed: string[] = [];
  const orchestrator = { workflows: engine, redactor: noRedaction } as unknown as Orchestrator;
  return {
    engine, root, printed,
    stop: () => { controller.abort(); },
    run: async (...args) => {
      const { values, positionals } = parseArgs({ args: [...args], options: workflowCommand.options, allowPositionals: true });
      const from = printed.length;
      const code = await workflowCommand.run({ values: values as CommandInput['values'], positionals, program: [], orchestrator, print: (line) => printed.push(...line.split('\n')), signal: controller.signal });
      return { code, text: printed.slice(from).join('\n') };
    },
  };
}

/** Without ids, times, durations and folders. */
function steady(text: string, root: string): string {
  return text
    .replaceAll(path.relative(process.cwd(), root), '<project>')
    .replaceAll(root, '<project>')
    .replace(/\b\d\d\d\d-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\b\d\d:\d\d:\d\d\b/g, '<time>')
    .replace(/(?<=[ (])(<1|\d+(\.\d)?) m?s\b/g, '<duration>')
    .replace(/\b[0-9a-f]{12}\b/g, '<hash>')
    .replace(/\b[0-9A-Za-z]{21}\b/g, '<id>')
    .replace(/(?<=(approve|reject|resume|cancel) )[0-9A-Za-z]{8}(\/[0-9A-Za-z]{8})?/g, (_all, _command, rest?: string) => (rest === undefined ? '<id>' : '<id>/<approval>'))
    .replace(/^[0-9A-Za-z]{8}(?= {2})/gm, '<id>')
    .split('\n')
    .map((line) => (/<duration>|^(ID|NODE) |^<id> /.test(line) ? line.replace(/ {2,}/g, '  ') : line))
    .join('\n');
}

const release: WorkflowDefinition = {
  ...workflow(
    [
      { ...node('start', 'start'), name: 'Start' }, { ...node('write', 'notify', { message: 'x' }), name: 'Write it' }, { ...node('test', 'test'), name: 'Run the tests' },
      { ...node('ask', 'approval', { message: 'Merge ${variables.branch}?', quorum: 2 }), name: 'Ask' }, { ...node('merge', 'notify', { message: 'y' }), name: 'Merge' }, { ...node('end', 'end', { result: { done: true } }), name: 'Done' }, { ...node('no', 'end', { status: 'failed' }), name: 'Refused' },
    ],
    [edge('start', 'write'), edge('write', 'test'), edge('test', 'write', { outcome: 'failed', maxTraversals: 2 }), edge('test', 'ask', { outcome: 'passed' }), edge('ask', 'merge', { outcome: 'approved' }), edge('ask', 'no', { outcome: 'rejected' }), edge('merge', 'end')],
  ),
  id: 'release', name: 'Release', variables: { branch: { type: 'string', default: 'main' } },
};
const behaviours: TestEngineOptions['behaviours'] = {
  write: () => ({ outcome: 'passed', costNano: 12_500_000, tokensIn: 1200, tokensOut: 340 }),
  test: ({ pass }) => ({ outcome: pass === 1 ? 'failed' : 'passed' }),
};
const quick: WorkflowDefinition = { ...workflow([node('start', 'start'), node('a', 'notify', { message: 'x' }), node('end', 'end', { result: { branch: '${variables.branch}', others: '${[variables.count, variables.fast, variables.list]}' } })], [edge('start', 'a'), edge('a', 'end')]), id: 'quick', name: 'Quick', variables: { branch: { type: 'string', default: 'main' }, count: { type: 'number' }, fast: { type: 'boolean' }, list: { type: 'json' } } };

describe('workflow run', () => {
  it('tells each step as it happens, and ends with 3 where only a person can go on; others decide, and it is resumed', { timeout: 60_000 }, async () => {
    const { run, root, engine } = await openCli({ workflows: { 'release.json': release }, behaviours });
    const first = await run('run', 'release', '--var', 'branch=topic');
    expect(first.code).toBe(3);
    await expect(steady(first.text, root)).toMatchFileSnapshot('../../golden/cli/workflow-run.txt');
    await engine.close();
    const [approval] = await engine.openApprovals();
    expect(approval?.message).toBe('Merge topic?');
  });

  it('goes on once it was decided, from elsewhere too, and fails where it was rejected', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const mine = await openCli({ workflows: { 'release.json': release }, behaviours }, folder);
    const running = mine.run('run', 'release', '--approvals', 'wait');
    const others = await openCli({ repositoryRoot: mine.root, by: () => Promise.resolve('Bob') }, folder);
    const [asked] = await waitFor('the approval', async () => { const open = await others.engine.openApprovals(); return open.length > 0 && open; });
    const execution = asked?.execution ?? '';
    await expectCode(others.run('approve', execution, '--hash', 'ffff'), 'approval-changed');
    const approved = await others.run('approve', `${execution.slice(0, 8)}/${asked?.id.slice(0, 5) ?? ''}`, '--comment', 'Good.', '--hash', asked?.hash.slice(0, 8) ?? '');
    expect(approved).toMatchObject({ code: 0, text: expect.stringContaining('Approved: Merge main?') as string });
    // Two have to.
    await waitFor('the decision', () => mine.printed.some((line) => line.includes('Bob approved: Good.')));
    expect((await mine.run('approve', execution)).code).toBe(0);
    const { code, text } = await running;
    expect(code).toBe(0);
    expect(text.split('\n').at(-1)).toMatch(/^Release: succeeded \(.*\$0\.03\)$/);
    await expectCode(mine.run('reject', execution), 'approval-missing');
    const shown = await others.run('show', execution);
    await expect(steady(shown.text, mine.root)).toMatchFileSnapshot('../../golden/cli/workflow-show.txt');
    expect((await mine.run('list')).text).toBe('No workflow is under way. See those that have ended with --all.');
    await expect(steady((await mine.run('list', '--all')).text, mine.root)).toMatchFileSnapshot('../../golden/cli/workflow-list.txt');
    expect((await others.run('show', execution, '--events')).text).toMatch(/^ {4}1 {2}\S+Z {2}1 {2}execution\.started/);
    expect(JSON.parse((await others.run('show', execution, '--json')).text)).toMatchObject({ status: 'succeeded', costUSD: 0.025, approvals: [{ status: 'approved', decisions: [{ by: 'Bob' }, { by: 'Ada' }] }], result: { value: { done: true } } });
  });

  it('says that a decision is on record while nobody takes it up', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const long = { ...release, nodes: release.nodes.map((one) => (one.id === 'ask' ? { ...one, config: { message: `Merge it?\n\n${'because '.repeat(40)}` } } : one)) };
    const mine = await openCli({ workflows: { 'release.json': long }, behaviours }, folder);
    expect((await mine.run('run', 'release')).code).toBe(3);
    const [asked] = await mine.engine.openApprovals();
    const execution = asked?.execution ?? '';
    expect((await mine.run('list')).text.split('\n').find((line) => line.includes('Merge it?'))).toMatch(/^ {2}Merge it\? (because )+becau…  \(Release, [0-9a-f]{12}\)$/);
    await mine.engine.close();
    const others = await openCli({ repositoryRoot: mine.root, by: () => Promise.resolve('Bob') }, folder);
    expect((await others.run('show', execution)).text).toContain(`workflow approve ${execution.slice(0, 8)}`);
    expect((await others.run('approve', execution)).code).toBe(0);
    const { text } = await others.run('show', execution);
    expect(text).toMatch(/open, a decision is on record {2}\(/);
    expect(text).not.toContain('workflow approve');
  });

  it('follows the flag where nobody can be asked', { timeout: 60_000 }, async () => {
    const { run, root } = await openCli({ workflows: { 'release.json': release }, behaviours });
    const failed = await run('run', 'release', '--approvals', 'fail', '--junit', path.join(root, 'reports', 'junit.xml'));
    expect(failed.code).toBe(1);
    expect(failed.text).toMatch(/Release: failed .*nobody can be asked/);
    const junit = readFileSync(path.join(root, 'reports', 'junit.xml'), 'utf8').replace(/(time(stamp)?)="[^"]*"/g, '$1="<time>"');
    await expect(steady(junit, root)).toMatchFileSnapshot('../../golden/cli/workflow-junit.xml');
    const rejected = await run('run', 'release', '--approvals', 'auto-reject', '--json');
    expect(rejected.code).toBe(1);
    expect(JSON.parse(rejected.text)).toMatchObject({ status: 'failed', error: { code: 'step-failed' }, steps: expect.arrayContaining([expect.objectContaining({ node: 'ask', outcome: 'rejected' })]) as unknown });
    await expectCode(run('run', 'release', '--approvals', 'maybe'), 'invalid-argument');
  });

  it('prints no control characters: no name in a file moves the cursor', async () => {
    const { run } = await openCli({ workflows: { 'quick.json': { ...quick, name: 'Quick\u001b]0;owned\u0007' }, 'odd.json': '{ "id": "odd\\u001b[2J" }' } });
    const texts = [await run('run', 'quick'), await run('list', '--files'), await run('list', '--all')].map(({ text }) => text);
    for (const text of texts) expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('takes variables by their types, a budget, and trials', async () => {
    const { run, engine, root } = await openCli({ workflows: { 'quick.json': quick } });
    const { code, text } = await run('run', 'quick', '--json', '--budget', '0.50', '--var', 'branch=a=b', '--var', 'count=1.5', '--var', 'fast=true', '--var', 'list=[1,2]');
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ variables: { branch: 'a=b', count: 1.5, fast: true, list: [1, 2] }, budgetUSD: 0.5, result: { value: { branch: 'a=b' } } });
    for (const wrong of ['count=x', 'fast=yes', 'list=[', 'nothing', '=x', 'other=1']) await expectCode(run('run', 'quick', '--var', wrong), 'invalid-argument');
    await expectCode(run('run', 'quick', '--budget', 'much'), 'invalid-argument');
    await expectCode(run('run'), 'invalid-argument');
    await expectCode(run('run', 'nowhere'), 'workflow-missing');
    expect(JSON.parse((await run('run', path.join(root, '.amp/workflows/quick.json'), '--node', 'a', '--json')).text)).toMatchObject({ trial: { node: 'a' }, steps: [{ node: 'a' }] });
    expect(engine.ran).toEqual(['a#1', 'a#1']);
  });

  it('hands over at Ctrl-C, and says how to go on', async () => {
    const folder = temporaryFolder();
    const mine = await openCli({ workflows: { 'quick.json': quick }, behaviours: { a: untilStopped } }, folder);
    const running = mine.run('run', 'quick');
    await waitFor('the step', () => mine.printed.some((line) => line.includes('▸ a')));
    mine.stop();
    const { code, text } = await running;
    expect(code).toBe(130);
    const [, id = ''] = /Go on with: amp-orchestrator workflow resume (\w{8})$/.exec(text) ?? [];
    await mine.engine.close();
    const later = await openCli({ repositoryRoot: mine.root }, folder);
    expect((await later.run('list')).text).toContain('nobody');
    const resumed = await later.run('resume', id);
    expect(resumed.code).toBe(0);
    expect(resumed.text).toMatch(/\nQuick: succeeded \(/);
    expect(later.engine.ran).toEqual(['a#1']);
    await expectCode(later.run('resume'), 'execution-missing');
  });

  it('is cancelled by others, and ends with 1', async () => {
    const mine = await openCli({ workflows: { 'quick.json': quick }, behaviours: { a: untilStopped } });
    const running = mine.run('run', 'quick');
    const record = await waitFor('the step', async () => mine.printed.some((line) => line.includes('▸ a')) && (await mine.engine.executions())[0]);
    expect((await mine.run('cancel', '--reason', 'Enough.')).text).toMatch(/^"Quick" \(\w{8}\) was (asked to stop|cancelled)\.$/m);
    const { code, text } = await running;
    expect(code).toBe(1);
    expect(text).toContain('Ada cancels it: Enough.');
    expect((await mine.run('cancel', record.id)).text).toContain('is not under way: it is cancelled');
  });
});

describe('workflow fork', () => {
  it('does again what follows a node', async () => {
    const { run, engine } = await openCli({ workflows: { 'quick.json': quick } });
    const { id } = JSON.parse((await run('run', 'quick', '--json')).text) as { readonly id: string };
    const fork = await run('fork', id, '--node', 'end', '--var', 'branch=topic', '--json');
    expect(JSON.parse(fork.text)).toMatchObject({ status: 'succeeded', fork: { execution: id, node: 'end' }, result: { value: { branch: 'topic' } } });
    expect(engine.ran).toEqual(['a#1']);
    expect((await run('show', (JSON.parse(fork.text) as { readonly id: string }).id)).text).toContain('passed (reused)');
    await expectCode(run('fork', id), 'invalid-argument');
    await expectCode(run('fork', id, '--node', 'nowhere'), 'invalid-argument');
  });
});

describe('workflow validate', () => {
  it('names what is wrong by file, line and column, and ends with 1 for errors only', async () => {
    const { run, root } = await openCli({ workflows: { 'quick.json': quick } });
    expect(await run('validate')).toEqual({ code: 0, text: '1 workflow checked: it is sound.' });
    writeWorkflow(root, 'wrong.json', '{\n  "id": "wrong",\n  "name": "Wrong",\n  "nodes": [{ "id": "start", "type": "dance", "name": "Start", "config": {}, "position": { "x": 0, "y": 0 } }],\n  "edges": []\n}\n');
    const all = await run('validate');
    expect(all.code).toBe(1);
    await expect(steady(all.text, root)).toMatchFileSnapshot('../../golden/cli/workflow-validate.txt');
    const json = await run('validate', path.join(root, '.amp/workflows/wrong.json'), '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.text)).toMatchObject([{ issues: [{ severity: 'error', line: 4, column: 12 }, { line: 4, column: 38, node: 'start' }] }]);
    writeFileSync(path.join(root, 'text.json'), '{ "id"');
    expect((await run('validate', path.join(root, 'text.json'))).code).toBe(1);
    await expectCode(run('validate', path.join(root, 'nowhere.json')), 'workflow-missing');
    await expectCode(run('run', 'wrong'), 'workflow-invalid');
  });

  it('is listed with its state', async () => {
    const { run, root } = await openCli({ workflows: { 'quick.json': quick, 'wrong.json': '{' } });
    expect((await run('list', '--files')).text).toContain('quick  sound');
    expect(JSON.parse((await run('list', '--files', '--json')).text)).toMatchObject([{ id: 'quick', errors: 0 }, { id: 'wrong' }]);
    expect(existsSync(path.join(root, '.amp'))).toBe(true);
  });
});

describe('what nobody understands', () => {
  it('is refused', async () => {
    const { run } = await openCli();
    for (const args of [[], ['dance'], ['list', 'more'], ['list', '--node', 'a'], ['approve'], ['answer', 'x'], ['answer', 'x', 'maybe']]) await expectCode(run(...args), 'invalid-argument');
    await expectCode(run('show', 'nothing'), 'execution-missing');
    await expectCode(run('show'), 'execution-missing');
    expect((await run('list', '--all')).text).toContain('No workflow has been run yet.');
  });
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NodeType } from '../../../src/model/workflow/nodeConfig';
import type { WorkflowDefinition, WorkflowEdge } from '../../../src/model/workflow/definition';
import { cli, startCli, type CliRun } from '../../support/cli';
import { makeRepository, type TestRepository } from '../../support/gitRepository';
import { processesNaming } from '../../support/leftovers';
import { temporaryDirectory } from '../../support/temporary';
import { openOrchestrator } from '../../support/testOrchestrator';
import { waitFor } from '../../support/waitFor';
import { node } from '../../support/workflowDriver';

const recording = path.resolve(import.meta.dirname, '../../fixtures/agents/claude-edit.jsonl');
const withinMs = 60_000;
/** A line in the ledger, then nothing until it may go on. */
const hanging = 'const fs = require("fs"); const [folder, name] = process.argv.slice(1); fs.appendFileSync(folder + "/ledger", name + "\\n"); const timer = setInterval(() => { if (fs.existsSync(folder + "/go")) { clearInterval(timer); } }, 20);';

interface Place {
  readonly project: TestRepository;
  readonly root: string;
  readonly folder: string;
  ledger(): string[];
  go(): void;
}

/** A repository with these workflows: each a chain of nodes between a start and an end. */
function makePlace(workflows: (folder: string) => Readonly<Record<string, readonly (readonly [id: string, type: NodeType, config: Readonly<Record<string, unknown>>])[]>>): Place {
  const project = makeRepository();
  const folder = temporaryDirectory();
  for (const [id, nodes] of Object.entries(workflows(folder))) {
    const all = [['start', 'start', {}] as const, ...nodes, ...(nodes.at(-1)?.[1] === 'end' ? [] : [['end', 'end', { result: { done: true } }] as const])];
    const edges = all.slice(1).map(([target], index): WorkflowEdge => ({ id: `e${index}`, source: all[index]?.[0] ?? '', target, ...(all[index]?.[1] === 'approval' ? { outcome: 'approved' } : {}) }));
    const definition: WorkflowDefinition = { id, name: `The ${id} workflow`, nodes: all.map(([name, type, config]) => node(name, type, config)), edges };
    project.write(`.amp/workflows/${id}.json`, JSON.stringify(definition));
  }
  return {
    project, folder, root: project.root,
    ledger: () => (existsSync(path.join(folder, 'ledger')) ? readFileSync(path.join(folder, 'ledger'), 'utf8').trim().split('\n').sort() : []),
    go: () => { writeFileSync(path.join(folder, 'go'), ''); },
  };
}

const work = ['work', 'amp', { agent: 'replay', recording, speed: 0, prompt: 'Make add() add' }] as const;
const ask = ['ask', 'approval', { message: 'Is that right?' }] as const;
const hold = (folder: string): readonly [string, NodeType, Readonly<Record<string, unknown>>] => ['hold', 'test', { command: ['node', '-e', hanging, folder, 'hold'] }];

function workflow(root: string, ...args: readonly string[]): ReturnType<typeof cli> {
  return cli(root, 'workflow', ...args);
}

async function idOf(run: CliRun): Promise<string> {
  const [, id = ''] = await waitFor('the execution', () => /^The \w+ workflow {2}(\w{21})$/m.exec(run.stdout) ?? undefined, withinMs);
  return id;
}

async function shown(root: string, id: string): Promise<{ readonly status: string; readonly costUSD: number; readonly steps: readonly { readonly id: string; readonly status: string; readonly attempts: number }[]; readonly approvals: readonly { readonly status: string }[] }> {
  return JSON.parse((await workflow(root, 'show', id, '--json')).stdout) as Awaited<ReturnType<typeof shown>>;
}

describe.runIf(process.platform === 'linux')('amp-orchestrator workflow, as programs', { timeout: 180_000 }, () => {
  it('says how it went in its exit code, in JSON and in JUnit', async () => {
    const { root } = makePlace(() => ({ quick: [work], broken: [['no', 'end', { status: 'failed', message: 'It is broken.' }]], asks: [ask] }));
    const quick = await workflow(root, 'run', 'quick', '--json', '--junit', 'reports/quick.xml');
    expect(quick).toMatchObject({ code: 0, stderr: '' });
    const told = JSON.parse(quick.stdout) as { readonly id: string };
    expect(told).toMatchObject({ status: 'succeeded', owner: 'none', costUSD: 0.009846, result: { value: { done: true } }, steps: [{ id: 'start#1' }, { id: 'work#1', outcome: 'passed', tokensIn: 9350 }, { id: 'end#1' }] });
    const junit = readFileSync(path.join(root, 'reports/quick.xml'), 'utf8');
    expect(junit).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="Amp workflows" tests="4" failures="0" errors="0" skipped="0"/);
    expect([...junit.matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name)).toEqual(['start', 'work', 'end', 'workflow']);
    expect(junit).toContain(`<property name="execution" value="${told.id}"/>`);
    const broken = await workflow(root, 'run', 'broken', '--junit', 'reports/broken.xml');
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringContaining('It is broken.') as string });
    expect(readFileSync(path.join(root, 'reports/broken.xml'), 'utf8')).toMatch(/<failure message="It is broken\.[^"]*" type="failed">It is broken\./);
    expect(await workflow(root, 'run', 'quick', '--approvals', 'maybe')).toMatchObject({ code: 2, stderr: expect.stringContaining('Approvals cannot be "maybe"') as string });
    expect(await workflow(root, 'run', 'asks')).toMatchObject({ code: 3, stdout: expect.stringContaining('It waits for a person. Go on with: amp-orchestrator workflow resume ') as string });
    expect(await workflow(root, 'run', 'asks', '--approvals', 'fail')).toMatchObject({ code: 1 });
  });

  it('is given back at Ctrl-C, says how to go on, and goes on there', async () => {
    const place = makePlace((folder) => ({ ship: [work, hold(folder), ask] }));
    const run = startCli(place.root, 'workflow', 'run', 'ship');
    const id = await idOf(run);
    await waitFor('the step', () => place.ledger().length === 1, withinMs);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`Stopped. Go on with: amp-orchestrator workflow resume ${id.slice(0, 8)}`);
    expect(processesNaming(place.folder)).toEqual([]);
    expect(await shown(place.root, id)).toMatchObject({ status: 'running', owner: 'none', steps: [{ status: 'succeeded' }, { id: 'work#1', status: 'succeeded' }, { id: 'hold#1', status: 'running' }] });
    place.go();
    expect((await workflow(place.root, 'resume', id.slice(0, 8))).code).toBe(3);
    expect(place.ledger()).toEqual(['hold', 'hold']);
    const approved = await workflow(place.root, 'approve', id.slice(0, 8), '--comment', 'Right.');
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('Nobody runs the execution now.') as string });
    expect((await workflow(place.root, 'resume', id)).code).toBe(0);
    const state = await shown(place.root, id);
    expect(state).toMatchObject({ status: 'succeeded', costUSD: 0.009846, approvals: [{ status: 'approved', decisions: [{ decision: 'approved', comment: 'Right.' }] }] });
    // What was paid is paid once.
    expect(state.steps.find((step) => step.id === 'work#1')?.attempts).toBe(1);
    expect(await workflow(place.root, 'resume', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('has succeeded') as string });
  });

  it('is decided by a second one while the first one waits', async () => {
    const { root } = makePlace(() => ({ asks: [ask] }));
    const run = startCli(root, 'workflow', 'run', 'asks', '--approvals', 'wait', '--json');
    const open = async (): Promise<readonly { readonly execution: string }[]> => (JSON.parse((await workflow(root, 'list', '--json')).stdout) as { readonly approvals: readonly { readonly execution: string }[] }).approvals;
    const asked = await waitFor('the question', async () => (await open())[0], withinMs);
    expect(run.child.exitCode).toBeNull();
    expect(await workflow(root, 'approve', asked.execution)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Approved: Is that right\?/) as string });
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: asked.execution, status: 'succeeded' });
  });

  it('is taken over from a program that runs it, and only if that is wanted', async () => {
    const place = makePlace((folder) => ({ ship: [work, hold(folder)] }));
    const run = startCli(place.root, 'workflow', 'run', 'ship');
    const id = await idOf(run);
    await waitFor('the step', () => place.ledger().length === 1, withinMs);
    expect(await workflow(place.root, 'resume', id)).toMatchObject({ code: 2, stderr: expect.stringContaining('--take-over') as string });
    const taker = startCli(place.root, 'workflow', 'resume', id, '--take-over');
    await waitFor('the step again', () => place.ledger().length === 2, withinMs);
    place.go();
    expect((await taker.ended).code).toBe(0);
    const { code, stdout } = await run.ended;
    // Whoever it was taken from knows nothing better than that it goes on, or that it has ended by now.
    expect(stdout, stdout).toMatch(/It goes on elsewhere|succeeded/);
    expect([0, 3]).toContain(code);
    expect(await shown(place.root, id)).toMatchObject({ status: 'succeeded' });
  });

  it('goes on after kill -9 where it was; of a list that was worked on by several, nothing is done twice', async () => {
    const items = ['one', 'two', 'three', 'four', 'five', 'six'];
    // The first two are done at once, the others wait.
    const script = 'const fs = require("fs"); const [folder, name] = process.argv.slice(1); fs.appendFileSync(folder + "/ledger", name + "\\n"); if (["one", "two"].includes(name)) process.exit(0); const timer = setInterval(() => { if (fs.existsSync(folder + "/go")) clearInterval(timer); }, 20);';
    const place = makePlace((folder) => ({ each: [work, ['list', 'forEach', { items: JSON.stringify(items), concurrency: 2, step: { type: 'script', config: { command: ['node', '-e', script, folder, '${variables.item}'] } } }]] }));
    const run = startCli(place.root, 'workflow', 'run', 'each');
    const id = await idOf(run);
    await waitFor('two at work after two that are done', () => place.ledger().length === 4, withinMs);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(place.ledger()).toEqual(['four', 'one', 'three', 'two']);
    place.go();
    const { workflows } = await openOrchestrator(place.root);
    const resumed = await workflows.resume(id);
    // Nobody can tell of a command whether it came to its end: a person says so, and it is not run again.
    const asking = async (): Promise<readonly string[]> => {
      const children = await workflows.executions({ parent: id });
      const views = await Promise.all(children.map((child) => workflows.execution(child.id)));
      return views.flatMap(({ record, state }) => (state.steps.get('step#1')?.status === 'asking' ? [record.id] : []));
    };
    const asked = await waitFor('both questions', async () => { const found = await asking(); return found.length === 2 && found; }, withinMs);
    for (const execution of asked) await workflows.answer({ execution, step: 'step#1', answer: 'done' });
    const state = await resumed.done;
    expect(state).toMatchObject({ status: 'succeeded', recoveries: 1, costNano: 9_846_000 });
    expect(state.latest.get('list')?.output).toMatchObject({ value: { count: 6, passed: 6, failed: 0 } });
    expect(place.ledger()).toEqual([...items].sort());
  });
});

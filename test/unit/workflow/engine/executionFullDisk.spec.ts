import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createArtifacts } from '../../../../src/workflow/executions/artifacts';
import { fullDisk } from '../../../support/crashFileSystem';
import { expectCode } from '../../../support/expectCode';
import { chain, executionBench, statuses, told } from '../../../support/executionHarness';
import { temporaryFolder } from '../../../support/storageHarness';
import { node } from '../../../support/workflowDriver';

const once = { effect: 'atMostOnce' };
const trying = /could not be stored yet, trying again/;
const patience = { timeout: 10_000 };

describe('a disk that is full', () => {
  it('pauses an execution until there is space: nothing is lost, and nothing is done twice', async () => {
    const disk = fullDisk();
    const bench = await executionBench({ a: { run: () => { disk.fillAfter(0); return { outcome: 'passed', output: 'paid', costNano: 7 }; } } }, disk.fileSystem);
    const execution = await bench.start(chain(node('a', 'script', once), { ...node('b', 'script', once), attemptTimeoutMs: 1000, timeoutMs: 1000 }, node('c', 'script', once)));
    await expect.poll(() => bench.said.filter((text) => trying.test(text)), patience).toHaveLength(1);
    await expect.poll(() => statuses(execution.state)).toMatchObject({ 'a#1': 'succeeded', 'b#1': 'running' });
    // Its own time has not begun: it waits for the disk.
    bench.timers.advance(3_600_000);
    expect(statuses(execution.state)['b#1']).toBe('running');
    expect(bench.ran).toEqual(['a#1']);
    expect(bench.said.filter((text) => trying.test(text))).toHaveLength(1);
    disk.free();
    const state = await execution.done;
    expect(state).toMatchObject({ status: 'succeeded', costNano: 7 });
    expect(bench.ran).toEqual(['a#1', 'b#1', 'c#1']);
    const events = await bench.events(execution.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.seq).toBe(state.seq);
    expect(bench.said.filter((text) => trying.test(text))).toHaveLength(1);
  });

  it('does not keep it from being given back: what is durable is where the next owner begins', async () => {
    const disk = fullDisk();
    const bench = await executionBench({
      a: { run: () => { disk.fillAfter(0); return { outcome: 'passed' }; } },
      b: { probe: () => ({ happened: 'no' }) },
    }, disk.fileSystem);
    const definition = chain(node('a', 'script', once), node('b', 'script', once));
    const execution = await bench.start(definition);
    await expect.poll(() => bench.said.some((text) => trying.test(text)), patience).toBe(true);
    await execution.handOver();
    expect(statuses(await execution.done)).toEqual({ 'start#1': 'succeeded', 'a#1': 'running' });
    disk.free();
    const next = await bench.resume(execution.id, definition);
    expect((await next.done).status).toBe('succeeded');
    // The store had kept the end of `a`, so nobody even had to look for it.
    expect(bench.ran).toEqual(['a#1', 'b#1']);
  });

  it('ends the wait of an owner whose execution was taken over meanwhile', async () => {
    const disk = fullDisk();
    const bench = await executionBench({ a: { run: () => { disk.fillAfter(0); return { outcome: 'passed' }; } }, b: { probe: () => ({ happened: 'no' }) } }, disk.fileSystem);
    const definition = chain(node('a', 'script', once), node('b', 'script', once));
    const execution = await bench.start(definition);
    await expect.poll(() => bench.said.some((text) => trying.test(text)), patience).toBe(true);
    await expectCode(bench.store.workflows.claim(execution.id, { takeOver: true }), 'disk-full');
    disk.free();
    const next = await bench.resume(execution.id, definition);
    await Promise.all([execution.done, next.done]);
    // What the first owner had done was queued before the second one asked.
    expect(bench.ran.filter((step) => step === 'a#1')).toHaveLength(1);
    expect(execution.state.status).toBe('running');
    expect(next.state.status).toBe('succeeded');
  });
});

describe('an output that cannot be kept just now', () => {
  it('is kept when it can be; the step is not run again', async () => {
    const folder = path.join(temporaryFolder(), 'artifacts');
    writeFileSync(folder, 'in the way');
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: 'x'.repeat(5000) }) } });
    const execution = await bench.start(chain(node('a', 'script', once)), { artifacts: createArtifacts(folder) });
    await expect.poll(() => bench.said.filter((text) => trying.test(text)), patience).toHaveLength(1);
    expect(told(await bench.events(execution.id))).not.toContain('step.completed a#1');
    rmSync(folder);
    mkdirSync(folder);
    expect((await execution.done).status).toBe('succeeded');
    expect(bench.ran).toEqual(['a#1']);
  });

  it('is let go of when the execution is given back', async () => {
    const folder = path.join(temporaryFolder(), 'artifacts');
    writeFileSync(folder, 'in the way');
    const bench = await executionBench({ a: { run: () => ({ outcome: 'passed', output: 'x'.repeat(5000) }) } });
    const execution = await bench.start(chain(node('a', 'script', once)), { artifacts: createArtifacts(folder) });
    await expect.poll(() => bench.said.some((text) => trying.test(text)), patience).toBe(true);
    await execution.handOver();
    expect(statuses(await execution.done)).toMatchObject({ 'a#1': 'running' });
    expect((await bench.store.workflows.execution(execution.id))?.owner).toBe('none');
  });
});

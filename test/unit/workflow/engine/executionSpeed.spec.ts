import { describe, expect, it } from 'vitest';
import type { WorkflowDefinition } from '../../../../src/model/workflow/definition';
import { chain, executionBench } from '../../../support/executionHarness';
import { edge, node, workflow } from '../../../support/workflowDriver';

function steps(count: number, effect = 'pure'): WorkflowDefinition {
  return chain(...Array.from({ length: count }, (_, index) => node(`n${index}`, 'script', { effect })));
}

describe('the engine’s own time', () => {
  it('is far below a millisecond a step, however long the chain is, and others get their turns', async () => {
    const bench = await executionBench();
    // Time of this thread alone: what the machine is busy with besides is not the engine's.
    const run = async (definition: WorkflowDefinition): Promise<number> => {
      const before = process.threadCpuUsage();
      expect((await (await bench.start(definition)).done).status).toBe('succeeded');
      const { user, system } = process.threadCpuUsage(before);
      return (user + system) / 1000;
    };
    const best = async (definition: WorkflowDefinition): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 5; round++) times.push(await run(definition));
      return Math.min(...times);
    };
    await best(steps(100));
    const [hundred, fourHundred] = [(await best(steps(100))) / 100, (await best(steps(400))) / 400];
    const wide = workflow([node('start', 'start'), ...Array.from({ length: 100 }, (_, index) => node(`p${index}`))], Array.from({ length: 100 }, (_, index) => edge('start', `p${index}`)));
    const parallel = (await best(wide)) / 100;
    expect(hundred).toBeLessThan(1);
    expect(parallel).toBeLessThan(1);
    expect(fourHundred).toBeLessThan(hundred * 1.5);

    let turns = 0;
    const ticker = setInterval(() => turns++, 1);
    const tookMs = await run(steps(2000));
    clearInterval(ticker);
    // Every ten milliseconds one, were nothing else to be done.
    expect(turns).toBeGreaterThan(tookMs / 40);
  });
});

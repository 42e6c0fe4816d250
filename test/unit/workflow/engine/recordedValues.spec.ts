import { describe, expect, it } from 'vitest';
import { LiveState } from '../../../../src/model/workflow/fold/liveState';
import type { Recorded } from '../../../../src/model/workflow/event';
import { RecordedValues } from '../../../../src/workflow/engine/recordedValues';
import { createArtifacts } from '../../../../src/workflow/executions/artifacts';
import { temporaryDirectory } from '../../../support/temporary';

const many = Array.from({ length: 150 }, (_, index) => index);

function valuesOf(): { readonly state: LiveState; readonly values: RecordedValues } {
  const state = new LiveState('x');
  return { state, values: new RecordedValues(state, createArtifacts(temporaryDirectory()), (text) => text) };
}

function long(index: number): string {
  return `${index} ${'x'.repeat(5000)}`;
}

function finish(state: LiveState, node: string, pass: number, output: Recorded): void {
  state.setStep({ id: `${node}#${pass}`, node, pass, status: 'succeeded', tokens: [], attempts: [], startedAt: 1, output, isDeciding: false, taken: [], verdicts: [] });
}

async function kept(values: RecordedValues, index: number): Promise<Recorded> {
  const recorded = await values.record(long(index));
  if (recorded === undefined || !('artifact' in recorded)) throw new Error('that was not long');
  return recorded;
}

describe('long outputs', () => {
  it('are there for expressions, however many were kept at the same time before the journal spoke of them', async () => {
    const { state, values } = valuesOf();
    await values.ready();
    const recorded = await Promise.all(many.map((index) => kept(values, index)));
    recorded.forEach((output, index) => { finish(state, `n${index}`, 1, output); });
    await values.ready();
    const { nodes } = values.scope();
    for (const index of many) expect(nodes[`n${index}`]?.output).toBe(long(index));
    expect(values.ready()).toBeUndefined();
  });

  it('of a step before the newest of its node can be asked for, and are no empty output before', async () => {
    const { state, values } = valuesOf();
    const first = await kept(values, 0);
    finish(state, 'loop', 1, first);
    finish(state, 'loop', 2, { value: 'short' });
    for (const index of many) await kept(values, index + 1);
    expect(() => values.valueOf(first)).toThrow('was not read');
    await values.ready([first]);
    expect(values.valueOf(first)).toBe(long(0));
  });
});

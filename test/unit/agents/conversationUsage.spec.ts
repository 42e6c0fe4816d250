import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addByModel, ConversationUsage } from '../../../src/agents/conversationUsage';
import type { Usage } from '../../../src/model/usage';
import type { UsageByModel } from '../../../src/model/usageByModel';

const count = fc.nat(1e9);
const usage: fc.Arbitrary<Usage> = fc.record({
  input: fc.record({ text: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count }),
  output: fc.record({ text: count, reasoning: count }),
});
const byModel: fc.Arbitrary<UsageByModel> = fc.dictionary(
  fc.constantFrom('big', 'small', 'tiny'),
  fc.oneof(
    usage.map((known) => ({ usage: known, costBasis: 'unknown' as const })),
    fc.record({ usage, costNano: count, costBasis: fc.constant('reported' as const) }),
  ),
);

describe('ConversationUsage', () => {
  it('adds up the runs of a conversation to its last total, whatever each of them told', () => {
    fc.assert(
      fc.property(fc.array(byModel, { minLength: 1, maxLength: 6 }), (turns) => {
        let totals: UsageByModel = {};
        let mark: UsageByModel | undefined;
        let sum: UsageByModel = {};
        for (const [index, turn] of turns.entries()) {
          totals = addByModel(totals, turn);
          const run = new ConversationUsage({ resumed: index > 0, ...(mark && { mark: JSON.parse(JSON.stringify(mark)) as UsageByModel }) });
          run.add({ totals });
          expect(run.incomplete).toBe(false);
          sum = addByModel(sum, run.run);
          mark = run.mark;
        }
        expect(tokens(sum)).toEqual(tokens(totals));
      }),
    );
  });

  it('does not guess without a mark, nor with one that the totals do not reach', () => {
    fc.assert(
      fc.property(byModel, byModel, (totals, more) => {
        const unmarked = new ConversationUsage({ resumed: true });
        unmarked.add({ totals });
        expect([unmarked.run, unmarked.incomplete]).toEqual([{}, true]);
        const mark = addByModel(addByModel(totals, more), { big: { usage: { input: { text: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 0, reasoning: 0 } }, costBasis: 'unknown' } });
        const beyond = new ConversationUsage({ resumed: true, mark });
        beyond.add({ totals });
        expect([beyond.run, beyond.incomplete, beyond.mark]).toEqual([{}, true, totals]);
      }),
    );
  });

  it('prefers what is told of the turn, and takes a part of it for no more than that', () => {
    const one: UsageByModel = { big: { usage: { input: { text: 5, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 1, reasoning: 0 } }, costBasis: 'unknown' } };
    const since = new ConversationUsage({ resumed: true });
    expect(since.add({ since: one, totals: addByModel(one, one) })).toBe(true);
    expect([since.run, since.incomplete]).toEqual([one, false]);
    const part = new ConversationUsage({ resumed: true });
    part.add({ atLeast: one });
    expect([part.run, part.incomplete, part.mark]).toEqual([one, true, undefined]);
    const silent = new ConversationUsage({ resumed: false });
    expect([silent.add({}), silent.run, silent.incomplete, silent.mark]).toEqual([false, {}, false, {}]);
  });
});

/** By model, without models of which nothing was used. */
function tokens(usages: UsageByModel): unknown {
  const entries = Object.entries(usages).map(([model, known]) => [model, known.usage] as const);
  return Object.fromEntries(entries.filter(([, known]) => [...Object.values(known.input), ...Object.values(known.output)].some((value) => value > 0)));
}

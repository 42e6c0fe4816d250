import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { createExpressions } from '../../../../src/workflow/language/expressions';
import type { Expressions } from '../../../../src/workflow/language/expressionScope';
import { testAssetsDirectory } from '../../../support/buildAssets';
import { begunAgain, crashLedger, essence } from '../../../support/crashWorkflow';
import { seededRandom } from '../../../support/seededRandom';
import { live, nothingYet, type Death, type Remains } from '../../../support/simulatedCrash';

/** What may be there twice: tests are run again. */
function effects({ ledger }: Remains): string[] {
  return ledger.filter((line) => !line.startsWith('test'));
}

async function toTheEnd(expressions: Expressions, seed: number, deaths: readonly Death[]): Promise<{ readonly remains: Remains; readonly state: unknown; readonly lives: number }> {
  const remains = nothingYet();
  const random = seededRandom(seed);
  let lives = 0;
  for (;;) {
    const state = await live(remains, expressions, random, deaths[lives]);
    lives++;
    if (state) return { remains, state: essence(state), lives };
  }
}

describe('a program that dies in the midst of a workflow', () => {
  let expressions: Expressions;
  beforeAll(async () => {
    expressions = createExpressions({ assetsDirectory: testAssetsDirectory });
    await expressions.prepare();
  });
  afterAll(() => { expressions.dispose(); });

  function expectSound({ remains, state }: { readonly remains: Remains; readonly state: unknown }, expected: unknown, what: string): void {
    expect(effects(remains), what).toEqual(crashLedger);
    expect(new Set(remains.ledger).has('test 1') && new Set(remains.ledger).has('test 2'), what).toBe(true);
    expect(remains.repeated, what).toEqual([]);
    expect(begunAgain(remains.events), what).toEqual([]);
    expect(remains.events.map(({ seq }) => seq), what).toEqual(remains.events.map((_, index) => index + 1));
    expect(state, what).toEqual(expected);
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('ends as if it had not, wherever it dies (seed %i)', async (seed) => {
    const whole = await toTheEnd(expressions, seed, []);
    expect(whole.lives).toBe(1);
    expect(effects(whole.remains)).toEqual(crashLedger);
    const last = whole.remains.events.length;
    expect(last).toBeGreaterThan(40);
    const deaths: Death[] = [];
    for (let seq = 2; seq <= last; seq++) deaths.push({ at: 'before', seq }, { at: 'after', seq });
    for (let line = 1; line <= whole.remains.ledger.length; line++) deaths.push({ at: 'line', line });
    for (const death of deaths) {
      const end = await toTheEnd(expressions, seed, [death]);
      expect(end.lives, JSON.stringify(death)).toBe(2);
      expectSound(end, whole.state, JSON.stringify(death));
    }
  }, 60_000);

  it('ends as if it had not when it dies again and again', async () => {
    const whole = await toTheEnd(expressions, 7, []);
    const random = seededRandom(11);
    for (let round = 0; round < 30; round++) {
      const deaths = Array.from({ length: 8 }, (_, index): Death => ({ at: random() < 0.5 ? 'before' : 'after', seq: 3 + index * 6 + Math.floor(random() * 6) }));
      expectSound(await toTheEnd(expressions, round, deaths), whole.state, JSON.stringify(deaths));
    }
  }, 60_000);
});

import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/model/session';
import { stillHeldBack } from '../../../src/vscode/commands/budgetChange';
import { costSession } from '../../support/costFixtures';

const held = costSession('held', { status: 'budget-exceeded' });
const own = costSession('own', { status: 'budget-exceeded', budgetNano: 5 });
const free = costSession('free', { status: 'stopped' });
const sessions = [held, own, free];
const ids = (found: readonly Session[]): string[] => found.map(({ id }) => id);

describe('sessions still held back after a change of a budget', () => {
  it('are all that are over a budget when the day’s was raised or taken away', () => {
    expect(ids(stillHeldBack({ of: 'day', beforeNano: 10, afterNano: 20 }, sessions))).toEqual(['held', 'own']);
    expect(ids(stillHeldBack({ of: 'day', beforeNano: 10, afterNano: undefined }, sessions))).toEqual(['held', 'own']);
  });

  it('are those without a budget of their own when the default was raised', () => {
    expect(ids(stillHeldBack({ of: 'default', beforeNano: 1, afterNano: 2 }, sessions))).toEqual(['held']);
  });

  it('is the one whose own budget was raised, and no other', () => {
    expect(ids(stillHeldBack({ of: own, beforeNano: 5, afterNano: 6 }, sessions))).toEqual(['own']);
    expect(stillHeldBack({ of: free, beforeNano: 5, afterNano: 6 }, sessions)).toEqual([]);
  });

  it.each([
    ['lowered', 10, 5],
    ['the same', 10, 10],
    ['new', undefined, 5],
    ['still none', undefined, undefined],
  ])('are not spoken of when the budget is %s', (_, beforeNano, afterNano) => {
    expect(stillHeldBack({ of: 'day', beforeNano, afterNano }, sessions)).toEqual([]);
  });
});

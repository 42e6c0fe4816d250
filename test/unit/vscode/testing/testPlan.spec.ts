import { describe, expect, it } from 'vitest';
import { planRuns } from '../../../../src/vscode/testing/testPlan';

const listed = [
  { placeKey: 'checkout', suite: 'gate', name: 'eslint' },
  { placeKey: 'checkout', suite: 'gate', name: 'tests' },
  { placeKey: 'session', suite: 'gate', name: 'eslint' },
  { placeKey: 'checkout', suite: 'slow', name: 'tests' },
];

describe('what a run of the Test Explorer evaluates', () => {
  it('is one call for each suite of a place, whole where all of it is wanted', () => {
    expect(planRuns(listed, () => true)).toEqual([
      { placeKey: 'checkout', suite: 'gate', evaluators: ['eslint', 'tests'], whole: true },
      { placeKey: 'session', suite: 'gate', evaluators: ['eslint'], whole: true },
      { placeKey: 'checkout', suite: 'slow', evaluators: ['tests'], whole: true },
    ]);
  });

  it('is no gate when only some are wanted', () => {
    expect(planRuns(listed, ({ name, placeKey }) => name === 'eslint' && placeKey === 'checkout')).toEqual([{ placeKey: 'checkout', suite: 'gate', evaluators: ['eslint'], whole: false }]);
  });

  it('is nothing when nothing is wanted', () => {
    expect(planRuns(listed, () => false)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { Deadline } from '../../../src/evaluation/deadline';
import { inPool } from '../../../src/evaluation/pool';
import { waitFor } from '../../support/waitFor';

interface Open {
  readonly item: number;
  readonly end: () => void;
}

describe('the pool', () => {
  it('begins in order, never does more at a time, and gives the results in order', async () => {
    const open: Open[] = [];
    const begun: number[] = [];
    const done = inPool([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await new Promise<void>((end) => open.push({ item, end }));
      return item * 10;
    });
    // The later of the two ends first, so a result out of order would be seen.
    for (const count of [2, 2, 2, 2, 1]) {
      expect(await waitFor(`${count} at a time`, () => open.length === count && count)).toBe(count);
      open.pop()?.end();
    }
    expect(await done).toEqual([10, 20, 30, 40, 50]);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends all work before it throws', async () => {
    const ended: number[] = [];
    await expect(
      inPool([1, 2, 3], 2, async (item) => {
        await Promise.resolve();
        if (item === 1) throw new Error('one');
        ended.push(item);
      }),
    ).rejects.toThrow('one');
    expect(ended).toEqual([2, 3]);
  });

  it('has nothing to do for no items', async () => {
    expect(await inPool([], 4, () => Promise.resolve(1))).toEqual([]);
  });
});

describe('a deadline', () => {
  it('is over after its time', async () => {
    const deadline = new Deadline(5);
    expect(deadline.isOver).toBe(false);
    await waitFor('its end', () => deadline.isOver);
    expect(deadline.signal.aborted).toBe(true);
  });

  it('stands still while it is held, also by two at once', async () => {
    const deadline = new Deadline(30);
    const long = new Deadline(90);
    const releases: (() => void)[] = [];
    const holds = [1, 2].map(() => deadline.hold(() => new Promise<void>((release) => releases.push(release))));
    releases[0]?.();
    await holds[0];
    await waitFor('a longer one', () => long.isOver);
    expect(deadline.isOver).toBe(false);
    releases[1]?.();
    await holds[1];
    await waitFor('its end', () => deadline.isOver);
  });

  it('goes on from where it stood', async () => {
    const deadline = new Deadline(400);
    const before = new Deadline(300);
    await waitFor('most of its time', () => before.isOver);
    await deadline.hold(() => Promise.resolve());
    // Begun anew it would be over after this one.
    const after = new Deadline(250);
    await waitFor('its end', () => deadline.isOver);
    expect(after.isOver).toBe(false);
    after.dispose();
  });

  it('does not come any more once it is disposed of', async () => {
    const deadline = new Deadline(5);
    const other = new Deadline(20);
    deadline.dispose();
    await waitFor('the other one', () => other.isOver);
    expect(deadline.isOver).toBe(false);
  });
});

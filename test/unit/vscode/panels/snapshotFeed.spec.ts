import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../../src/base/clock';
import { SnapshotFeed } from '../../../../src/vscode/panels/snapshotFeed';

let clock: SimulatedClock;
let timers: { at: number; run: () => void }[];
let state: number;
let readingTakesMs: number;
let broken: boolean;
let sent: { at: number; value: number }[];
let failures: unknown[];
let feed: SnapshotFeed<number>;

async function advance(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed++) {
    clock.advance(1);
    const due = timers.filter(({ at }) => at <= clock.now());
    timers = timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) await Promise.resolve();
}

beforeEach(() => {
  clock = new SimulatedClock(1_000);
  timers = [];
  state = 0;
  readingTakesMs = 0;
  broken = false;
  sent = [];
  failures = [];
  feed = new SnapshotFeed({
    read: async () => {
      await Promise.resolve();
      clock.advance(readingTakesMs);
      if (broken) throw new Error('cannot read');
      return state;
    },
    send: (value) => sent.push({ at: clock.now(), value }),
    fail: (error) => failures.push(error),
    clock,
    later: (run, milliseconds) => {
      const timer = { at: clock.now() + milliseconds, run };
      timers.push(timer);
      return { dispose: () => (timers = timers.filter((other) => other !== timer)) };
    },
  });
});

describe('SnapshotFeed', () => {
  it('sends at most four snapshots a second and always the last state', async () => {
    feed.setOpen(true);
    await settle();
    for (let n = 1; n <= 1_000; n++) {
      state = n;
      feed.changed();
      await advance(1);
    }
    expect(sent.length).toBeLessThanOrEqual(5);
    await advance(300);
    expect(sent.at(-1)?.value).toBe(1_000);
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250);
  });

  it('slows down when reading stays slow', async () => {
    readingTakesMs = 400;
    feed.setOpen(true);
    await settle();
    feed.changed();
    await settle();
    expect(sent).toHaveLength(2);
    feed.changed();
    await advance(1_199);
    expect(sent).toHaveLength(2);
    await advance(10);
    expect(sent).toHaveLength(3);
  });

  it('shows a change within the shortest pause after one slow reading, the first or a later one', async () => {
    for (const slowMs of [500, 5_000]) {
      readingTakesMs = slowMs;
      feed.changed();
      feed.setOpen(true);
      await settle();
      readingTakesMs = 10;
      const before = sent.length;
      feed.changed();
      await advance(250);
      expect(sent.length).toBeGreaterThan(before);
      await advance(250);
    }
  });

  it('reads nothing while closed, and catches up when opened', async () => {
    feed.changed();
    await advance(1_000);
    expect(sent).toEqual([]);
    feed.setOpen(true);
    await settle();
    feed.setOpen(false);
    state = 2;
    feed.changed();
    await advance(1_000);
    expect(sent.map(({ value }) => value)).toEqual([0]);
    feed.setOpen(true);
    await settle();
    expect(sent.map(({ value }) => value)).toEqual([0, 2]);
  });

  it('reports a failed reading and goes on', async () => {
    broken = true;
    feed.setOpen(true);
    await settle();
    expect(failures).toHaveLength(1);
    broken = false;
    feed.changed();
    await advance(300);
    expect(sent).toHaveLength(1);
  });

  it('is silent after it was disposed', async () => {
    feed.setOpen(true);
    feed.dispose();
    feed.changed();
    await advance(1_000);
    expect(sent).toEqual([]);
    expect(timers).toEqual([]);
  });
});

import { act } from '@testing-library/react';
import { expect } from 'vitest';
import type { CostContract, CostlyStep, CostSnapshot, CostWish } from '../../src/protocol/costDashboard';
import { CostPageMessage } from '../../src/protocol/costDashboard';
import { validator } from '../../src/protocol/validate';
import { mountCosts } from '../../webview/costDashboard/mount';
import { type CostStory } from '../support/costFixtures';
import { storyReport } from '../support/costSums';
import { openPage, type OpenedPage } from './pageHarness';

const checkMessage = validator(CostPageMessage);

export interface CostPage extends OpenedPage<CostContract> {
  /** What the page started, as `name` or `name:parameter`. */
  readonly actions: readonly string[];
  /** What the page wanted to see, the last wish at the end. */
  readonly wishes: readonly CostWish[];
  /** Shows another state of the repository. */
  readonly show: (story: CostStory) => void;
  readonly send: (snapshot: CostSnapshot) => void;
}

export interface CostPageOptions {
  readonly state?: object;
  readonly steps?: readonly CostlyStep[];
  readonly repositories?: CostSnapshot['repositories'];
}

/** The real page over the real host peer, in one memory. Without a story the host stays silent. */
export function openCosts(story: CostStory | undefined, { state, steps = [], repositories = [{ id: '/repositories/invoices', name: 'invoices' }] }: CostPageOptions = {}): CostPage {
  const actions: string[] = [];
  const wishes: CostWish[] = [];
  let current = story;
  const snapshot = (shown: CostStory): CostSnapshot => {
    const wish = wishes.at(-1) ?? expect.unreachable('the page asked for nothing');
    const repository = repositories.find(({ id }) => id === wish.repository)?.id ?? repositories[0]?.id ?? '';
    return { repositories, repository, takenAt: shown.now, report: storyReport(shown, wish.query) };
  };
  const send = (sent: CostSnapshot): void => act(() => page.peer.sendSnapshot(sent));
  const page = openPage<CostContract>({
    state,
    check: checkMessage,
    mount: mountCosts,
    handlers: (peer) => ({
      ready: () => {
        if (current) peer().sendSnapshot(snapshot(current));
      },
      request: {
        snapshot: () => (current ? Promise.resolve(snapshot(current)) : new Promise(() => undefined)),
        costlySteps: () => Promise.resolve(steps),
      },
      action: {
        show: (wish) => {
          wishes.push(wish);
          if (current && wishes.length > 1) peer().sendSnapshot(snapshot(current));
        },
        openSession: ({ sessionId, stepId }) => void actions.push(`openSession:${sessionId}${stepId === undefined ? '' : `:${stepId}`}`),
        newSession: () => void actions.push('newSession'),
        setBudget: ({ sessionId }) => void actions.push(`setBudget:${sessionId ?? 'all'}`),
        export: () => void actions.push('export'),
        showLog: () => void actions.push('showLog'),
      },
    }),
  });
  return {
    ...page,
    actions,
    wishes,
    show: (next) => {
      current = next;
      send(snapshot(next));
    },
    send,
    dispose: () => {
      page.dispose();
      expect(page.warnings).toEqual([]);
    },
  };
}

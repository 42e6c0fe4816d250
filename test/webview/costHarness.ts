import { act } from '@testing-library/react';
import { expect } from 'vitest';
import type { Disposable } from '../../src/base/disposable';
import type { CostContract, CostlyStep, CostSnapshot, CostWish } from '../../src/protocol/costDashboard';
import { CostPageMessage } from '../../src/protocol/costDashboard';
import { HostPeer } from '../../src/protocol/hostPeer';
import { validator } from '../../src/protocol/validate';
import { mountCosts } from '../../webview/costDashboard/mount';
import type { HostTwin } from '../../webview/shared/hostTwin';
import { createHostTwin } from '../../webview/shared/hostTwin';
import { storyReport, type CostStory } from '../support/costFixtures';

const checkMessage = validator(CostPageMessage);

export interface CostPage extends Disposable {
  readonly twin: HostTwin;
  readonly peer: HostPeer<CostContract>;
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
  const twin = createHostTwin(state);
  const actions: string[] = [];
  const warnings: string[] = [];
  const wishes: CostWish[] = [];
  let current = story;
  const snapshot = (shown: CostStory): CostSnapshot => {
    const wish = wishes.at(-1) ?? expect.unreachable('the page asked for nothing');
    const repository = repositories.find(({ id }) => id === wish.repository)?.id ?? repositories[0]?.id ?? '';
    return { repositories, repository, takenAt: shown.now, report: storyReport(shown, wish.query) };
  };
  const send = (sent: CostSnapshot): void => act(() => peer.sendSnapshot(sent));
  const peer: HostPeer<CostContract> = new HostPeer<CostContract>(
    twin.transport,
    checkMessage,
    {
      ready: () => {
        if (current) peer.sendSnapshot(snapshot(current));
      },
      request: {
        snapshot: () => (current ? Promise.resolve(snapshot(current)) : new Promise(() => undefined)),
        costlySteps: () => Promise.resolve(steps),
      },
      action: {
        show: (wish) => {
          wishes.push(wish);
          if (current && wishes.length > 1) peer.sendSnapshot(snapshot(current));
        },
        openSession: ({ sessionId, stepId }) => void actions.push(`openSession:${sessionId}${stepId === undefined ? '' : `:${stepId}`}`),
        newSession: () => void actions.push('newSession'),
        setBudget: ({ sessionId }) => void actions.push(`setBudget:${sessionId ?? 'all'}`),
        export: () => void actions.push('export'),
        showLog: () => void actions.push('showLog'),
      },
    },
    { warn: (message) => void warnings.push(message), error: (message) => void warnings.push(message) },
  );
  const root = document.createElement('div');
  root.id = 'root';
  document.body.append(root);
  let page: Disposable | undefined;
  act(() => {
    page = mountCosts(root, twin.api, twin.incoming);
  });
  return {
    twin,
    peer,
    actions,
    wishes,
    show: (next) => {
      current = next;
      send(snapshot(next));
    },
    send,
    dispose: () => {
      act(() => page?.dispose());
      peer.dispose();
      root.remove();
      // Whatever a test does, the page may only send what the host accepts.
      expect(warnings).toEqual([]);
    },
  };
}

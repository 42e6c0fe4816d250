import { act } from '@testing-library/react';
import { expect } from 'vitest';
import type { Disposable } from '../../src/base/disposable';
import { HostPeer } from '../../src/protocol/hostPeer';
import type { TimelineContract } from '../../src/protocol/sessionTimeline';
import { TimelinePageMessage } from '../../src/protocol/sessionTimeline';
import { spanDetails } from '../../src/protocol/timelineSnapshot';
import { validator } from '../../src/protocol/validate';
import type { HostTwin } from '../../webview/shared/hostTwin';
import { createHostTwin } from '../../webview/shared/hostTwin';
import { mountTimeline } from '../../webview/sessionTimeline/mount';
import type { Story } from '../support/webviewStories';
import { storySnapshot } from '../support/webviewStories';

const checkMessage = validator(TimelinePageMessage);

export interface TimelinePage extends Disposable {
  readonly twin: HostTwin;
  readonly peer: HostPeer<TimelineContract>;
  /** What the page started, as `name` or `name:parameter`. */
  readonly actions: readonly string[];
  readonly warnings: readonly string[];
  /** Shows another state of the session. */
  readonly show: (story: Story) => void;
  /** What the host cannot do from now on. */
  readonly breakDetails: (error: Error) => void;
}

/** The real page over the real host peer, in one memory. Without a story the host stays silent. */
export function openTimeline(story: Story | undefined, savedState?: object): TimelinePage {
  const twin = createHostTwin(savedState === undefined ? undefined : { subject: 'session-1', ...savedState });
  const actions: string[] = [];
  const warnings: string[] = [];
  let current = story;
  let detailsError: Error | undefined;
  const peer = new HostPeer<TimelineContract>(
    twin.transport,
    checkMessage,
    {
      ready: () => {
        if (current) peer.sendSnapshot(storySnapshot(current));
      },
      request: {
        snapshot: () => (current ? Promise.resolve(storySnapshot(current)) : new Promise(() => undefined)),
        spanDetails: ({ spanId }) => {
          const span = current?.spans.find(({ id }) => id === spanId);
          return detailsError === undefined && span ? Promise.resolve(spanDetails(span)) : Promise.reject(detailsError ?? new Error('no such step'));
        },
      },
      action: {
        stop: () => void actions.push('stop'),
        runIteration: () => void actions.push('runIteration'),
        showLog: () => void actions.push('showLog'),
        openCommit: ({ sha }) => void actions.push(`openCommit:${sha}`),
        showChanges: ({ iterationId }) => void actions.push(`showChanges:${iterationId ?? 'all'}`),
      },
    },
    { warn: (message) => void warnings.push(message), error: (message) => void warnings.push(message) },
  );
  const root = document.createElement('div');
  root.id = 'root';
  root.dataset['subject'] = 'session-1';
  document.body.append(root);
  let page: Disposable | undefined;
  act(() => {
    page = mountTimeline(root, twin.api, twin.incoming);
  });
  return {
    twin,
    peer,
    actions,
    warnings,
    show: (next) => {
      current = next;
      act(() => peer.sendSnapshot(storySnapshot(next)));
    },
    breakDetails: (error) => {
      detailsError = error;
    },
    dispose: () => {
      act(() => page?.dispose());
      peer.dispose();
      root.remove();
      // Whatever a test does, the page may only send what the host accepts.
      expect(warnings.filter((warning) => warning.includes('a message that is none'))).toEqual([]);
    },
  };
}

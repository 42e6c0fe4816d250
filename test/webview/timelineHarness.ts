import { act } from '@testing-library/react';
import type { TimelineContract } from '../../src/protocol/sessionTimeline';
import { TimelinePageMessage } from '../../src/protocol/sessionTimeline';
import { spanDetails } from '../../src/protocol/timelineSnapshot';
import { validator } from '../../src/protocol/validate';
import { mountTimeline } from '../../webview/sessionTimeline/mount';
import type { Story } from '../support/webviewStories';
import { storySnapshot } from '../support/webviewStories';
import { openPage, type OpenedPage } from './pageHarness';

const subject = 'session-1';
const checkMessage = validator(TimelinePageMessage);

export interface TimelinePage extends OpenedPage<TimelineContract> {
  /** What the page started, as `name` or `name:parameter`. */
  readonly actions: readonly string[];
  /** Shows another state of the session. */
  readonly show: (story: Story) => void;
  /** What the host cannot do from now on. */
  readonly breakDetails: (error: Error) => void;
}

/** The real page over the real host peer, in one memory. Without a story the host stays silent. */
export function openTimeline(story: Story | undefined, savedState?: object): TimelinePage {
  const actions: string[] = [];
  let current = story;
  let detailsError: Error | undefined;
  const page = openPage<TimelineContract>({
    state: savedState === undefined ? undefined : { subject, ...savedState },
    subject,
    check: checkMessage,
    mount: mountTimeline,
    handlers: (peer) => ({
      ready: () => {
        if (current) peer().sendSnapshot(storySnapshot(current));
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
    }),
  });
  return {
    ...page,
    actions,
    show: (next) => {
      current = next;
      act(() => page.peer.sendSnapshot(storySnapshot(next)));
    },
    breakDetails: (error) => {
      detailsError = error;
    },
  };
}

import { useEffect, useState } from 'react';
import type { SpanDetails, TimelineContract } from '../../src/protocol/sessionTimeline';
import type { Host } from '../shared/host';
import { readDetails } from './readSnapshot';

export interface DetailsState {
  readonly details: SpanDetails | undefined;
  readonly problem: string | undefined;
}

/** Keys held down run through many rows; only the one that a person stays at is asked for. */
const settleMs = 60;

/** A step's full data. `version` changes when the step did; until the answer is there the old one stays. */
export function useSpanDetails(host: Host<TimelineContract>, spanId: string | undefined, version: string): DetailsState {
  const [state, setState] = useState<DetailsState>({ details: undefined, problem: undefined });
  useEffect(() => {
    if (spanId === undefined) return undefined;
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const details = readDetails(await host.request('spanDetails', { spanId }, controller.signal));
        if (details?.span.id === spanId) setState({ details, problem: undefined });
        else setState({ details: undefined, problem: 'The extension sent no details of this step.' });
      } catch (error) {
        if (!controller.signal.aborted) setState({ details: undefined, problem: error instanceof Error ? error.message : String(error) });
      }
    };
    const timer = setTimeout(() => void ask(), settleMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [host, spanId, version]);
  return state;
}

import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { WorkflowEvent } from '../../../../src/model/workflow/event';
import type { Replay } from '../../slots';
import { eventWords, type EventNames } from './eventWords';

interface RunAnnouncerProps {
  readonly replay: Replay | undefined;
  readonly names: EventNames;
}

const pauseMs = 2_000;
const mostSaid = 3;

/** Tells screen readers what happens in the execution that is followed, every two seconds at most. What had happened before it was shown is not told. */
export function RunAnnouncer({ replay, names }: RunAnnouncerProps): ReactElement {
  const [message, setMessage] = useState('');
  const told = useRef<{ readonly execution: string; seq: number; timer: ReturnType<typeof setTimeout> | undefined } | undefined>(undefined);
  const latest = useRef({ replay, names });
  useEffect(() => {
    latest.current = { replay, names };
    if (replay === undefined || replay.events.length < replay.lastSeq) return;
    if (told.current?.execution !== replay.execution) {
      clearTimeout(told.current?.timer);
      told.current = { execution: replay.execution, seq: replay.events.length, timer: undefined };
    }
    const state = told.current;
    if (state.timer !== undefined || state.seq >= replay.events.length) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      const { replay: now, names: called } = latest.current;
      if (now?.execution !== state.execution) return;
      const words = announcement(now.events.slice(state.seq), called);
      state.seq = now.events.length;
      if (words !== '') setMessage(words);
    }, pauseMs);
  }, [replay, names]);
  useEffect(() => () => clearTimeout(told.current?.timer), []);
  return (
    <div role="status" aria-live="polite" className="visually-hidden">
      {message}
    </div>
  );
}

/** The last things of note among the events, in words; empty when there are none. */
export function announcement(events: readonly WorkflowEvent[], names: EventNames): string {
  const notable = events.filter(isNotable);
  const left = notable.length - mostSaid;
  const said = notable.slice(-mostSaid).map((event) => eventWords(event, names));
  return [...(left > 0 ? [`${left} more`] : []), ...said].join('. ');
}

function isNotable(event: WorkflowEvent): boolean {
  switch (event.type) {
    case 'step.completed':
    case 'step.failed':
    case 'step.asked':
    case 'approval.requested':
    case 'approval.reopened':
    case 'execution.completed':
    case 'execution.parked':
      return true;
    default:
      return false;
  }
}

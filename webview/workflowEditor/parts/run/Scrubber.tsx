import type { ReactElement } from 'react';
import { formatClock, formatTimestamp } from '../../../../src/base/format';
import { IconButton } from '../../../shared/ui/Button';
import type { Replay } from '../../slots';
import { eventWords, type EventNames } from './eventWords';

interface ScrubberProps {
  readonly replay: Replay;
  readonly names: EventNames;
  readonly now: number;
  /** Events may still come. */
  readonly isLive: boolean;
}

/** Goes through an execution event by event. */
export function Scrubber({ replay, names, now, isLive }: ScrubberProps): ReactElement {
  const { events, seq, following, playing } = replay;
  const event = events[seq - 1];
  const words = event === undefined ? 'Nothing yet' : eventWords(event, names);
  const time = event === undefined ? '' : formatClock(event.at, now);
  return (
    <div className="scrubber" role="group" aria-label="Replay">
      <IconButton icon="chevron-left" label="One event back" disabled={seq <= 1} onClick={() => replay.show(seq - 1)} />
      <IconButton icon={playing ? 'debug-pause' : 'play'} label={playing ? 'Pause the replay' : 'Replay'} onClick={playing ? replay.pause : replay.play} />
      <IconButton icon="chevron-right" label="One event on" disabled={seq >= events.length} onClick={() => replay.show(seq + 1)} />
      <input
        type="range"
        min={Math.min(1, events.length)}
        max={events.length}
        value={seq}
        aria-label="Place in the execution"
        aria-valuetext={`${seq} of ${events.length}, ${time}: ${words}`}
        onChange={(change) => replay.show(change.target.valueAsNumber)}
      />
      <IconButton icon="fold-down" label={following ? 'The newest event is shown' : isLive ? 'Follow new events' : 'Go to the end'} pressed={following} onClick={replay.follow} />
      <span className="scrubber-place number">
        {seq} of {events.length}
      </span>
      <span className="scrubber-words" dir="auto" title={event === undefined ? words : `${formatTimestamp(event.at)} ${words}`}>
        <span className="quiet">{time}</span> {words}
      </span>
    </div>
  );
}

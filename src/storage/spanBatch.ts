import type { AmpTraceEvent } from '../model/span';
import type { Cleaner } from './cleaner';
import { soundSpan } from './soundNumbers';
import { attrsToJson, spanToRow } from './spanRows';
import type { StoreConnection } from './storeConnection';

const spansPerMessage = 256;
/** A caller that never lets go of the thread: then they are sent at once, so that memory stays bounded. */
const mostWaitingSpans = 1_024;
const sendDelayMs = 8;
/** Memory for what the disk has not taken yet: some 200,000 spans. */
const maxOutstandingCharacters = 128 * 1024 * 1024;

/**
 * Spans on their way to the worker. One that starts and ends within a batch becomes one row; encoding waits until its caller has let go of
 * the thread, so a step costs it a map entry. What goes over is text: a structured clone of the same rows takes longer on this side.
 */
export class SpanBatch {
  private spans = new Map<string, AmpTraceEvent>();
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private unreported = 0;
  /** Spans that were not kept because too much waited for the disk. */
  dropped = 0;

  constructor(
    private readonly connection: StoreConnection,
    private readonly clean: Cleaner,
  ) {}

  add(span: AmpTraceEvent): void {
    this.spans.set(span.id, span);
    if (this.spans.size >= mostWaitingSpans) this.send();
    else if (this.spans.size >= spansPerMessage) this.soon ??= setImmediate(() => this.send());
    else this.timer ??= setTimeout(() => this.send(), sendDelayMs);
  }

  send(): void {
    clearTimeout(this.timer);
    clearImmediate(this.soon);
    this.timer = undefined;
    this.soon = undefined;
    const spans = [...this.spans.values()];
    this.spans.clear();
    for (let start = 0; start < spans.length; start += spansPerMessage) this.sendSome(spans.slice(start, start + spansPerMessage));
  }

  private sendSome(spans: readonly AmpTraceEvent[]): void {
    if (this.connection.outstandingCharacters > maxOutstandingCharacters) {
      this.dropped += spans.length;
      this.unreported += spans.length;
      return;
    }
    const now = Date.now();
    const sound = spans.map(soundSpan);
    const rows = JSON.stringify(sound.map((span) => spanToRow(span, now, this.clean)));
    const attrs = sound.map((span) => this.clean.json(attrsToJson(span.attrs)));
    this.connection.write({ kind: 'spans', rows, attrs }, attrs.reduce((sum, text) => sum + text.length, rows.length));
  }

  takeUnreportedDrops(): number {
    const count = this.unreported;
    this.unreported = 0;
    return count;
  }
}

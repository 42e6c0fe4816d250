import type { AmpTraceEvent } from '../../model/span';
import type { Rollup } from './rollups';

export interface QueuedSpan {
  readonly span: AmpTraceEvent;
  readonly below: Rollup | undefined;
}

export interface QueueLimits {
  readonly spans: number;
  /** Roughly, by the length of their texts. */
  readonly bytes: number;
}

export const defaultQueueLimits: QueueLimits = { spans: 4_096, bytes: 8 * 1024 * 1024 };

const bytesOfBareSpan = 256;
const bytesOfNestedValue = 512;

/** First in, first out, with a bound that is never passed: what does not fit is not taken. */
export class SpanQueue {
  private items: (QueuedSpan & { readonly bytes: number })[] = [];
  /** Items before it have been taken. Moving all others up at each one would cost more than sending them. */
  private head = 0;
  private bytes = 0;

  constructor(private readonly limits: QueueLimits) {}

  get length(): number {
    return this.items.length - this.head;
  }

  /** False when it is full. */
  push(span: AmpTraceEvent, below: Rollup | undefined): boolean {
    const bytes = roughBytes(span);
    if (this.length >= this.limits.spans || this.bytes + bytes > this.limits.bytes) return false;
    this.items.push({ span, below, bytes });
    this.bytes += bytes;
    return true;
  }

  take(most: number): QueuedSpan[] {
    const end = Math.min(this.items.length, this.head + most);
    const taken = this.items.slice(this.head, end);
    for (const { bytes } of taken) this.bytes -= bytes;
    this.head = end;
    if (this.head === this.items.length || this.head >= this.limits.spans) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return taken;
  }

  clear(): number {
    return this.take(this.length).length;
  }
}

/** Texts count as they are long; what is nested counts as a guess, since walking through it would cost the tracer. */
function roughBytes({ name, attrs, errorMessage, stackTrace }: AmpTraceEvent): number {
  let bytes = bytesOfBareSpan + name.length + (errorMessage?.length ?? 0) + (stackTrace?.length ?? 0);
  for (const key in attrs) {
    const value = attrs[key];
    bytes += key.length + (typeof value === 'string' ? value.length : typeof value === 'object' ? bytesOfNestedValue : 8);
  }
  return bytes;
}

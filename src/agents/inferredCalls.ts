import type { Provider } from '../model/span';
import { present } from '../base/jsonShape';
import type { StreamCalls } from './streamCalls';

/**
 * The model calls of a stream that shows none: what the model says or asks for after the prompt, or after the result of a tool, is one call.
 * Tools that the model asked for at once and that ran one after the other look like several calls; that cannot be told apart.
 */
export class InferredCalls {
  private count = 0;

  constructor(
    private readonly calls: StreamCalls,
    private readonly provider: Provider,
  ) {}

  /** The model has got all it needs for its next answer. */
  asked(ts: number): void {
    this.calls.close(undefined, ts);
    this.calls.requested(undefined, ts);
  }

  /** Something came from the model: the call it belongs to. */
  answer(conversation: string | undefined, model: string | undefined, ts: number): string {
    const open = this.calls.openIn(undefined);
    const callId = open ?? `${conversation ?? 'call'}#${++this.count}`;
    if (open === undefined) this.calls.open({ id: callId, provider: this.provider, ...present({ model }) }, ts);
    this.calls.seen(callId, ts);
    return callId;
  }
}

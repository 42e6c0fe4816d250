import type { Provider } from '../../model/span';
import type { LogCall } from './logCall';

/**
 * A call at the list's price, as nearly all are. It is filled anew for each: objects of their own would make most of what has to be swept up
 * while logs are read.
 */
export class PlainCall implements LogCall {
  key = '';
  session = '';
  ts = 0;
  model: string | undefined;
  provider: Provider = 'unknown';
  readonly usage = { input: { text: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 0, reasoning: 0 } };
  readonly costing = 'list';
  readonly serviceTier = 'standard';
  readonly extras = false;
}

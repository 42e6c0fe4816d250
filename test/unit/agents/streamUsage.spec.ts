import { describe, expect, it } from 'vitest';
import { readUsage, toUsage } from '../../../src/agents/streamUsage';

/** Cache writes of a `usage` object of the Messages API, as `[5 minutes, 1 hour]`. */
function cacheWrites(usage: object): readonly [number, number] | undefined {
  const raw = readUsage({ input_tokens: 1, output_tokens: 1, ...usage });
  const input = raw === undefined || raw === 'invalid' ? undefined : toUsage(raw).input;
  return input && [input.cacheWrite5m, input.cacheWrite1h];
}

describe('cache writes', () => {
  it.each([
    ['a total without parts was written for five minutes', { cache_creation_input_tokens: 600 }, [600, 0]],
    ['parts replace their total', { cache_creation_input_tokens: 600, cache_creation: { ephemeral_5m_input_tokens: 400, ephemeral_1h_input_tokens: 200 } }, [400, 200]],
    ['one part leaves the rest of the total to the other', { cache_creation_input_tokens: 600, cache_creation: { ephemeral_1h_input_tokens: 200 } }, [400, 200]],
    ['parts of zero, as some proxies fill them in, do not wipe the total out', { cache_creation_input_tokens: 600, cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 } }, [600, 0]],
    ['parts without a total count', { cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 } }, [3, 4]],
  ])('%s', (_rule, usage, expected) => {
    expect(cacheWrites(usage)).toEqual(expected);
  });
});

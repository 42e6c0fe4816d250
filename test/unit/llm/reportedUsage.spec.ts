import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicUsage, mergeUsage, openAIUsage, type ReadUsage } from '../../../src/llm/reportedUsage';
import { tokensIn, tokensOut } from '../../../src/model/usage';

describe('usage of OpenAI', () => {
  it('includes cached tokens in the input and reasoning in the output', () => {
    const expected = { input: { text: 200, cacheRead: 1000, cacheWrite5m: 100, cacheWrite1h: 0 }, output: { text: 180, reasoning: 120 } };
    expect(openAIUsage({ prompt_tokens: 1300, completion_tokens: 300, prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 100 }, completion_tokens_details: { reasoning_tokens: 120 } }).usage).toEqual(expected);
    expect(openAIUsage({ input_tokens: 1300, output_tokens: 300, input_tokens_details: { cached_tokens: 1000, cache_write_tokens: 100 }, output_tokens_details: { reasoning_tokens: 120 } }).usage).toEqual(expected);
  });

  it('needs no details', () => {
    expect(openAIUsage({ prompt_tokens: 5, completion_tokens: 0 }).usage).toEqual({ input: { text: 5, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 0, reasoning: 0 } });
  });
});

describe('usage of Anthropic', () => {
  it('excludes cached tokens from the input, and takes the parts of the cache writes for their sum', () => {
    const read = anthropicUsage({ input_tokens: 10, cache_read_input_tokens: 20, cache_creation_input_tokens: 30, cache_creation: { ephemeral_5m_input_tokens: 12, ephemeral_1h_input_tokens: 18 }, output_tokens: 7, output_tokens_details: { thinking_tokens: 3 } });
    expect(read).toEqual({ usage: { input: { text: 10, cacheRead: 20, cacheWrite5m: 12, cacheWrite1h: 18 }, output: { text: 4, reasoning: 3 } } });
  });

  it('without parts counts cache writes as those of five minutes', () => {
    for (const cache_creation of [undefined, null, {}, { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 }]) {
      expect(anthropicUsage({ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 30, cache_creation }).usage?.input).toEqual({ text: 1, cacheRead: 0, cacheWrite5m: 30, cacheWrite1h: 0 });
    }
  });

  it('says what prices do not cover', () => {
    expect(anthropicUsage({ input_tokens: 1, output_tokens: 1, speed: 'fast' }).caveat).toContain('fast');
    expect(anthropicUsage({ input_tokens: 1, output_tokens: 1, inference_geo: 'us' }).caveat).toContain('US');
    expect(anthropicUsage({ input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 9, cache_creation: { ephemeral_1h_input_tokens: 5 } }).caveat).toContain('add up');
  });

  it('of a stream is replaced field by field, never added', () => {
    const merged = mergeUsage({ input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 }, { input_tokens: null, output_tokens: 40 });
    expect(anthropicUsage(mergeUsage(merged, { output_tokens: 42 })).usage).toEqual({ input: { text: 10, cacheRead: 5, cacheWrite5m: 0, cacheWrite1h: 0 }, output: { text: 42, reasoning: 0 } });
  });
});

describe('any usage', () => {
  const strange = fc.oneof(fc.nat(1e6), fc.integer(), fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 53, '7', null, undefined, true, [], {}));

  function sound({ usage, problem }: ReadUsage): boolean {
    if (!usage) return problem !== undefined && problem !== '';
    return [...Object.values(usage.input), ...Object.values(usage.output)].every((count) => Number.isSafeInteger(count) && count >= 0);
  }

  it('of OpenAI is exactly what was told, or not believed', () => {
    fc.assert(
      fc.property(strange, strange, strange, strange, strange, fc.boolean(), (input, output, cached, written, reasoning, chat) => {
        const details = { cached_tokens: cached, cache_write_tokens: written };
        const read = openAIUsage(chat ? { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details, completion_tokens_details: { reasoning_tokens: reasoning } } : { input_tokens: input, output_tokens: output, input_tokens_details: details, output_tokens_details: { reasoning_tokens: reasoning } });
        expect(sound(read)).toBe(true);
        if (!read.usage) return;
        expect([tokensIn(read.usage), tokensOut(read.usage)]).toEqual([input, output]);
        expect(read.usage.input.cacheRead).toBe(cached ?? 0);
        expect(read.usage.output.reasoning).toBe(reasoning ?? 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('of Anthropic is exactly what was told, or not believed', () => {
    fc.assert(
      fc.property(strange, strange, strange, strange, strange, strange, strange, (input, output, cached, written, five, hour, thinking) => {
        const read = anthropicUsage({ input_tokens: input, output_tokens: output, cache_read_input_tokens: cached, cache_creation_input_tokens: written, cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour }, output_tokens_details: { thinking_tokens: thinking } });
        expect(sound(read)).toBe(true);
        if (!read.usage) return;
        expect([read.usage.input.text, tokensOut(read.usage), read.usage.input.cacheRead]).toEqual([input, output, cached ?? 0]);
      }),
      { numRuns: 2000 },
    );
  });

  it('that is no object is not believed', () => {
    for (const value of [undefined, null, 7, 'x', [], true]) for (const read of [openAIUsage(value), anthropicUsage(value)]) expect(read).toEqual({ problem: expect.any(String) as string });
  });
});

import { onTestFinished } from 'vitest';
import { SimulatedClock } from '../../src/base/clock';
import { OrchestratorError } from '../../src/base/errors';
import { spanIds } from '../../src/base/ids';
import { createModels, type Models } from '../../src/llm/models';
import { loadPriceList } from '../../src/llm/prices/priceList';
import type { TokenCounter } from '../../src/llm/tokens';
import type { Spender } from '../../src/model/budget';
import type { AmpTraceEvent } from '../../src/model/span';
import { AmpTracer } from '../../src/telemetry/tracer';
import { createRedactor, type Redactor } from '../../src/telemetry/redaction';

export const testKeys = { openai: 'made-up-openai-key-1234', anthropic: 'made-up-anthropic-key-5678' } as const;

export interface ModelHarness {
  readonly models: Models;
  readonly clock: SimulatedClock;
  readonly redactor: Redactor;
  /** Every state of every span. */
  readonly written: readonly AmpTraceEvent[];
  /** The last state of the only span. */
  span(): AmpTraceEvent;
  /** What was asked of the budget, and how many spans were finished when it was given back. */
  readonly admissions: { readonly spender: Spender; readonly costNano: number | undefined; released?: number }[];
  /** From now on nothing fits the budget. */
  refuse: boolean;
  keys: Partial<Record<string, string>>;
}

/** Real providers, SDKs, prices, tracer and redaction; a budget that says what it was asked, and a count of one token a word. */
export async function makeModels(): Promise<ModelHarness> {
  const clock = new SimulatedClock(1_790_000_000_000);
  const written: AmpTraceEvent[] = [];
  const tracer = new AmpTracer({ write: (span) => written.push(span) }, spanIds(clock, 'abc'), clock);
  const redactor = createRedactor({ env: {} });
  const prices = await loadPriceList();
  const admissions: ModelHarness['admissions'] = [];
  const finished = (): number => written.filter(({ tsEnd }) => tsEnd !== undefined).length;
  const harness: ModelHarness = {
    clock,
    redactor,
    written,
    admissions,
    refuse: false,
    keys: { ...testKeys },
    span: () => {
      const ids = new Set(written.map(({ id }) => id));
      const last = written.at(-1);
      if (ids.size !== 1 || !last) throw new Error(`expected one span, there are ${ids.size}`);
      return last;
    },
    models: createModels({
      tracer,
      clock,
      prices: () => Promise.resolve(prices),
      gate: {
        admit: (spender, costNano) => {
          if (harness.refuse) return Promise.reject(new OrchestratorError('budget-exceeded', 'It does not fit.', 'Raise the limit.'));
          const admission: ModelHarness['admissions'][number] = { spender, costNano };
          admissions.push(admission);
          return Promise.resolve({ release: () => Promise.resolve(void (admission.released = finished())) });
        },
      },
      keys: { key: (provider) => Promise.resolve(harness.keys[provider]) },
      redactor,
      tokens: words,
    }),
  };
  return harness;
}

const words: TokenCounter = {
  countTokens: (text) => Promise.resolve({ tokens: text.split(/\s+/).filter(Boolean).length, estimate: true, method: 'tokenizer' }),
  countMessages: (messages) => Promise.resolve(messages.flatMap(({ text }) => text.split(/\s+/)).length),
  dispose: () => undefined,
};

/** Fails the test when a rejection that nobody handles comes up while it runs. */
export function expectNoUnhandledRejection(): void {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', listener);
  onTestFinished(async () => {
    // They are told after the turn in which they come up.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    process.off('unhandledRejection', listener);
    if (unhandled.length > 0) throw new Error(`unhandled: ${unhandled.map(String).join(', ')}`);
  });
}

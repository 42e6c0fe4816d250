import { execFileSync } from 'node:child_process';
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOverlay } from '../../../../src/llm/prices/overlay';
import { lazyPriceList, loadPriceList } from '../../../../src/llm/prices/priceList';
import type { Provider } from '../../../../src/model/span';
import { expectCode } from '../../../support/expectCode';
import { temporaryDirectory } from '../../../support/temporary';

function file(content: unknown): string {
  const name = path.join(temporaryDirectory(), 'prices.json');
  writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const tokens = { input: { text: 1_000_000, cacheRead: 1_000_000, cacheWrite5m: 1_000_000, cacheWrite1h: 1_000_000 }, output: { text: 1_000_000, reasoning: 1_000_000 } };
const ask = (model: string, provider: Provider = 'local') => ({ model, provider, usage: tokens, tsStart: Date.UTC(2026, 10, 22) });
const mine = { model: 'mine', inputPerMillion: 1, outputPerMillion: 10 };

describe('a file of prices', () => {
  it('that is a pipe or a device holds nothing up', async () => {
    const pipe = path.join(temporaryDirectory(), 'prices.json');
    execFileSync('mkfifo', [pipe]);
    await expectCode(readOverlay(pipe), 'prices-invalid');
    const device = path.join(temporaryDirectory(), 'prices.json');
    symlinkSync('/dev/zero', device);
    await expectCode(readOverlay(device), 'prices-invalid');
  });

  it('of unreasonable size is refused', async () => {
    await expectCode(readOverlay(file(' '.repeat(4 * 1024 * 1024 + 1))), 'prices-invalid');
  });
});

describe('a person’s own prices', () => {
  it('win over the list, and price what it does not know', async () => {
    const prices = await loadPriceList({ overlayFile: file({ version: 1, models: [{ ...mine, cacheReadPerMillion: 0.1, cacheWrite5mPerMillion: 2, cacheWrite1hPerMillion: 3, reasoningPerMillion: 20 }, { ...mine, model: 'gpt-5', provider: 'openai' }] }) });
    expect(prices.problems).toEqual([]);
    expect(prices.price(ask('mine'))).toMatchObject({ costNano: 36_100_000_000, costBasis: 'computed', price: { source: 'overlay', model: 'mine' } });
    expect(prices.price(ask('GPT-5', 'openai'))).toMatchObject({ costNano: 24_000_000_000, price: { source: 'overlay' } });
    expect(prices.price(ask('gpt-5-mini', 'openai'))?.price.source).toBe('genai-prices');
    expect(prices.price(ask('gpt-5', 'local'))).toBeUndefined();
  });

  it('fit by beginning only where they say so, the longest first, and are approximate then', async () => {
    const prices = await loadPriceList({ overlayFile: file({ version: 1, models: [{ ...mine, model: 'llama', match: 'prefix' }, { ...mine, model: 'llama-3', match: 'prefix', inputPerMillion: 5 }, { ...mine, model: 'exactly' }] }) });
    expect(prices.price(ask('llama-3.1'))).toMatchObject({ costNano: 40_000_000_000, costBasis: 'approximate' });
    expect(prices.price(ask('llama-2'))).toMatchObject({ costNano: 24_000_000_000, costBasis: 'approximate' });
    expect(prices.price(ask('llama'))).toMatchObject({ costBasis: 'computed' });
    expect(prices.price(ask('exactly-not'))).toBeUndefined();
  });

  it('may be nothing: a model that runs at home is free, which is not unknown', async () => {
    const prices = await loadPriceList({ overlayFile: file({ version: 1, models: [{ ...mine, inputPerMillion: 0, outputPerMillion: 0 }] }) });
    expect(prices.price(ask('mine'))).toMatchObject({ costNano: 0, costBasis: 'computed' });
  });

  it.each([
    ['unknown fields', { version: 1, models: [{ ...mine, inputPerMilion: 2 }] }, '/models/0'],
    ['a negative price', { version: 1, models: [mine, { ...mine, model: 'b', outputPerMillion: -1 }] }, '/models/1/outputPerMillion'],
    ['a price that is text', { version: 1, models: [{ ...mine, inputPerMillion: '3' }] }, '/models/0/inputPerMillion'],
    ['an absurd price', { version: 1, models: [{ ...mine, inputPerMillion: 3_000_000 }] }, '/models/0/inputPerMillion'],
    ['NaN', '{"version":1,"models":[{"model":"a","inputPerMillion":NaN,"outputPerMillion":1}]}', 'JSON'],
    ['a number beyond all numbers', '{"version":1,"models":[{"model":"a","inputPerMillion":1e999,"outputPerMillion":1}]}', '/models/0/inputPerMillion'],
    ['another version', { version: 2, models: [] }, '/version'],
    ['no output price', { version: 1, models: [{ model: 'a', inputPerMillion: 1 }] }, '/models/0'],
    ['an empty name', { version: 1, models: [{ ...mine, model: '' }] }, '/models/0/model'],
    ['the same model twice', { version: 1, models: [mine, { ...mine, model: 'MINE' }] }, 'MINE'],
    ['a list', [], 'its top'],
    ['nothing', '', 'JSON'],
  ])('with %s are refused with the place', async (_what, content, place) => {
    const error = await expectCode(readOverlay(file(content)), 'prices-invalid');
    expect(error.message).toContain(place);
  });

  it('that are not right are not used, and no cost is shown as exact meanwhile', async () => {
    const prices = await loadPriceList({ overlayFile: file({ version: 1, models: [{ ...mine, oops: 1 }] }) });
    expect(prices.problems).toMatchObject([{ code: 'prices-invalid' }]);
    expect(prices.price(ask('gpt-5', 'openai'))).toMatchObject({ costBasis: 'approximate' });
    expect(prices.price(ask('mine'))).toBeUndefined();
  });

  it('need not exist, and are read again when they change', async () => {
    const name = path.join(temporaryDirectory(), 'prices.json');
    const prices = lazyPriceList(() => name);
    const first = await prices();
    expect([first.problems, first.price(ask('mine'))]).toEqual([[], undefined]);
    expect(await prices()).toBe(first);
    writeFileSync(name, JSON.stringify({ version: 1, models: [mine] }));
    expect((await prices()).price(ask('mine'))).toMatchObject({ costNano: 24_000_000_000 });
    writeFileSync(name, JSON.stringify({ version: 1, models: [{ ...mine, inputPerMillion: 2 }] }));
    utimesSync(name, new Date(), new Date(Date.now() + 5_000));
    expect((await prices()).price(ask('mine'))).toMatchObject({ costNano: 28_000_000_000 });
  });
});

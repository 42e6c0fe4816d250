import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimelineSnapshotSchema, TimelineSpanSchema } from '../../../src/protocol/sessionTimeline';
import { spanDetails, textLimit, timelineSpan } from '../../../src/protocol/timelineSnapshot';
import { validator } from '../../../src/protocol/validate';
import { emptyStory, hardNamesStory, longStory, oneStepStory, realisticStory, storySnapshot, storySpan, storyUsage } from '../../support/webviewStories';

const check = validator(TimelineSnapshotSchema);

describe('timelineSnapshot', () => {
  it.each([realisticStory(), realisticStory(true), hardNamesStory(), emptyStory(), oneStepStory(), longStory(100)])('is what the page expects (%#)', (story) => {
    expect(check(storySnapshot(story))).toMatchObject({ ok: true });
  });

  it('sends what a row shows and no attributes', () => {
    const row = timelineSpan(storySpan('chat', 0, 10, { type: 'agent', name: 'anthropic:chat', usage: storyUsage(100, 1000, 80), costNano: 5, costBasis: 'computed', errorMessage: 'first\nsecond', attrs: { 'amp.text': '\n\nHello\nthere', secret: 'x' } }));
    expect(row).toMatchObject({ tokensIn: 2020, tokensOut: 90, costNano: 5, subject: 'Hello', errorMessage: 'first' });
    expect(JSON.stringify(row)).not.toContain('secret');
  });

  it('makes a valid row of any texts', () => {
    const isRow = validator(TimelineSpanSchema);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ maxLength: 600 }), (name, errorMessage) => {
        const row = timelineSpan(storySpan('x', 0, 1, { name, errorMessage, attrs: { 'gen_ai.tool.name': name, 'amp.notice': name } }));
        expect(isRow(row).ok).toBe(true);
        expect(row.name.length).toBeLessThanOrEqual(240);
        if (name.length <= 240) expect(row.name).toBe(name);
      }),
    );
  });

  it('never cuts a character in two', () => {
    const { name } = timelineSpan(storySpan('x', 0, 1, { name: 'a'.repeat(238) + '🧾'.repeat(20) }));
    expect(name).toBe(`${'a'.repeat(238)}…`);
  });
});

describe('spanDetails', () => {
  it('cuts long texts and says how long they were', () => {
    const long = 'x'.repeat(textLimit + 10);
    const { span, cut } = spanDetails(storySpan('x', 0, 1, { attrs: { short: 'a', long, nested: { long } }, stackTrace: long }));
    expect(cut).toEqual({ 'attrs.long': textLimit + 10, 'attrs.nested': textLimit + 21, stackTrace: textLimit + 10 });
    expect(span.attrs['short']).toBe('a');
    expect(span.attrs['long']).toHaveLength(textLimit);
    expect(span.stackTrace).toHaveLength(textLimit);
  });
});

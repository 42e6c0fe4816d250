import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordedOutput } from '../../../src/agents/recordedOutput';
import { createStreamParser } from '../../../src/agents/streamParsers';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { createRedactor } from '../../../src/telemetry/redaction';
import { plantedSecrets } from '../../support/plantedSecrets';

const known = 'known-deploy-token-77';
const privateKey = plantedSecrets.find(({ kind }) => kind === 'private key')?.text ?? '';
const redactor = createRedactor({ env: { DEPLOY_TOKEN: known } });

interface Written {
  readonly t: number;
  readonly line: unknown;
}

/** What is written of lines that come every 10 ms. */
function recorded(lines: readonly (object | string)[]): readonly Written[] {
  const written: Written[] = [];
  const output = new RecordedOutput(redactor, (t, json) => written.push({ t, line: JSON.parse(json) as unknown }));
  lines.forEach((line, index) => { output.push(typeof line === 'string' ? line : JSON.stringify(line), index * 10); });
  output.end(lines.length * 10);
  return written;
}

interface BlockDelta { readonly event: { readonly delta?: Readonly<Record<string, string>> } }
const event = (inner: object, parent: string | null = null): object => ({ type: 'stream_event', event: inner, session_id: 's', parent_tool_use_id: parent });
const blockDelta = (delta: object, { index = 0, parent = null }: { index?: number; parent?: string | null } = {}): object => event({ type: 'content_block_delta', index, delta }, parent);
const stop = event({ type: 'content_block_stop', index: 0 });
const cutAt = (text: string, size: number): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

const kinds = [
  { kind: 'text_delta', member: 'text' },
  { kind: 'thinking_delta', member: 'thinking' },
  { kind: 'input_json_delta', member: 'partial_json' },
];

function memberTexts(written: readonly Written[], member: string): string {
  return written.map(({ line }) => (line as Partial<BlockDelta>).event?.delta?.[member] ?? '').join('');
}

describe('what is recorded of a text that comes in pieces', () => {
  it.each(kinds)('holds no secret that is split over lines: $kind', ({ kind, member }) => {
    for (const { secret, text } of [...plantedSecrets, { secret: known, text: known }]) {
      const written = recorded([...cutAt(`Say ${text} and go on.`, 7).map((piece) => blockDelta({ type: kind, [member]: piece })), stop]);
      const told = memberTexts(written, member);
      expect(told).toContain('[redacted: ');
      expect(told).not.toContain(secret);
      expect(told).toMatch(/^Say [^]* go on\.$/);
    }
  });

  it('says the same as the whole text, however it is cut', () => {
    const part = fc.oneof(fc.constantFrom(known, privateKey, 'plain words ', '\n', 'Bearer ', ...plantedSecrets.map(({ text }) => text)), fc.string({ maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (parts, size) => {
        const whole = parts.join('');
        const told = memberTexts(recorded([...cutAt(whole, size).map((text) => blockDelta({ type: 'text_delta', text })), stop]), 'text');
        const expected = redactor.redact(whole);
        expect(told.includes(known)).toBe(false);
        for (const { secret } of plantedSecrets) if (!expected.includes(secret)) expect(told).not.toContain(secret);
        if (expected === whole) expect(told).toBe(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps lines that come in between, their order and their times', () => {
    const whole = `a ${known} b`;
    const [one, two] = [whole.slice(0, 12), whole.slice(12)];
    const between = { type: 'system', subtype: 'status', status: 'requesting' };
    const other = blockDelta({ type: 'text_delta', text: `${known.slice(0, 5)}` }, { parent: 'toolu_1' });
    const written = recorded([blockDelta({ type: 'text_delta', text: one }), between, other, event({ type: 'ping' }), blockDelta({ type: 'text_delta', text: two }), stop, { type: 'result' }]);
    expect(written.map(({ t }) => t)).toEqual([0, 10, 20, 30, 50, 60]);
    expect(written[0]?.line).toEqual(blockDelta({ type: 'text_delta', text: 'a [redacted: DEPLOY_TOKEN] b' }));
    expect(written[1]?.line).toEqual(between);
    expect(written[2]?.line).toEqual(other);
  });

  it('leaves first token, calls and usage as they were', () => {
    const lines = [
      { type: 'system', subtype: 'init', session_id: 's', model: 'm' },
      event({ type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 5, output_tokens: 1 } } }),
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      ...cutAt(`Deployed with ${known}, which took a while.`, 6).map((text) => blockDelta({ type: 'text_delta', text })),
      { type: 'assistant', message: { id: 'msg_1', model: 'm', content: [{ type: 'text', text: `Deployed with ${known}, which took a while.` }] } },
      stop,
      event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
      event({ type: 'message_stop' }),
    ];
    const live = eventsOf('claudeCode', lines.map((line, index) => ({ t: index * 10, line })));
    const replayed = eventsOf('claudeCode', recorded(lines));
    expect(replayed).toEqual(JSON.parse(redactor.redact(JSON.stringify(live))));
    expect(replayed.find(({ kind }) => kind === 'callFinished')).toMatchObject({ firstTokenMs: 30 });
  });

  it('holds no secret of Gemini, which has deltas of its own', () => {
    const lines = [
      { type: 'init', session_id: 's', model: 'gemini' },
      ...cutAt(`It is ${known}, take care of ${privateKey} now.`, 9).map((content) => ({ type: 'message', role: 'assistant', content, delta: true })),
      { type: 'result', status: 'success', stats: {} },
    ];
    const live = eventsOf('gemini', lines.map((line, index) => ({ t: index * 10, line })));
    const replayed = eventsOf('gemini', recorded(lines));
    const told = (events: readonly AgentEvent[]): string => events.map((each) => (each.kind === 'text' ? each.text : '')).join('');
    expect(told(replayed)).toBe(redactor.redact(told(live)));
    expect(told(replayed)).not.toContain(known);
    const started = (events: readonly AgentEvent[]): unknown => events.filter(({ kind }) => kind === 'callStarted' || kind === 'callFinished').map((each) => [each.kind, 'firstTokenMs' in each ? each.firstTokenMs : each.ts]);
    expect(started(replayed)).toEqual(started(live));
  });

  it.each([
    { what: 'named deltas', line: (delta: string): object => ({ type: 'response.output_text.delta', item_id: 'item_1', delta }) },
    { what: 'deltas one level down', line: (delta: string): object => ({ type: 'message.part.updated', part: { partID: 'p', delta } }) },
  ])('holds no secret of $what', ({ line }) => {
    const written = JSON.stringify(recorded([...cutAt(`It is ${known}.`, 8).map(line), { type: 'done' }]));
    expect(written).toContain('It is [redacted: DEPLOY_TOKEN].');
    for (const piece of cutAt(known, 8)) expect(written).not.toContain(piece);
  });
});

describe('what is recorded of raw lines', () => {
  it('holds no private key, although JSON comes between its lines', () => {
    const [head = '', ...rest] = privateKey.split('\n');
    const written = recorded(['before', head, { type: 'other' }, ...rest, 'after']);
    expect(written.map(({ line }) => line)).toEqual(['before', '[redacted: private key]', { type: 'other' }, 'after']);
  });

  it('goes on without order when too much waits for the end of a secret', () => {
    const [head = ''] = privateKey.split('\n');
    const written: string[] = [];
    const output = new RecordedOutput(redactor, (_t, json) => written.push(json));
    output.push(head, 0);
    const line = JSON.stringify({ text: 'x'.repeat(100_000) });
    for (let n = 1; n <= 20; n++) output.push(line, n);
    expect(written.length).toBeGreaterThan(10);
    output.end(21);
    expect(written).toHaveLength(21);
  });
});

function eventsOf(agent: 'claudeCode' | 'gemini', lines: readonly Written[]): AgentEvent[] {
  const events: AgentEvent[] = [];
  const parser = createStreamParser(agent, { onEvent: (each) => events.push(each) });
  for (const { t, line } of lines) parser.push(JSON.stringify(line), 1_000 + t);
  parser.finish(10_000);
  return events;
}

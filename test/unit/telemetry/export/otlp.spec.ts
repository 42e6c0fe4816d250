import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AmpTraceEvent } from '../../../../src/model/span';
import { otlpProtocols, type ExportSettings } from '../../../../src/model/telemetryExport';
import { tokensIn, tokensOut } from '../../../../src/model/usage';
import { leavingSpan } from '../../../../src/telemetry/export/leavingSpan';
import { createOtlpEncoder } from '../../../../src/telemetry/export/otlpSerializers';
import { Rollups } from '../../../../src/telemetry/export/rollups';
import { traceIdOf } from '../../../../src/telemetry/traceContext';
import { decodeSpans, type ReceivedSpan } from '../../../support/otlpReceiver';
import { plainRedactor, plantedSecret, sampleIterationId, sampleSessionId, sampleSpans, written } from './sampleSpans';

interface Encoding {
  readonly protocol?: ExportSettings['protocol'];
  readonly content?: boolean;
  readonly dialect?: ExportSettings['dialect'];
}

function encode(spans: readonly AmpTraceEvent[], { protocol = 'http/protobuf', content = false, dialect = 'v1.41' }: Encoding = {}): { body: Uint8Array; spans: ReceivedSpan[] } {
  const encoder = createOtlpEncoder({ protocol, dialect }, 'instance');
  const rollups = new Rollups();
  const redactor = plainRedactor(plantedSecret);
  const body = encoder.traces(spans.flatMap((span) => leavingSpan(span, rollups.add(span), { content, dialect, redactor }) ?? []));
  return { body, spans: decodeSpans(body, encoder.contentType) };
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`no span named ${name} among ${spans.map((span) => span.name).join(', ')}`);
  return found;
}

describe.each(otlpProtocols)('OTLP as %s', (protocol) => {
  it('holds the tree of a session under the names of the conventions', () => {
    const { spans } = encode(sampleSpans(), { protocol });
    const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    expect(spans.map(({ name, kind, status, parentSpanId }) => [name, kind.replace('SPAN_KIND_', ''), status.replace('STATUS_CODE_', ''), names.get(parentSpanId) ?? parentSpanId])).toEqual([
      ['git worktree add', 'INTERNAL', 'OK', ''],
      ['chat claude-sonnet-4-5', 'CLIENT', 'OK', 'invoke_agent claudeCode'],
      ['execute_tool Edit', 'INTERNAL', 'ERROR', 'invoke_agent claudeCode'],
      ['chat claude-sonnet-4-5', 'CLIENT', 'OK', 'execute_tool Task'],
      ['chat claude-sonnet-4-5', 'CLIENT', 'OK', 'execute_tool Task'],
      ['execute_tool Task', 'INTERNAL', 'OK', 'invoke_agent claudeCode'],
      ['chat claude-sonnet-4-5', 'CLIENT', 'OK', 'invoke_agent claudeCode'],
      ['invoke_agent claudeCode', 'INTERNAL', 'UNSET', 'iteration 1'],
      ['git commit', 'INTERNAL', 'OK', 'iteration 1'],
      ['evaluate tests', 'INTERNAL', 'OK', 'iteration 1'],
      ['iteration 1', 'INTERNAL', 'OK', ''],
    ]);
  });

  it('keeps ids, and times to the nanosecond', () => {
    const own = sampleSpans().filter(({ type }) => type !== 'ui');
    const { spans } = encode(own, { protocol });
    expect(spans.map(({ spanId }) => spanId)).toEqual(own.map(({ id }) => id));
    expect(spans.map(({ traceId }) => traceId)).toEqual(own.map(traceIdOf));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
    expect(spans[0]).toMatchObject({ start: '1790000000000250000', end: '1790000000020750000' });
    const call = named(spans, 'chat claude-sonnet-4-5');
    expect(BigInt(call.end) - BigInt(call.start)).toBe(1_500_125_000n);
  });

  it('has usage and cost on model calls alone, and sums above them under names of ours', () => {
    const own = sampleSpans();
    const { spans } = encode(own, { protocol });
    const usages = spans.filter(({ attributes }) => Object.keys(attributes).some((name) => name.startsWith('gen_ai.usage.') || name.startsWith('amp.cost.')));
    expect(new Set(usages.map(({ name }) => name))).toEqual(new Set(['chat claude-sonnet-4-5']));
    expect(named(spans, 'chat claude-sonnet-4-5').attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.id': 'msg_1',
      'gen_ai.response.finish_reasons': ['tool_use'],
      'gen_ai.usage.input_tokens': 2_350,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 2_000,
      'gen_ai.usage.cache_creation.input_tokens': 340,
      'gen_ai.usage.reasoning.output_tokens': 20,
      'amp.cost.nano_usd': 12_345_678,
      'amp.cost.usd': 0.012345678,
      'llm.cost.total': 0.012345678,
      'langfuse.observation.cost_details': '{"total":0.012345678}',
      'amp.cost.basis': 'computed',
      'amp.first_token_ms': 420,
    });
    const sums = { 'amp.rollup.calls': 3, 'amp.rollup.input_tokens': 7_051, 'amp.rollup.output_tokens': 302, 'amp.rollup.cost_usd': 0.012346679, 'amp.rollup.unknown_costs': 1 };
    expect(named(spans, 'invoke_agent claudeCode').attributes).toMatchObject(sums);
    expect(named(spans, 'iteration 1').attributes).toMatchObject(sums);
    expect(named(spans, 'execute_tool Task').attributes).toMatchObject({ 'amp.rollup.calls': 2, 'amp.rollup.input_tokens': 4_700 });
    const all = spans.reduce((sum, { attributes }) => sum + Number(attributes['gen_ai.usage.input_tokens'] ?? 0), 0);
    expect(all).toBe(own.reduce((sum, { usage }) => sum + (usage ? tokensIn(usage) : 0), 0));
    expect(own.reduce((sum, { usage }) => sum + (usage ? tokensOut(usage) : 0), 0)).toBe(302);
  });

  it('takes usage off whatever is no model call, however it got there', () => {
    const spans = sampleSpans().map((span) => (span.type === 'tool' || 'gen_ai.agent.name' in span.attrs ? { ...span, attrs: { ...span.attrs, 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.prompt_tokens': 5 } } : span));
    for (const { name, attributes } of encode(spans, { protocol }).spans) if (!name.startsWith('chat ')) expect(Object.keys(attributes).filter((key) => key.startsWith('gen_ai.usage.'))).toEqual([]);
  });

  it('says an unknown cost is unknown, never zero', () => {
    const call = encode(sampleSpans(), { protocol }).spans.find(({ attributes }) => attributes['amp.cost.basis'] === 'unknown');
    expect(Object.keys(call?.attributes ?? {}).filter((name) => /cost/.test(name))).toEqual(['amp.cost.basis']);
  });

  it('names session, iteration and the agent’s own conversation on the spans', () => {
    const { spans } = encode(sampleSpans(), { protocol });
    for (const { attributes } of spans) expect(attributes).toMatchObject({ 'gen_ai.conversation.id': sampleSessionId, 'session.id': sampleSessionId });
    expect(named(spans, 'invoke_agent claudeCode').attributes).toMatchObject({ 'amp.agent.conversation.id': 'agents-own-conversation', 'amp.iteration.id': sampleIterationId, 'amp.span.status': 'cancelled' });
    expect(named(spans, 'execute_tool Edit').attributes).toMatchObject({ 'gen_ai.tool.name': 'Edit', 'gen_ai.tool.call.id': 'toolu_1', 'gen_ai.tool.type': 'function', 'error.type': 'tool_error' });
    expect(named(spans, 'evaluate tests').events).toMatchObject([{ name: 'gen_ai.evaluation.result', attributes: { 'gen_ai.evaluation.name': 'tests', 'gen_ai.evaluation.score.value': 100, 'gen_ai.evaluation.score.label': 'passed' } }]);
  });

  it('holds nothing that was written, unless that was asked for, and then without secrets', () => {
    const without = Buffer.from(encode(sampleSpans(), { protocol }).body).toString('latin1');
    expect(without).not.toContain(written);
    expect(without).not.toContain(plantedSecret);
    const { body, spans } = encode(sampleSpans(), { protocol, content: true });
    expect(Buffer.from(body).toString('latin1')).not.toContain(plantedSecret);
    expect(named(spans, 'iteration 1').attributes).toMatchObject({ 'amp.prompt': `${written} prompt [redacted]` });
    const edit = named(spans, 'execute_tool Edit');
    expect(edit.attributes).toMatchObject({ 'gen_ai.tool.call.arguments': `{"file":"${written}.ts","text":"[redacted]"}`, 'gen_ai.tool.call.result': `${written} output`, 'amp.span.title': `Edit ${written}.ts` });
    expect(edit.message).toBe(`${written}: no such file, [redacted]`);
    expect(edit.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': edit.message } }]);
  });

  it('survives whatever attributes hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), fc.constant(1e300), fc.constant('\uD800'), fc.array(fc.string()), fc.array(fc.integer()))), (attrs) => {
        const [tool] = sampleSpans();
        if (!tool) throw new Error('no span');
        const { spans } = encode([{ ...tool, attrs: attrs as AmpTraceEvent['attrs'] }], { protocol, content: true });
        for (const [name, value] of Object.entries(attrs)) {
          if (name === '__proto__') continue;
          const left = spans[0]?.attributes[name];
          if (typeof value === 'string') expect(left).toBe(value.replace(/\p{Cs}/gu, '\uFFFD'));
          if (typeof value === 'boolean' || Number.isSafeInteger(value)) expect(left).toBe(value === 0 ? 0 : value);
        }
        expect(spans).toHaveLength(1);
      }),
      { numRuns: 100 },
    );
  });
});

it('speaks the latest dialect where that is set', () => {
  const { attributes } = named(encode(sampleSpans(), { dialect: 'latest' }).spans, 'chat claude-sonnet-4-5');
  expect(attributes['gen_ai.usage.cache_write.input_tokens']).toBe(340);
  expect(attributes).not.toHaveProperty('gen_ai.usage.cache_creation.input_tokens');
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StreamOptions, StreamSummary } from '../../../src/agents/streamParser';
import { createStreamParser } from '../../../src/agents/streamParsers';
import type { AgentEvent, UsageEvent } from '../../../src/model/agentEvent';
import type { AgentName } from '../../../src/model/session';

const testFolder = path.resolve(import.meta.dirname, '../..');
const lineMs = 100;

export function agentFixture(name: string): string {
  return path.join(testFolder, 'fixtures/agents', `${name}.jsonl`);
}

export function fixtureLines(name: string): readonly string[] {
  return readFileSync(agentFixture(name), 'utf8').split('\n').filter((line) => line !== '');
}

export interface ParsedStream {
  readonly events: readonly AgentEvent[];
  readonly summary: StreamSummary;
}

/** Parses lines of Claude Code (or of the agent that is named) that arrive every 100 ms from time 0, without the times in them. */
export function parseStream(lines: readonly string[], options: Partial<StreamOptions> = {}, agent: AgentName = 'claudeCode'): ParsedStream {
  const events: AgentEvent[] = [];
  const parser = createStreamParser(agent, { ignoreLineTimes: true, onEvent: (event) => events.push(event), ...options });
  for (const [index, line] of lines.entries()) parser.push(line, index * lineMs);
  return { events, summary: parser.finish(lines.length * lineMs) };
}

export function ofKind<K extends AgentEvent['kind']>(events: readonly AgentEvent[], kind: K): readonly Extract<AgentEvent, { kind: K }>[] {
  return events.filter((event): event is Extract<AgentEvent, { kind: K }> => event.kind === kind);
}

/** The last usage told of each call. */
export function callUsages(events: readonly AgentEvent[]): readonly UsageEvent[] {
  const calls = ofKind(events, 'usage').filter((event) => event.scope === 'call');
  return [...new Map(calls.map((event) => [event.callId, event])).values()];
}

/** The last run total told of each model. */
export function runUsages(events: readonly AgentEvent[]): readonly UsageEvent[] {
  const runs = ofKind(events, 'usage').filter((event) => event.scope === 'run');
  return [...new Map(runs.map((event) => [event.model, event])).values()];
}

/** One event a line, for golden files: time, kind, and the fields with a value. */
export function eventLines(events: readonly AgentEvent[]): string {
  return events.map(eventLine).join('');
}

function eventLine({ kind, ts, ...fields }: AgentEvent): string {
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? JSON.stringify(value) : compact(value)}`);
  return `${String(Math.round(ts)).padStart(6)} ${kind.padEnd(14)} ${shown.join(' ')}\n`;
}

function compact(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', '');
}

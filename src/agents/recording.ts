import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorMessage, OrchestratorError } from '../base/errors';
import { LineSplitter, parseJsonLine } from '../base/jsonLines';
import type { AgentName } from '../model/session';
import { agentNames } from '../model/session';
import { asName, asNumber, asObject, asText, asTime, present } from '../base/jsonShape';
import type { JsonObject } from '../base/jsonShape';

export const recordingVersion = 1;

/** First line of a recording, as `{"type":"recording","version":1,…}`. */
export interface RecordingHeader {
  readonly agent: AgentName;
  /** Where the agent worked; replaced by the new place wherever it stands in a line. */
  readonly cwd: string;
  readonly title?: string;
  readonly prompt?: string;
  /** The run continued an earlier conversation: totals in it are not its own. */
  readonly resumed?: boolean;
}

export type RecordedLine =
  | { readonly kind: 'line'; /** Milliseconds since the start of the run. */ readonly t: number; /** The agent's output: parsed JSON, or text. */ readonly value: unknown }
  | { readonly kind: 'exit'; readonly t: number; readonly exitCode: number | null };

export interface Recording {
  readonly header: RecordingHeader;
  /** Reads the file anew at each call. Throws `recording-invalid` at the line that is wrong. */
  lines(): AsyncIterable<RecordedLine>;
}

const maxLineBytes = 32 * 1024 * 1024;
const tooLong = Symbol('a line that is too long');

/**
 * Opens a recording: our own format, or the bare output of Claude Code or Amp as it was printed. Throws `recording-missing` and
 * `recording-invalid`. Only the beginning is read; see `checkRecording`.
 */
export async function openRecording(file: string): Promise<Recording> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new OrchestratorError('recording-missing', `There is no recording ${file}.`, 'Choose another file.');
  for await (const { value, number } of jsonLinesOf(file)) {
    const first = asObject(value);
    if (!first) throw invalid(file, number, 'it is no JSON object');
    if (first['type'] === 'recording') return { header: readHeader(file, first, number), lines: () => recordedLines(file) };
    return { header: bareHeader(file, first, number), lines: () => bareLines(file) };
  }
  throw invalid(file, 1, 'the file is empty');
}

/** Reads it all once. Throws `recording-missing`, or `recording-invalid` with the first line that is wrong. */
export async function checkRecording(file: string): Promise<RecordingHeader> {
  const recording = await openRecording(file);
  let lines = 0;
  for await (const line of recording.lines()) lines += line.kind === 'line' ? 1 : 0;
  if (lines === 0) throw invalid(file, 2, 'nothing is recorded after the header');
  return recording.header;
}

function readHeader(file: string, first: JsonObject, number: number): RecordingHeader {
  const agent = agentNames.find((name) => name === first['agent']);
  const cwd = asName(first['cwd']);
  if (first['version'] !== recordingVersion) throw invalid(file, number, `its version is ${JSON.stringify(first['version'])}, only ${recordingVersion} is known`);
  if (agent === undefined) throw invalid(file, number, `"agent" must be one of ${agentNames.join(', ')}`);
  if (cwd === undefined) throw invalid(file, number, '"cwd" is missing');
  return { agent, cwd, ...present({ title: asText(first['title']), prompt: asText(first['prompt']), resumed: first['resumed'] === true ? true : undefined }) };
}

function bareHeader(file: string, first: JsonObject, number: number): RecordingHeader {
  const cwd = asName(first['cwd']);
  if (first['type'] !== 'system' || first['subtype'] !== 'init' || cwd === undefined) {
    throw invalid(file, number, 'it is neither the header of a recording nor the first line of an agent\'s JSON stream');
  }
  return { agent: asName(first['agent_mode']) === undefined ? 'claudeCode' : 'amp', cwd };
}

async function* recordedLines(file: string): AsyncIterable<RecordedLine> {
  let previous = 0;
  for await (const { value, number } of jsonLinesOf(file)) {
    const entry = asObject(value);
    if (entry?.['type'] === 'recording') continue;
    const t = asNumber(entry?.['t']);
    if (!entry || t === undefined || t < 0) throw invalid(file, number, '"t" must be the milliseconds since the start');
    previous = Math.max(previous, t);
    if ('line' in entry && (asObject(entry['line']) || asText(entry['line']) !== undefined)) yield { kind: 'line', t: previous, value: entry['line'] };
    else if ('exitCode' in entry) yield { kind: 'exit', t: previous, exitCode: asNumber(entry['exitCode']) ?? null };
    else throw invalid(file, number, '"line" must be an object or a text');
  }
}

/** Output without times: those of its lines that carry one give the rhythm. */
async function* bareLines(file: string): AsyncIterable<RecordedLine> {
  let start: number | undefined;
  let t = 0;
  for await (const { value, number } of jsonLinesOf(file)) {
    if (!asObject(value)) throw invalid(file, number, 'it is no JSON object');
    const time = asTime(asObject(value)?.['timestamp']);
    start ??= time;
    if (time !== undefined && start !== undefined) t = Math.max(t, time - start);
    yield { kind: 'line', t, value };
  }
}

async function* jsonLinesOf(file: string): AsyncIterable<{ readonly value: unknown; readonly number: number }> {
  let number = 0;
  for await (const line of textLinesOf(file)) {
    number++;
    const parsed = line === tooLong ? line : parseJsonLine(line);
    if (parsed === tooLong) throw invalid(file, number, 'it is too long');
    if (parsed.kind === 'text') throw invalid(file, number, 'it is no JSON');
    if (parsed.kind === 'json') yield { value: parsed.value, number };
  }
}

async function* textLinesOf(file: string): AsyncIterable<string | typeof tooLong> {
  const lines: (string | typeof tooLong)[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), { maxLineBytes, onLongLine: () => lines.push(tooLong) });
  for await (const chunk of chunksOf(file)) {
    splitter.push(chunk);
    yield* lines.splice(0);
  }
  splitter.end();
  yield* lines.splice(0);
}

async function* chunksOf(file: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (error) {
    throw new OrchestratorError('recording-invalid', `The recording ${file} cannot be read: ${errorMessage(error)}.`, 'Check the file, or choose another recording.', { cause: error });
  }
}

function invalid(file: string, number: number, why: string): OrchestratorError {
  return new OrchestratorError('recording-invalid', `Line ${number} of the recording ${file} cannot be used: ${why}.`, 'Choose another recording, or record the run again.');
}

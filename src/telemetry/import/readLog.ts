import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import { errorMessage, systemCode } from '../../base/errors';
import { formatCount } from '../../base/format';
import { readAmpThread } from './ampThread';
import { CallWriter } from './callColumns';
import { ClaudeCodeLines } from './claudeCodeLines';
import { CodexLines } from './codexLines';
import { GeminiLines } from './geminiLines';
import type { GeminiProjects } from './geminiProjects';
import type { LogJob, LogResult } from './importProtocol';
import { asName, asObject, asObjects, parseObject } from '../../base/jsonShape';
import type { LogSession } from './logCall';
import { asIdentity, identityOf, isSameLog, type LogIdentity } from './logIdentity';
import type { LineReader, LogOutput } from './logReader';
import { LogTimes } from './logTime';
import { readOpencodeDatabase } from './opencodeDatabase';
import { longestLineBytes, type LineFile } from './readLines';

const largestWholeFile = 64 * 1024 * 1024;

export interface LogTools {
  readonly lines: LineFile;
  readonly geminiProjects: GeminiProjects;
  /** Loaded before, when the job is of opencode. */
  readonly sql: SqlJsStatic | undefined;
}

interface KnownLog {
  readonly identity?: LogIdentity;
  readonly sessions: readonly LogSession[];
  readonly reader: unknown;
}

interface ReadSoFar {
  readonly size: number;
  readonly offset: number;
  readonly bytes: number;
  readonly skipped: number;
  readonly log: KnownLog | undefined;
}

/** Reads what is new in one log. Never throws: what is wrong with it is told in the result, and what was found so far is kept. `keeps`: how to go on is to be told, too. */
export function readLog(job: LogJob, tools: LogTools, keeps: boolean): LogResult {
  const problems = new Map<string, number>();
  const output: LogOutput = {
    calls: new CallWriter(keeps),
    sessions: new Map(),
    times: new LogTimes(job.mtimeMs),
    problem: (text) => problems.set(text, (problems.get(text) ?? 0) + 1),
  };
  let read: ReadSoFar | undefined;
  try {
    read = job.agent === 'opencode' ? readDatabase(job, output, tools) : readFile(job, output, tools, keeps);
    if (read.skipped > 0) problems.set(`a line is longer than ${formatCount(longestLineBytes)} bytes and was skipped`, read.skipped);
  } catch (error) {
    // A log may be deleted while it is read: that is no fault.
    if (systemCode(error) !== 'ENOENT') output.problem(`could not be read: ${errorMessage(error)}`);
  }
  return {
    index: job.index,
    size: job.size,
    mtimeMs: job.mtimeMs,
    offset: read?.offset ?? 0,
    log: read?.log,
    bytes: read?.bytes ?? 0,
    sessions: [...output.sessions.values()],
    calls: output.calls.columns(),
    repeated: output.calls.repeated,
    skipped: read?.skipped ?? 0,
    problems: [...problems].map(([problem, count]) => ({ problem, count })),
    failed: read === undefined,
  };
}

function readDatabase(job: LogJob, output: LogOutput, { sql }: LogTools): ReadSoFar {
  if (!sql) throw new Error('the SQLite engine is not there');
  const reader = readOpencodeDatabase(job.path, asKnown(job.log).reader, output, sql);
  return { size: job.size, offset: job.size, bytes: job.size, skipped: 0, log: { sessions: [], reader } };
}

function readFile(job: LogJob, output: LogOutput, tools: LogTools, keeps: boolean): ReadSoFar {
  const handle = openSync(job.path, 'r');
  try {
    const { ino, size } = fstatSync(handle);
    const known = asKnown(job.log);
    const goesOn = job.offset > 0 && size >= job.offset && known.identity !== undefined && isSameLog(known.identity, handle, ino, size);
    const to = Math.min(size, Math.max(job.size, 0));
    if (job.path.endsWith('.json')) return { ...readWhole(job, handle, to, output, tools), log: keeps ? { identity: identityOf(handle, ino, size), sessions: [], reader: undefined } : undefined };
    const from = goesOn ? job.offset : 0;
    if (goesOn) for (const session of known.sessions) output.sessions.set(session.id, session);
    const reader = openReader(job, goesOn ? known.reader : undefined, output, tools);
    const { offset, skipped } = tools.lines.read(handle, from, to, reader);
    const log = keeps ? { identity: identityOf(handle, ino, Math.max(offset, 0)), sessions: [...output.sessions.values()], reader: reader.state() } : undefined;
    return { size, offset, bytes: to - from, skipped, log };
  } finally {
    closeSync(handle);
  }
}

function openReader(job: LogJob, state: unknown, output: LogOutput, { geminiProjects }: LogTools): LineReader {
  if (job.agent === 'codex') return new CodexLines(state, output, path.basename(job.path, '.jsonl'));
  if (job.agent === 'gemini') return new GeminiLines(state, output, geminiProjects.folderOf(job.path));
  return new ClaudeCodeLines(state, output);
}

/** Logs that are one JSON object: it is rewritten as a whole, and read so. */
function readWhole(job: LogJob, handle: number, size: number, output: LogOutput, { geminiProjects }: LogTools): Omit<ReadSoFar, 'log'> {
  if (size > largestWholeFile) throw new Error(`it is larger than ${formatCount(largestWholeFile)} bytes`);
  const parsed = parseObject(readFileSync(handle, 'utf8'));
  // It may just be being written; then it is read again when it has changed.
  if (!parsed) output.problem('it is no JSON object');
  else if (job.agent === 'amp') readAmpThread(parsed, output);
  else new GeminiLines(undefined, output, geminiProjects.folderOf(job.path)).take(parsed);
  return { size, offset: size, bytes: size, skipped: 0 };
}

function asKnown(value: unknown): KnownLog {
  const log = asObject(value);
  const identity = asIdentity(log?.['identity']);
  return { ...(identity ? { identity } : {}), sessions: asObjects(log?.['sessions']).flatMap(asSession), reader: log?.['reader'] };
}

function asSession(value: Readonly<Record<string, unknown>>): readonly LogSession[] {
  const id = asName(value['id']);
  const branch = asName(value['branch']);
  const title = asName(value['title']);
  return id === undefined ? [] : [{ id, cwd: asName(value['cwd']) ?? '', ...(branch === undefined ? {} : { branch }), ...(title === undefined ? {} : { title }) }];
}

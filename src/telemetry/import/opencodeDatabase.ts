import { readFileSync, statSync } from 'node:fs';
import type { Database, SqlJsStatic } from 'sql.js';
import { errorMessage } from '../../base/errors';
import { nanoDollars } from '../../model/money';
import type { Provider } from '../../model/span';
import { isNoUsage } from '../../model/usage';
import { titleOf } from './logTitle';
import { asName, asNumber, asObject, parseObject, type JsonObject } from '../../base/jsonShape';
import { doubtfulCounts, doubtfulTime, unreadableLine, type LogOutput } from './logReader';
import { TokenCounts } from './tokenCounts';
import { withWriteAheadLog } from './writeAheadLog';

/** The whole database is held in memory while it is read. */
const largestBytes = 512 * 1024 * 1024;
const attempts = 5;
const dayMs = 24 * 3600 * 1000;

/**
 * opencode's database. Calls that ended a day before the newest one known (`newest` of the state, epoch milliseconds) are not looked at
 * again: nothing runs that long. Returns the next state.
 */
export function readOpencodeDatabase(file: string, state: unknown, output: LogOutput, sql: SqlJsStatic): { readonly newest: number } {
  const since = asNumber(asObject(state)?.['newest']) ?? 0;
  let newest = since;
  const database = new sql.Database(snapshot(file));
  try {
    for (const { id, sessionId, data } of rows(database, `SELECT id, session_id AS sessionId, data FROM message`)) {
      const message = parseObject(String(data));
      if (!message) output.problem(unreadableLine);
      else if (message['role'] === 'assistant') newest = Math.max(newest, readMessage(String(id), String(sessionId), message, since - dayMs, output));
    }
    readSessions(database, output);
  } finally {
    database.close();
  }
  return { newest };
}

/** The bytes of the database and its log as they were at one moment. */
function snapshot(file: string): Buffer {
  for (let attempt = 1; ; attempt++) {
    const before = stamp(file);
    if (statSync(file).size > largestBytes) throw new Error('it is larger than 512 MiB');
    const image = withWriteAheadLog(readFileSync(file), ifThere(() => readFileSync(`${file}-wal`)));
    if (stamp(file) === before) return image;
    if (attempt === attempts) throw new Error('it is being written all the time');
  }
}

function stamp(file: string): string {
  const log = ifThere(() => statSync(`${file}-wal`));
  const { size, mtimeMs } = statSync(file);
  return [size, mtimeMs, log?.size, log?.mtimeMs].join(' ');
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Of the sessions that have calls. */
function readSessions(database: Database, output: LogOutput): void {
  try {
    for (const { id, directory, title } of rows(database, 'SELECT id, directory, title FROM session')) {
      const known = output.sessions.get(String(id));
      const name = titleOf(title);
      if (known) output.sessions.set(known.id, { ...known, cwd: asName(directory) ?? known.cwd, ...(name === undefined ? {} : { title: name }) });
    }
  } catch (error) {
    output.problem(`its sessions could not be read: ${errorMessage(error)}`);
  }
}

/** The time of the message, or 0 where it is not counted. */
function readMessage(id: string, session: string, message: JsonObject, since: number, output: LogOutput): number {
  const raw = asObject(message['tokens']);
  const cache = asObject(raw?.['cache']);
  const time = asObject(message['time']);
  const counts = new TokenCounts();
  const usage = {
    input: { text: counts.count(raw?.['input']), cacheRead: counts.count(cache?.['read']), cacheWrite5m: counts.count(cache?.['write']), cacheWrite1h: 0 },
    output: { text: counts.count(raw?.['output']), reasoning: counts.count(raw?.['reasoning']) },
  };
  if (isNoUsage(usage) && !counts.doubtful) return 0;
  const end = asNumber(time?.['completed']) ?? asNumber(time?.['created']) ?? 0;
  if (end !== 0 && end < since) return 0;
  const { ts, ok } = output.times.read(time?.['created']);
  if (counts.doubtful) output.problem(doubtfulCounts);
  if (!ok) output.problem(doubtfulTime);
  if (!output.sessions.has(session)) output.sessions.set(session, { id: session, cwd: asName(asObject(message['path'])?.['cwd']) ?? '' });
  const model = asName(message['modelID']);
  const cost = asNumber(message['cost']);
  // opencode writes 0 where it knows no price, and for what a subscription pays.
  const reported = cost !== undefined && cost > 0 && !counts.doubtful;
  output.calls.add({
    key: `opencode:${id}`,
    session,
    ts,
    model,
    provider: providerOf(asName(message['providerID'])),
    usage,
    costing: counts.doubtful ? 'doubtful' : reported ? 'reported' : 'list',
    ...(reported ? { reportedNano: nanoDollars(cost) } : {}),
    serviceTier: 'standard',
    extras: false,
  });
  return ok ? Math.max(ts, end) : 0;
}

function providerOf(name: string | undefined): Provider {
  if (name === 'openai' || name === 'anthropic' || name === 'google') return name;
  return name !== undefined && /^(ollama|lmstudio|llama|local)/i.test(name) ? 'local' : 'unknown';
}

function rows(database: Database, statement: string): Record<string, unknown>[] {
  const prepared = database.prepare(statement);
  try {
    const found: Record<string, unknown>[] = [];
    while (prepared.step()) found.push(prepared.getAsObject());
    return found;
  } finally {
    prepared.free();
  }
}

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { withWriteAheadLog } from '../../../../src/telemetry/import/writeAheadLog';
import { fixtureText, LogHome } from '../../../support/agentLogs';
import { opencodeTotals, type OpencodeExport } from '../../../support/independentLogReader';
import { temporaryDirectory } from '../../../support/temporary';

const recorded = JSON.parse(fixtureText('opencode-export.json')) as OpencodeExport;
const place = '.local/share/opencode/opencode.db';

/** opencode's database as it keeps it, open like while it runs: what was written last is only in the log beside it. */
function openDatabase(home: LogHome): { readonly file: string; readonly database: DatabaseSync } {
  const file = home.write(place, '');
  const database = new DatabaseSync(file);
  onTestFinished(() => { database.close(); });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  database.exec('CREATE TABLE session (id TEXT PRIMARY KEY, parent_id TEXT, directory TEXT, title TEXT); CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, data TEXT)');
  database.prepare('INSERT INTO session VALUES (?, NULL, ?, ?)').run(recorded.info.id, recorded.info.directory, recorded.info.title);
  return { file, database };
}

function insert(database: DatabaseSync, messages: OpencodeExport['messages']): void {
  for (const { info } of messages) database.prepare('INSERT OR REPLACE INTO message VALUES (?, ?, ?)').run(info.id, info.sessionID, JSON.stringify(info));
}

it('counts what opencode has committed, from its log too, and touches nothing', async () => {
  const home = new LogHome();
  const { file, database } = openDatabase(home);
  insert(database, recorded.messages.slice(0, 2));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  insert(database, recorded.messages.slice(2));
  const before = [file, `${file}-wal`].map((name) => [readFileSync(name).toString('base64'), statSync(name).mtimeMs]);
  expect(await home.import()).toMatchObject({ problems: [] });
  expect([file, `${file}-wal`].map((name) => [readFileSync(name).toString('base64'), statSync(name).mtimeMs])).toEqual(before);
  expect(home.totals()).toEqual(opencodeTotals(recorded));
  // What opencode says it cost is what it cost.
  const costs = [...home.calls.values()].map(({ costNano, costBasis }) => ({ costNano, costBasis }));
  expect(costs.reduce((sum, { costNano = 0 }) => sum + costNano, 0)).toBe(7_929_000);
  expect(new Set(costs.map(({ costBasis }) => costBasis))).toEqual(new Set(['reported']));
  expect([...home.sessions.values()]).toMatchObject([{ id: `import:opencode:${recorded.info.id}`, cwd: '/repo', title: 'Fake title' }]);
});

it('leaves out what no commit has followed, and finds it when it was committed', async () => {
  const home = new LogHome();
  const { database } = openDatabase(home);
  insert(database, recorded.messages.slice(0, 3));
  // A small cache writes the pages of the open transaction into the log before it ends.
  database.exec('PRAGMA cache_size = 1; BEGIN');
  insert(database, recorded.messages.slice(3));
  for (let n = 0; n < 300; n++) database.prepare('INSERT INTO message VALUES (?, ?, ?)').run(`filler-${n}`, 'none', JSON.stringify({ role: 'user', text: 'x'.repeat(900) }));
  await home.import();
  expect(home.totals()).toEqual(opencodeTotals({ ...recorded, messages: recorded.messages.slice(0, 3) }));
  database.exec('COMMIT');
  await home.import();
  expect(home.totals()).toEqual(opencodeTotals(recorded));
});

it('applies a log as SQLite does, cut anywhere', () => {
  const home = new LogHome();
  const { file, database } = openDatabase(home);
  for (const message of recorded.messages) insert(database, [message]);
  const image = readFileSync(file);
  const log = readFileSync(`${file}-wal`);
  const folder = temporaryDirectory();
  const messagesOf = (database: Buffer, wal?: Buffer): unknown => {
    const copy = `${folder}/copy.db`;
    writeFileSync(copy, database);
    if (wal) writeFileSync(`${copy}-wal`, wal);
    const opened = new DatabaseSync(copy);
    try {
      return opened.prepare('SELECT count(*) AS tables, (SELECT group_concat(name) FROM sqlite_master) AS names FROM sqlite_master').all();
    } finally {
      opened.close();
    }
  };
  for (const cut of [log.length, log.length - 1, Math.floor(log.length / 2), 32 + 24 + 4096, 31, 0]) {
    const part = log.subarray(0, cut);
    expect(messagesOf(withWriteAheadLog(image, part)), `cut at ${cut}`).toEqual(messagesOf(image, part));
  }
  const damaged = Buffer.from(log);
  damaged.writeUInt8(damaged.readUInt8(32 + 24 + 100) ^ 1, 32 + 24 + 100);
  expect(messagesOf(withWriteAheadLog(image, damaged))).toEqual(messagesOf(image, damaged));
});

it('says that a database cannot be read, and goes on with the other logs', async () => {
  const home = new LogHome();
  home.write(place, 'no database at all, but long enough to be looked at');
  home.fixture('gemini-chat.jsonl', '.gemini/tmp/x/chats/session-1.jsonl');
  const { problems } = await home.import();
  expect(problems).toMatchObject([{ path: `${home.folder}/${place}`, problem: expect.stringContaining('could not be read') as string }]);
  expect(home.totals().calls).toBe(7);
});

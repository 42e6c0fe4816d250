import { OrchestratorError } from '../base/errors';
import { importAgents } from '../model/importedCall';
import type { ImportedCall, ImportedFile, ImportedSession } from '../model/importedCall';
import type { Cleaner } from './cleaner';
import { defined, numberOf, oneOf, optionalText, storable, textOf } from './columns';
import type { Row } from './columns';
import { soundCounts } from './soundNumbers';
import { usageCells } from './spanRows';
import type { ImportRepository } from './store';
import type { Ask } from './storeProtocol';

export function importRepository(ask: Ask, clean: Cleaner): ImportRepository {
  return {
    files: async () => (await ask({ name: 'importedFiles' })).map(rowToFile),
    sessions: async () => (await ask({ name: 'importedSessions' })).map(rowToSession),
    save: async ({ files, sessions, calls }) => {
      const texts = {
        files: JSON.stringify(files.map(fileToRow)),
        sessions: JSON.stringify(sessions.map((session) => sessionToRow(session, clean))),
        calls: JSON.stringify(calls.map((call) => callToRow(call, clean))),
      };
      await ask({ name: 'saveImports', texts });
    },
    clear: async () => void (await ask({ name: 'clearImports' })),
  };
}

/** Paths and what the reader notes for itself stay as they are: the log is found again by them. */
function fileToRow({ path, agent, size, mtimeMs, offset, state }: ImportedFile): Row {
  return [storable(path), agent, count(size, path), finite(mtimeMs, path), count(offset, path), storable(state)];
}

function sessionToRow({ id, agent, title, cwd, branch, firstTs, lastTs }: ImportedSession, clean: Cleaner): Row {
  return [storable(id), agent, storable(clean.text(title)), storable(cwd), storable(branch), finite(firstTs, id), finite(lastTs, id)];
}

/** Numbers that are no counts are left out and make the cost `unknown`, as those of spans do. */
function callToRow(call: ImportedCall, clean: Cleaner): Row {
  const { usage, costNano, costBasis } = soundCounts({ usage: call.usage, ...(call.costNano !== undefined && { costNano: call.costNano }), costBasis: call.costBasis });
  return [
    storable(call.key), storable(call.sessionId), call.agent, finite(call.ts, call.key), storable(clean.text(call.model)), call.provider,
    ...(usage === undefined ? [null, null, null, null, null, null] : usageCells(usage)), costNano ?? null, costBasis ?? 'unknown',
  ];
}

function rowToFile([path, agent, size, mtimeMs, offset, state]: Row): ImportedFile {
  return { path: textOf(path), agent: oneOf(agent, importAgents, 'claudeCode'), size: numberOf(size), mtimeMs: numberOf(mtimeMs), offset: numberOf(offset), state: textOf(state) };
}

function rowToSession([id, agent, title, cwd, branch, firstTs, lastTs]: Row): ImportedSession {
  return defined<ImportedSession>({
    id: textOf(id), agent: oneOf(agent, importAgents, 'claudeCode'), title: optionalText(title), cwd: textOf(cwd), branch: optionalText(branch), firstTs: numberOf(firstTs), lastTs: numberOf(lastTs),
  });
}

function count(value: number, of: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw unusable(value, of);
  return value;
}

function finite(value: number, of: string): number {
  if (!Number.isFinite(value)) throw unusable(value, of);
  return value;
}

function unusable(value: number, of: string): OrchestratorError {
  return new OrchestratorError('invalid-argument', `What was imported from ${of} has a time or size that is none: ${value}.`, 'This is a fault of the program; please report it.');
}

import { readdirSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { errorMessage, systemCode } from '../../base/errors';
import { importAgents, type ImportAgent } from '../../model/importedCall';
import type { LogHomes } from './logHomes';
import { TimeSlices } from './timeSlices';

/** A log as it lies on the disk. */
export interface FoundLog {
  readonly path: string;
  readonly agent: ImportAgent;
  readonly size: number;
  /** Epoch milliseconds. */
  readonly mtimeMs: number;
  readonly birthtimeMs: number;
}

export interface ImportProblem {
  readonly path: string;
  /** What is wrong, in a person's words. */
  readonly problem: string;
  /** How often. */
  readonly count: number;
}

const isLog: Readonly<Record<ImportAgent, (name: string) => boolean>> = {
  claudeCode: (name) => name.endsWith('.jsonl'),
  codex: (name) => name.startsWith('rollout-') && name.endsWith('.jsonl'),
  gemini: (name) => /^session-.*\.jsonl?$/.test(name) || (name.endsWith('.jsonl') && name !== 'logs.jsonl'),
  opencode: (name) => name === 'opencode.db',
  amp: (name) => /^T-.*\.json$/.test(name),
};

/** Folders deeper than that are no logs, and a ring of links ends there. */
const deepest = 8;

/** All logs below the homes. Reads only folders and facts about files; what cannot be read is a problem, what is missing is not. */
export async function findLogs(homes: LogHomes, onProblem: (problem: ImportProblem) => void): Promise<FoundLog[]> {
  const found: FoundLog[] = [];
  const folders = importAgents.flatMap((agent) => homes[agent].map((folder) => ({ folder, agent, depth: 0 })));
  const slices = new TimeSlices();
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const { folder, agent, depth } = next;
    for (const entry of entriesOf(folder, onProblem)) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth < deepest && agent !== 'opencode') folders.push({ folder: file, agent, depth: depth + 1 });
      } else if (isLog[agent](entry.name) && (entry.isFile() || entry.isSymbolicLink())) {
        const log = factsOf(file, agent, onProblem);
        if (log) found.push(log);
      }
      if (slices.isOver) await slices.next();
    }
  }
  return found;
}

function entriesOf(folder: string, onProblem: (problem: ImportProblem) => void): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    tell(folder, error, onProblem);
    return [];
  }
}

function factsOf(file: string, agent: ImportAgent, onProblem: (problem: ImportProblem) => void): FoundLog | undefined {
  try {
    const facts = statSync(file);
    if (!facts.isFile()) return undefined;
    const { size, mtimeMs, birthtimeMs } = facts;
    if (agent !== 'opencode') return { path: file, agent, size, mtimeMs, birthtimeMs };
    // What was written last is in the log beside the database.
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    return { path: file, agent, size: size + (log?.size ?? 0), mtimeMs: Math.max(mtimeMs, log?.mtimeMs ?? 0), birthtimeMs };
  } catch (error) {
    tell(file, error, onProblem);
    return undefined;
  }
}

function tell(file: string, error: unknown, onProblem: (problem: ImportProblem) => void): void {
  const code = systemCode(error);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') onProblem({ path: file, problem: `could not be read: ${errorMessage(error)}`, count: 1 });
}

import path from 'node:path';
import type { ImportAgent } from '../../model/importedCall';

/** Folders in which an agent keeps its logs, by agent. They need not exist. */
export type LogHomes = Readonly<Record<ImportAgent, readonly string[]>>;

/** Where the agents of a user keep their logs, as their own environment variables say it. */
export function logHomes(env: Readonly<Record<string, string | undefined>>, home: string): LogHomes {
  const data = given(env['XDG_DATA_HOME']) ?? path.join(home, '.local', 'share');
  const config = given(env['XDG_CONFIG_HOME']) ?? path.join(home, '.config');
  const claude = given(env['CLAUDE_CONFIG_DIR'])?.split(',').map((folder) => folder.trim()).filter((folder) => folder !== '') ?? [path.join(home, '.claude'), path.join(config, 'claude')];
  const codex = given(env['CODEX_HOME']) ?? path.join(home, '.codex');
  return {
    claudeCode: claude.map((folder) => path.join(folder, 'projects')),
    codex: [path.join(codex, 'sessions'), path.join(codex, 'archived_sessions')],
    gemini: [path.join(given(env['GEMINI_CLI_HOME']) ?? home, '.gemini', 'tmp')],
    opencode: [path.join(data, 'opencode')],
    amp: [path.join(data, 'amp', 'threads')],
  };
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

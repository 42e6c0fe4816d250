import os from 'node:os';
import { listWorktrees, type Repository } from '../git/repository';
import { worktreeRoot } from '../git/worktrees';
import type { PriceList } from '../model/pricing';
import type { Store } from '../storage/store';
import { folderFilter } from '../telemetry/import/folderFilter';
import { logHomes } from '../telemetry/import/logHomes';
import { LogImport } from '../telemetry/import/logImport';

export interface AgentLogsOptions {
  readonly repository: Repository;
  readonly store: Store;
  readonly prices: () => Promise<PriceList>;
  readonly assetsDirectory: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The import of what agents did in a repository's folders outside of its sessions. */
export function openAgentLogs({ repository, store, prices, assetsDirectory, env }: AgentLogsOptions): LogImport {
  return new LogImport({
    homes: logHomes(env, os.homedir()),
    assetsDirectory,
    store: store.imports,
    // Asked for at each import: a person makes worktrees of their own at any time.
    accepts: async () => folderFilter({ inside: [repository.root, ...(await listWorktrees(repository)).map((worktree) => worktree.path)], outside: [worktreeRoot(repository)] }),
    agentSessionIds: async () => new Set(await store.iterations.agentSessionIds()),
    prices,
  });
}

import type { CostGroup } from '../../model/costReport';
import type { ImportedSession } from '../../model/importedCall';
import { importedSessionPrefix } from '../../model/importedCall';
import { outsideSessions, type SessionSummary } from '../../model/session';
import type { UsageRow } from '../../model/usageRow';

/** What a row of a group is called. */
export interface CostName {
  readonly label: string;
  readonly detail?: string;
  readonly imported: boolean;
  readonly session?: SessionSummary;
}

/** Names what roll-ups only know by id. */
export class CostNames {
  private readonly own: ReadonlyMap<string, SessionSummary>;
  private readonly imported: ReadonlyMap<string, ImportedSession>;

  constructor(sessions: readonly SessionSummary[], imported: readonly ImportedSession[]) {
    this.own = new Map(sessions.map((session) => [session.id, session]));
    this.imported = new Map(imported.map((session) => [session.id, session]));
  }

  /** What a row is grouped under; rows of one key have one name. */
  keyOf(group: CostGroup, { sessionId = '', agent = 'unknown', provider = 'unknown', model = 'unknown' }: UsageRow): string {
    switch (group) {
      case 'model':
        return `${provider}/${model === '' ? 'unknown' : model}`;
      case 'session':
        return sessionId;
      case 'agent':
        return agent === '' ? 'unknown' : agent;
      case 'branch':
        return this.own.get(sessionId)?.branch ?? this.imported.get(sessionId)?.branch ?? '';
    }
  }

  nameOf(group: CostGroup, key: string): CostName {
    if (group === 'session') return this.sessionName(key);
    if (group === 'branch') return { label: key === '' ? 'No branch' : key, imported: false };
    if (group === 'agent') return { label: key, imported: false };
    const slash = key.indexOf('/');
    return { label: key.slice(slash + 1), detail: key.slice(0, slash), imported: false };
  }

  isImported(sessionId: string): boolean {
    return sessionId.startsWith(importedSessionPrefix);
  }

  private sessionName(id: string): CostName {
    const session = this.own.get(id);
    if (session) return { label: session.name, detail: session.branch, imported: false, session };
    if (id === outsideSessions) return { label: 'Outside of sessions', imported: false };
    const imported = this.imported.get(id);
    if (imported) return { label: imported.title ?? shortFolder(imported.cwd), imported: true, ...(imported.branch === undefined ? {} : { detail: imported.branch }) };
    return { label: id, imported: this.isImported(id) };
  }
}

function shortFolder(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder;
}

import { OrchestratorError } from '../base/errors';
import type { SessionOverview } from '../orchestrator';
import type { CommandInput } from './command';

/** The session that the first argument names: by id, the beginning of one, its branch, or its exact name; without an argument, the newest. */
export async function findSession({ orchestrator, positionals }: CommandInput): Promise<SessionOverview> {
  const sessions = await orchestrator.sessions.overview();
  const [wanted] = positionals;
  const found = wanted === undefined ? sessions.slice(0, 1) : sessions.filter(({ session }) => (wanted !== '' && session.id.startsWith(wanted)) || session.branch === wanted || session.name === wanted);
  if (found.length === 1 && found[0]) return found[0];
  if (found.length === 0) throw new OrchestratorError('session-missing', wanted === undefined ? 'There is no session in this repository.' : `No session is called "${wanted}".`, 'List them with: amp-orchestrator sessions.');
  throw new OrchestratorError('invalid-argument', `"${wanted ?? ''}" fits ${found.length} sessions.`, 'Give more of its id.');
}

import type { Command } from '../command';
import { findSession } from '../findSession';
import { OrchestratorError } from '../../base/errors';

export const deleteCommand: Command = {
  name: 'delete',
  summary: 'Remove the worktree and branch of a session; its work is kept under a trash ref',
  usage: 'amp-orchestrator delete SESSION',
  words: 1,
  options: {},
  run: async (input) => {
    if (input.positionals.length === 0) throw new OrchestratorError('invalid-argument', 'Which session shall be deleted?', 'Give its id: amp-orchestrator delete SESSION.');
    const { session } = await findSession(input);
    const { restoreCommand, leftOut } = await input.orchestrator.sessions.delete(session.id);
    input.print(`"${session.name}" is deleted.`);
    if (restoreCommand !== undefined) input.print(`Bring it back with: ${restoreCommand}`);
    if (leftOut.length > 0) input.print(`Not kept: ${leftOut.join(', ')}`);
    return 0;
  },
};

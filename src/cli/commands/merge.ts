import { formatPlural } from '../../base/format';
import { text, type Command } from '../command';
import { findSession } from '../findSession';

export const mergeCommand: Command = {
  name: 'merge',
  summary: 'Squash a session, rebase it onto its base branch, and merge it',
  usage: 'amp-orchestrator merge [SESSION] [--message TEXT] [--keep-worktree]',
  options: { message: { type: 'string' }, 'keep-worktree': { type: 'boolean' } },
  run: async (input) => {
    const { session } = await findSession(input);
    const { commit, files, worktreeKept } = await input.orchestrator.sessions.merge(session.id, { message: text(input.values['message']), keepWorktree: input.values['keep-worktree'] === true });
    input.print(`"${session.name}" is on ${session.baseBranch} as ${commit.slice(0, 12)}: ${formatPlural(files.length, 'file')} changed.`);
    if (worktreeKept !== undefined) input.print(worktreeKept);
    return 0;
  },
};

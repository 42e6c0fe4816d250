import { formatPlural } from '../../base/format';
import { text, type Command } from '../command';
import { findSession } from '../findSession';

export const mergeCommand: Command = {
  name: 'merge',
  summary: 'Evaluate a session on its base branch, and merge it as one commit when nothing speaks against it',
  usage: 'amp-orchestrator merge [SESSION] [--message TEXT] [--keep-worktree] [--override REASON]',
  words: 1,
  options: { message: { type: 'string' }, 'keep-worktree': { type: 'boolean' }, override: { type: 'string' } },
  run: async (input) => {
    const { session } = await findSession(input);
    const override = text(input.values['override']);
    const { commit, files, worktreeKept } = await input.orchestrator.sessions.merge(session.id, {
      message: text(input.values['message']),
      keepWorktree: input.values['keep-worktree'] === true,
      signal: input.signal,
      onProgress: (progress) => { if (progress.kind === 'ended') input.print(input.orchestrator.evalReports.resultLine(progress.result)); },
      ...(override === undefined ? {} : { override: { reason: override } }),
    });
    input.print(`"${session.name}" is on ${session.baseBranch} as ${commit.slice(0, 12)}: ${formatPlural(files.length, 'file')} changed.`);
    if (override !== undefined) input.print('The gate was overridden; the reason is in the timeline.');
    if (worktreeKept !== undefined) input.print(worktreeKept);
    return 0;
  },
};

import type { Command } from '../command';
import { findSession } from '../findSession';

export const stopCommand: Command = {
  name: 'stop',
  summary: 'Stop the run of a session, whichever window or terminal runs it',
  usage: 'amp-orchestrator stop [SESSION]',
  words: 1,
  options: {},
  run: async (input) => {
    const { session } = await findSession(input);
    const asked = await input.orchestrator.sessions.stop(session.id);
    input.print(asked ? `"${session.name}" was asked to stop.` : `"${session.name}" is not running.`);
    return 0;
  },
};

import { OrchestratorError } from '../../base/errors';
import { commitAll } from '../../git/checkpoints';
import type { ScriptConfig } from '../../model/workflow/nodeConfig';
import { commitSubject } from '../../sessions/names';
import { workable } from '../../sessions/sessionContext';
import type { NodeExecutor, StepContext, StepResult } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';
import { worktreeOfStep } from './sessionOfStep';
import { templateText } from './templateText';
import { ending, runInWorktree, tail } from './worktreeCommand';

type ScriptServices = Pick<NodeServices, 'repository' | 'sessions' | 'tracer' | 'clock' | 'redactor' | 'expressions'>;
type ScriptStep = StepContext<ScriptConfig>;

/** A sandboxed function over the data of the execution, or a command in the worktree of a session. */
export function scriptExecutor(services: ScriptServices): NodeExecutor<ScriptConfig> & { readonly type: 'script' } {
  return {
    type: 'script',
    effect: ({ command, idempotent }) => (command === undefined ? 'pure' : idempotent ? 'idempotent' : 'atMostOnce'),
    run: async (context) => ({ kind: 'done', ...(await (context.config.command === undefined ? calculate(services, context) : execute(services, context, context.config.command.map(templateText)))) }),
    probe: ({ node, config: { command = [] } }) => Promise.resolve({ happened: 'unknown', question: `The program ended while "${node.name}" was running ${command.join(' ').slice(0, 500)}. Did that come to its end?` }),
  };
}

async function calculate({ expressions }: ScriptServices, { config: { source }, scope, signal }: ScriptStep): Promise<StepResult> {
  if (source === undefined) throw new OrchestratorError('invalid-argument', 'It has neither a source nor a command.', 'Give it one of them.');
  return { outcome: 'passed', output: await expressions.script(source, scope, signal) };
}

/** What it changed is committed, as what an agent changes is: approvals and merges speak of commits. */
async function execute(services: ScriptServices, context: ScriptStep, argv: readonly string[]): Promise<StepResult> {
  const { session, git } = await worktreeOfStep(services, context);
  const { exitCode, stdout, stderr } = await runInWorktree(services, context, { session, argv, span: { type: 'tool', name: `script: ${context.node.name}` } });
  if (exitCode !== 0) throw new OrchestratorError('step-failed', `${argv[0]} failed. ${ending(exitCode)}${said(stderr, stdout)}`, 'Run it in the worktree of the session to see what is wrong.');
  const { status } = await services.sessions.get(session.id);
  const commit = workable.some((one) => one === status) ? await commitAll(git, `${commitSubject(context.node.name)}\n\nSession: ${session.name}\nStep: ${context.step}\n`) : undefined;
  return { outcome: 'passed', output: { exitCode, stdout: tail(stdout), stderr: tail(stderr), ...jsonOf(stdout), ...(commit === undefined ? {} : { commit }) }, session: session.id };
}

function said(...texts: readonly string[]): string {
  const last = texts.map((text) => text.trim()).find((text) => text !== '');
  return last === undefined ? '' : ` Its last words: ${last.slice(-1000)}`;
}

/** The last line, if it is JSON. */
function jsonOf(stdout: string): { readonly json?: unknown } {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return { json: JSON.parse(line) as unknown };
  } catch {
    return {};
  }
}

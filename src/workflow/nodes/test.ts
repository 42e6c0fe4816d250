import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import { testCommand } from '../../evaluation/commandCheck';
import type { TestConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';
import { worktreeOfStep } from './sessionOfStep';
import { templateText } from './templateText';
import { runInWorktree, tail } from './worktreeCommand';

/** Runs tests in the worktree of a session: those of the project, or a command. */
export function testExecutor(services: Pick<NodeServices, 'repository' | 'sessions' | 'tracer' | 'clock' | 'redactor'>): NodeExecutor<TestConfig> & { readonly type: 'test' } {
  return {
    type: 'test',
    effect: () => 'idempotent',
    run: async (context) => {
      const { session } = await worktreeOfStep(services, context);
      const argv = context.config.command?.map(templateText) ?? (await testCommand(session.worktree));
      if (argv === undefined) throw new OrchestratorError('invalid-argument', `The project has no tests that "${context.node.name}" knows how to run.`, 'Give the node a command, or the project a test script.');
      const { exitCode, stdout, stderr, durationMs } = await runInWorktree(services, context, { session, argv, span: { type: 'eval', name: `tests: ${argv.join(' ')}` } });
      const passed = exitCode === 0;
      const output = { passed, ...present({ exitCode: exitCode ?? undefined }), durationMs: Math.round(durationMs), tail: tail(`${stdout}\n${stderr}`) };
      return { kind: 'done', outcome: passed ? 'passed' : 'failed', output, session: session.id };
    },
  };
}

import type { ParallelConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor } from '../nodeExecutor';

/** Forks, or joins what came in: it has passed when as many paths as it asks for did not fail. */
export function parallelExecutor(): NodeExecutor<ParallelConfig> & { readonly type: 'parallel' } {
  return {
    type: 'parallel',
    effect: () => 'pure',
    run: ({ config: { join = 'all' }, tokens }) => {
      const failed = tokens.filter((token) => token.failed === true).length;
      const arrived = tokens.length - failed;
      const passed = join === 'all' ? failed === 0 : arrived >= (join === 'any' ? 1 : join);
      return Promise.resolve({ kind: 'done', outcome: passed ? 'passed' : 'failed', output: { arrived, failed } });
    },
  };
}

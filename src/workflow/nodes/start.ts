import type { NodeExecutor } from '../nodeExecutor';

/** Where an execution begins: nothing is to be done. */
export function startExecutor(): NodeExecutor & { readonly type: 'start' } {
  return { type: 'start', effect: () => 'pure', run: () => Promise.resolve({ kind: 'done', outcome: 'passed' }) };
}

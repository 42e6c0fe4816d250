import { asObject, present } from '../../base/jsonShape';
import type { EndConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor } from '../nodeExecutor';
import { templateText } from './templateText';

/** Where a path ends. Its output is the result, if one is asked for, else its message; of a failure both, since the message tells why. */
export function endExecutor(): NodeExecutor<EndConfig> & { readonly type: 'end' } {
  return {
    type: 'end',
    effect: () => 'pure',
    run: ({ config: { status = 'succeeded', message, result } }) => {
      const said = message === undefined ? undefined : { message: templateText(message) };
      const output = status === 'failed' && said && asObject(result) ? { ...said, ...result } : (result ?? said);
      return Promise.resolve({ kind: 'done', outcome: status === 'failed' ? 'failed' : 'passed', ...present({ output }) });
    },
  };
}

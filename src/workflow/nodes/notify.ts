import type { NotifyConfig } from '../../model/workflow/nodeConfig';
import type { NodeExecutor } from '../nodeExecutor';
import type { NodeServices } from './nodeServices';
import { templateText } from './templateText';

/** Tells a person something. Twice, where the process ends between that and its record: better than not at all. */
export function notifyExecutor({ notify, redactor }: Pick<NodeServices, 'notify' | 'redactor'>): NodeExecutor<NotifyConfig> & { readonly type: 'notify' } {
  return {
    type: 'notify',
    effect: () => 'idempotent',
    run: ({ config: { message: text, level = 'info' }, execution }) => {
      const message = redactor.redact(templateText(text));
      notify({ execution: execution.root, message, level });
      return Promise.resolve({ kind: 'done', outcome: 'passed', output: { message, level } });
    },
  };
}

import type { WorkflowView } from '../../model/workflow/view';
import type { HostHandlers } from '../../protocol/hostPeer';
import type { WorkflowEditorContract } from '../../protocol/workflowEditor';

/** What is wrong with an expression, and what can follow in one, by what the workflow's text says now. Needs no repository. */
export function expressionRequests(view: () => WorkflowView): Pick<HostHandlers<WorkflowEditorContract>['request'], 'checkExpression' | 'complete'> {
  return {
    checkExpression: async ({ text, kind, node }) => {
      const { expressionNames, expressionProblems } = await import('../../orchestrator');
      return { problems: expressionProblems(text, kind, expressionNames(view(), node)).map(({ message, offset, length }) => ({ message, offset, length })) };
    },
    complete: async ({ text, offset, kind, node }) => {
      const { completions, expressionNames } = await import('../../orchestrator');
      const { from, items } = completions(text, offset, kind, expressionNames(view(), node));
      return { from, items: [...items] };
    },
  };
}

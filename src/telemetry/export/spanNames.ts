import type { AmpTraceEvent } from '../../model/span';
import { names, operations } from '../semconv';

/** What a span is in OpenTelemetry's terms. */
export type SpanRole = 'call' | 'agentRun' | 'iteration' | 'tool' | 'git' | 'eval' | 'workflow' | 'workflowNode' | 'step' | 'ui';

export function roleOf(span: AmpTraceEvent): SpanRole {
  switch (span.type) {
    case 'agent':
      if (isCall(span)) return 'call';
      if (typeof span.attrs[names.agentName] === 'string') return 'agentRun';
      return span.attrs[names.iterationNumber] === undefined ? 'step' : 'iteration';
    case 'workflow':
      return span.attrs[names.workflowNode] === undefined ? 'workflow' : 'workflowNode';
    default:
      return span.type;
  }
}

/** A model call, or the settlement of calls whose usage came late: what carries usage and cost. */
function isCall({ name, usage, costBasis, agent, attrs }: AmpTraceEvent): boolean {
  return usage !== undefined || costBasis !== undefined || agent !== undefined || attrs[names.settlement] === true || name.endsWith(':chat');
}

/** The name of a span outside. Built from what is known to be no content: our own names hold file names and commands. */
export function outsideName(span: AmpTraceEvent, role: SpanRole): string {
  switch (role) {
    case 'call':
      return named(operations.chat, span.model);
    case 'agentRun':
      return named(operations.agent, span.attrs[names.agentName]);
    case 'iteration':
      return named('iteration', span.attrs[names.iterationNumber]);
    case 'tool':
      return named(operations.tool, span.attrs[names.toolName]);
    case 'git':
      return gitName(span.name);
    case 'eval':
      return named('evaluate', span.attrs[names.evaluationName]);
    case 'workflow':
      return named(operations.workflow, span.attrs[names.workflowName]);
    case 'workflowNode':
      return named('workflow_node', span.attrs[names.workflowNode]);
    case 'step':
    case 'ui':
      return role;
  }
}

function named(what: string, of: unknown): string {
  return typeof of === 'string' || typeof of === 'number' ? `${what} ${of}` : what;
}

/** `git worktree add`, `git commit`: the command without what it worked on. */
function gitName(name: string): string {
  const known = /^git (?:worktree [a-z]+|[a-z][a-z-]*)/.exec(name)?.[0];
  return known ?? (name.startsWith('Merge') ? 'git integrate' : 'git');
}

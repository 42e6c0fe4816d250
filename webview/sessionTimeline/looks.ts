import type { IterationStatus } from '../../src/model/session';
import type { SpanStatus } from '../../src/model/span';
import type { TimelineSpan } from '../../src/protocol/sessionTimeline';
import type { Look } from '../shared/looks';
import type { Node } from './node';

export const statusLooks: Readonly<Record<SpanStatus, Look>> = {
  running: { icon: 'loading', tone: 'running', label: 'Running', spin: true },
  success: { icon: 'pass', tone: 'success', label: 'Succeeded' },
  error: { icon: 'error', tone: 'error', label: 'Failed' },
  cancelled: { icon: 'circle-slash', tone: 'quiet', label: 'Cancelled' },
};

const iterationStatusOf: Readonly<Record<IterationStatus, SpanStatus>> = {
  running: 'running',
  succeeded: 'success',
  failed: 'error',
  stopped: 'cancelled',
  interrupted: 'cancelled',
};

export function statusOf(node: Node): SpanStatus {
  return node.kind === 'step' ? node.step.status : iterationStatusOf[node.iteration.status];
}

/** Tools of the agents we know, by the words in their names. */
const toolIcons: readonly (readonly [RegExp, string])[] = [
  [/todo|plan/, 'checklist'],
  [/bash|shell|terminal|command|exec/, 'terminal'],
  [/edit|write|patch|replace|create/, 'edit'],
  [/grep|glob|search|find|\bls\b|list/, 'search'],
  [/read|view|cat|open/, 'file'],
  [/web|fetch|http|url|browser/, 'globe'],
  [/task|agent|oracle/, 'robot'],
  [/^mcp/, 'plug'],
];

/** A codicon that says what kind of row this is. */
export function iconOf(node: Node): string {
  return node.kind === 'iteration' ? 'play-circle' : stepIcon(node.step, node.children.length > 0);
}

function stepIcon(step: TimelineSpan, isParent: boolean): string {
  switch (step.type) {
    case 'agent':
      return isParent ? 'robot' : 'sparkle';
    case 'tool': {
      const tool = (step.tool ?? step.name).toLowerCase();
      return toolIcons.find(([pattern]) => pattern.test(tool))?.[1] ?? 'tools';
    }
    case 'git':
      return 'git-commit';
    case 'eval':
      return 'beaker';
    case 'workflow':
      return 'type-hierarchy';
    case 'ui':
      return step.notice === 'warning' ? 'warning' : step.notice === 'error' ? 'error' : 'comment';
  }
}

/** A row's title: what is said loud and what is said softly after it. */
export function titleOf(node: Node): { readonly name: string; readonly rest: string } {
  if (node.kind === 'iteration') return { name: `Iteration ${node.iteration.number}`, rest: node.iteration.prompt.split('\n', 1)[0] ?? '' };
  const { name, tool, subject } = node.step;
  if (tool !== undefined && name.startsWith(`${tool} `)) return { name: tool, rest: name.slice(tool.length + 1) };
  return { name, rest: subject ?? '' };
}

export function errorOf(node: Node): string | undefined {
  return node.kind === 'step' ? node.step.errorMessage : node.iteration.errorMessage;
}

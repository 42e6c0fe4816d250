import type { NodeType } from '../../../../src/model/workflow/nodeConfig';

const labels: Readonly<Record<string, string>> = {
  argv: 'Command of the agent',
  as: 'Name of the item',
  backoffMs: 'Wait before the first retry',
  budgetUSD: 'Budget in dollars',
  factor: 'Growth of the wait',
  failFast: 'Fail fast',
  jitter: 'Random share of the wait',
  join: 'Wait for',
  max: 'Retries',
  maxBackoffMs: 'Longest wait',
  maxItems: 'Most items',
  name: 'Name of the session',
  on: 'Only after these errors',
  only: 'Only these evaluators',
  quorum: 'People who must approve',
};

/** Texts that people write in several lines. */
export const longTexts: ReadonlySet<string> = new Set(['prompt', 'message', 'description']);

/** What is asked for at once; everything else of a config is below "More". */
const mainFields: Readonly<Partial<Record<NodeType, readonly string[]>>> = {
  amp: ['prompt', 'agent', 'model', 'budgetUSD'],
  test: ['command'],
  eval: ['suite', 'minScore'],
  approval: ['message', 'quorum', 'timeoutMs'],
  script: ['source', 'command'],
  merge: ['message'],
  forEach: ['items', 'workflow', 'step', 'concurrency'],
  bestOf: ['prompt', 'attempts', 'agents', 'suite'],
};

/** All fields are, where nothing else is said. */
export function isMainField(type: NodeType, name: string): boolean {
  return mainFields[type]?.includes(name) ?? true;
}

/** `baseBranch` → `Base branch`; a unit at the end is left out, since the field shows it. */
export function fieldLabel(name: string): string {
  const known = labels[name];
  if (known !== undefined) return known;
  const words = name.replace(/Ms$/, '').replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

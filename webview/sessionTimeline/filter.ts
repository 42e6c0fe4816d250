import type { Node } from './node';

export interface Filter {
  readonly matches: (node: Node) => boolean;
}

type Term = (node: Node) => boolean;

/**
 * What is typed into the filter box: words that all must fit. `error` finds failed steps, `tool:bash`, `type:git` and `status:running`
 * look at that field alone, anything else is looked for in the name, the subject and the error. Undefined when nothing is asked.
 */
export function parseFilter(query: string): Filter | undefined {
  const terms = query.trim().toLowerCase().split(/\s+/).filter(Boolean).map(parseTerm);
  if (terms.length === 0) return undefined;
  return { matches: (node) => terms.every((term) => term(node)) };
}

function parseTerm(word: string): Term {
  if (word === 'error' || word === 'errors') return hasError;
  const [field = '', ...rest] = word.split(':');
  const wanted = rest.join(':');
  if (rest.length > 0) {
    if (field === 'tool') return (node) => node.kind === 'step' && (node.step.tool ?? '').toLowerCase().includes(wanted) && node.step.type === 'tool';
    if (field === 'type') return (node) => (node.kind === 'step' ? node.step.type : 'iteration').startsWith(wanted);
    if (field === 'status') return (node) => (node.kind === 'step' ? node.step.status : node.iteration.status).startsWith(wanted);
  }
  return (node) => textsOf(node).some((text) => text.toLowerCase().includes(word));
}

function hasError(node: Node): boolean {
  return node.kind === 'step' ? node.step.status === 'error' : node.iteration.status === 'failed';
}

function textsOf(node: Node): readonly string[] {
  if (node.kind === 'iteration') return [`iteration ${node.iteration.number}`, node.iteration.prompt, node.iteration.errorMessage ?? ''];
  return [node.step.name, node.step.subject ?? '', node.step.errorMessage ?? ''];
}

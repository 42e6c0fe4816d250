import { isNodeType, nodeConfigSchemas, type NodeType } from '../../src/model/workflow/nodeConfig';

export interface NodeLook {
  /** A codicon. */
  readonly icon: string;
  readonly label: string;
}

const looks: Readonly<Record<NodeType, NodeLook>> = {
  start: { icon: 'play-circle', label: 'Start' },
  amp: { icon: 'robot', label: 'Agent' },
  test: { icon: 'beaker', label: 'Test' },
  eval: { icon: 'checklist', label: 'Evaluate' },
  approval: { icon: 'account', label: 'Approval' },
  parallel: { icon: 'repo-forked', label: 'Parallel' },
  condition: { icon: 'git-compare', label: 'Condition' },
  end: { icon: 'stop-circle', label: 'End' },
  script: { icon: 'code', label: 'Script' },
  merge: { icon: 'git-merge', label: 'Merge' },
  forEach: { icon: 'list-ordered', label: 'For each' },
  bestOf: { icon: 'star-full', label: 'Best of' },
  workflow: { icon: 'type-hierarchy-sub', label: 'Workflow' },
  wait: { icon: 'watch', label: 'Wait' },
  notify: { icon: 'bell', label: 'Notify' },
};

/** Also of a type that this version does not know. */
export function nodeLook(type: string): NodeLook {
  return isNodeType(type) ? looks[type] : { icon: 'question', label: type === '' ? 'No type' : type };
}

/** What a node of this type does, in a sentence or two. */
export function nodeHint(type: NodeType): string {
  return nodeConfigSchemas[type].description ?? '';
}

/** In the order in which people need them. */
const paletteTypes: readonly NodeType[] = ['amp', 'test', 'eval', 'approval', 'merge', 'condition', 'parallel', 'forEach', 'bestOf', 'workflow', 'script', 'wait', 'notify', 'end', 'start'];

export interface PaletteEntry extends NodeLook {
  readonly type: NodeType;
  readonly hint: string;
}

/** What the palette offers for what was typed: every word has to be somewhere in the name or the sentence about it; names count first. */
export function paletteEntries(search: string, allowed: (type: NodeType) => boolean): readonly PaletteEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const found = paletteTypes.filter(allowed).map((type): PaletteEntry => ({ type, ...looks[type], hint: nodeHint(type) }));
  const inName = ({ type, label }: PaletteEntry): boolean => words.every((word) => `${label} ${type}`.toLowerCase().includes(word));
  const inHint = ({ type, label, hint }: PaletteEntry): boolean => words.every((word) => `${label} ${type} ${hint}`.toLowerCase().includes(word));
  return [...found.filter(inName), ...found.filter((entry) => !inName(entry) && inHint(entry))];
}

/** Members that a new node of a type begins with. What only a person can say is left out, and shown as missing. */
export function freshConfig(type: NodeType): Readonly<Record<string, unknown>> {
  switch (type) {
    case 'approval':
      return { message: 'Go on?' };
    case 'bestOf':
      return { attempts: 3 };
    case 'wait':
      return { durationMs: 60_000 };
    default:
      return {};
  }
}

import { asText, parseObject } from '../../base/jsonShape';
import type { TextKind } from '../../model/workflow/text/renamedNode';
import { isNodeType, nodeOutcomes } from '../../model/workflow/nodeConfig';
import type { NodeView, WorkflowView } from '../../model/workflow/view';

/** A text of a node that is open in an editor of its own, and what it was when it was opened or saved last. */
export interface FieldOrigin {
  /** Of the workflow's document. */
  readonly uri: string;
  readonly node: string;
  readonly path: readonly string[];
  readonly kind: TextKind;
  readonly base: string;
}

const scriptHead = '/** @type {Script} */ (';
const emptyScript = '({ variables, nodes, execution }) => {\n  return null;\n}';

export function fieldFileName({ node, path: steps, kind }: Pick<FieldOrigin, 'node' | 'path' | 'kind'>): string {
  const name = [node, ...steps.filter((step) => step !== 'config')].join('.').replace(/[^\w.-]+/g, '_').slice(0, 80);
  return `${name}.${kind === 'template' ? 'md' : 'js'}`;
}

/** What its file holds. A script is put into brackets behind its type, so that the editor knows its parameters. */
export function fieldText({ kind, base }: Pick<FieldOrigin, 'kind' | 'base'>): string {
  return kind === 'script' ? `${scriptHead}\n${base === '' ? emptyScript : base}\n)\n` : base;
}

/** What the file says; undefined when the brackets of a script are not there any more. */
export function textOfField({ kind, base }: Pick<FieldOrigin, 'kind' | 'base'>, saved: string): string | undefined {
  const text = saved.replaceAll('\r\n', '\n');
  if (kind === 'script' && text.startsWith(scriptHead)) {
    const inner = /^\n?([\s\S]*?)\n?\);?\s*$/.exec(text.slice(scriptHead.length));
    return inner?.[1];
  }
  // Editors add a line's end, and programs that format add a semicolon, behind which an expression would not be one.
  const ended = /\n$/.test(base) ? text : text.replace(/\n$/, '');
  return kind === 'template' ? ended : ended.replace(/;\s*$/, '');
}

/** @returns undefined for what is no such file */
export function readOrigin(text: string): FieldOrigin | undefined {
  const value = parseObject(text);
  const [uri, node, kind, base] = [asText(value?.['uri']), asText(value?.['node']), asText(value?.['kind']), asText(value?.['base'])];
  const steps = value?.['path'];
  if (uri === undefined || node === undefined || base === undefined || (kind !== 'expression' && kind !== 'template' && kind !== 'script')) return undefined;
  return Array.isArray(steps) && steps.every((step) => typeof step === 'string') ? { uri, node, path: steps, kind, base } : undefined;
}

/** Makes the editor's JavaScript service check the file against the types beside it, and against nothing of the machine. */
export const fieldConfig = `${JSON.stringify({ compilerOptions: { checkJs: true, noEmit: true, target: 'ES2023', lib: ['ES2023'], types: [], strict: false, module: 'ESNext', moduleDetection: 'legacy' }, include: ['*.js', '*.d.ts'] }, null, 2)}\n`;

/** Types of what an expression or script of that node sees. */
export function scopeTypes(workflow: WorkflowView, { node, path: steps }: Pick<FieldOrigin, 'node' | 'path'>): string {
  const own = workflow.nodes.find(({ id }) => id === node);
  const variables = Object.entries(workflow.variables).map(([name, variable]) => `${documented(asText(variable['description']))}  readonly ${JSON.stringify(name)}: ${variableType(variable)};`);
  const item = own?.type === 'forEach' ? [`  readonly ${JSON.stringify(asText(own.config['as']) ?? 'item')}: any;`, '  readonly index: number;'] : [];
  const nodes = workflow.nodes.map(({ id, type, name }) => `${documented(name)}  readonly ${JSON.stringify(id)}: NodeInScope<${outcomeType(type)}>;`);
  return `/** Written by Amp Session Orchestrator for the file beside it; changes here have no effect. */

/** A node as its last run left it; absent until it has been run. */
interface NodeInScope<Outcome extends string = string> {
  readonly status: string;
  readonly outcome?: Outcome;
  readonly output?: any;
  readonly error?: { readonly code: string; readonly message: string };
  /** Id of the session that it used. */
  readonly session?: string;
  /** How often it has been run. */
  readonly pass: number;
}

declare const variables: {
${[...variables, ...item].join('\n')}
};

declare const nodes: {
${nodes.join('\n')}
};

declare const execution: {
  readonly id: string;
  readonly workflow: string;
  readonly name: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly session?: string;
  readonly costUSD: number;
};
${extras(own, steps)}
type Script = (scope: { readonly variables: typeof variables; readonly nodes: typeof nodes; readonly execution: typeof execution }) => unknown;
`;
}

function variableType(variable: Readonly<Record<string, unknown>>): string {
  const { options, type } = variable;
  if (Array.isArray(options) && options.every((option) => ['string', 'number', 'boolean'].includes(typeof option))) return options.map((option) => JSON.stringify(option)).join(' | ') || 'any';
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'any';
}

function outcomeType(type: string): string {
  const outcomes = type !== 'condition' && isNodeType(type) ? nodeOutcomes[type] : [];
  return outcomes.length === 0 ? 'string' : [...new Set([...outcomes, 'failed'])].map((outcome) => JSON.stringify(outcome)).join(' | ');
}

/** What only some places see. */
function extras(node: NodeView | undefined, [first]: readonly string[]): string {
  if (first === 'assign') return `\ndeclare const output: any;\ndeclare const outcome: ${outcomeType(node?.type ?? '')};\n`;
  if (node?.type !== 'bestOf') return '';
  return '\ndeclare const attempts: readonly { readonly index: number; readonly sessionId?: string; readonly score: number | null; readonly passed: boolean; readonly costUSD: number | null; readonly summary?: string }[];\n';
}

function documented(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `  /** ${text.replaceAll('*/', '* /').replace(/\s+/g, ' ')} */\n`;
}

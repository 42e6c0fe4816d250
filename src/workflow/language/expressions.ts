import os from 'node:os';
import { createSandbox, type Sandbox, type SandboxRequest } from '../../evaluation/sandbox/sandbox';
import type { SandboxProblem } from '../../evaluation/sandbox/sandboxProtocol';
import type { Reference } from '../../model/workflow/expression/expressionReferences';
import { neededData } from './expressionData';
import { fastValue } from './expressionFast';
import { failedExpression, unreadableExpression } from './expressionFailure';
import { readExpression } from './expressionProblems';
import { expressionProgram } from './expressionProgram';
import type { Expressions, ExpressionScope } from './expressionScope';
import { expressionsOf, withValues } from './templateValues';

/** What an expression may take, and a script. */
const expressionMs = 50;
const scriptMs = 10_000;
/** What an expression gets beyond its deadline to say where it was. */
const graceMs = 8;
/** What it may wait for a processor of a machine that is busy. */
const patienceMs = 2000;
/** Characters of data that are read in a millisecond: reading it is none of an expression's own time. */
const charactersPerMs = 10_000;

type Data = Readonly<Record<string, unknown>>;

interface Pending {
  readonly source: string;
  readonly references: readonly Reference[];
  readonly isOpaque: boolean;
}

/** `assetsDirectory` is that of the sandbox. What is only members of the data and literals never goes there. */
export function createExpressions({ assetsDirectory }: { readonly assetsDirectory: string }): Expressions {
  const sandbox = createSandbox({ assetsDirectory });
  const run = atMost(Math.max(2, Math.min(8, os.availableParallelism())), (request: SandboxRequest) => sandbox.run(request));
  return {
    evaluate: async (expression, scope, extra = {}) => {
      const [value] = await valuesOf([expression], { ...scope, ...extra }, run);
      return value;
    },
    resolve: async (value, scope, extra = {}) => {
      const templates = expressionsOf(value);
      const data = { ...scope, ...extra };
      const values = await valuesOf(templates, data, run);
      return withValues(value, new Map(templates.map((source, index) => [source, values[index]])));
    },
    script: (source, scope, signal) => scriptValue(source, scope, run, signal),
    prepare: () => sandbox.prepare(),
    dispose: () => { sandbox.dispose(); },
  };
}

/** In the order of the expressions; those that need the sandbox are evaluated in one. */
async function valuesOf(expressions: readonly string[], data: Data, run: Sandbox['run']): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  const pending: (Pending & { readonly index: number })[] = [];
  expressions.forEach((source, index) => {
    const read = readExpression(source, 'expression');
    if ('problem' in read) throw unreadableExpression(source, read.problem);
    const fast = fastValue(read.tree, data);
    if (fast) values[index] = fast.value;
    else pending.push({ source, index, references: read.references, isOpaque: read.isOpaque });
  });
  if (pending.length === 0) return values;
  const found = await inSandbox(pending, data, run);
  pending.forEach(({ index }, at) => { values[index] = found[at]; });
  return values;
}

async function inSandbox(pending: readonly Pending[], data: Data, run: Sandbox['run']): Promise<readonly unknown[]> {
  const program = expressionProgram(pending.map(({ source }) => source), Object.keys(data));
  const needed = neededData(data, pending.flatMap(({ references }) => references), pending.some(({ isOpaque }) => isOpaque));
  const deadlineMs = expressionMs + Math.floor(((JSON.stringify(needed).length) * (pending.length + 1)) / charactersPerMs);
  const result = await run({ source: program.source, language: 'javascript', kind: 'function', data: needed, deadlineMs, graceMs, patienceMs });
  const blamed = (problem: SandboxProblem): Error => failedExpression(pending.length === 1 ? pending : pending.filter((_, index) => index === (program.expressionAt(problem.line) ?? index)), problem);
  if (!result.ok) throw blamed(result.problem);
  const values = program.values(result.value);
  if (!values) throw blamed({ reason: 'result', message: 'what came out of it is no value' });
  return values;
}

async function scriptValue(source: string, scope: ExpressionScope, run: Sandbox['run'], signal: AbortSignal | undefined): Promise<unknown> {
  const read = readExpression(source, 'script');
  if ('problem' in read) throw unreadableExpression(source, read.problem, 'script');
  const result = await run({ source, language: 'javascript', kind: 'function', data: neededData({ ...scope }, read.references.filter(({ isParameter }) => isParameter), read.isOpaque), deadlineMs: scriptMs, ...(signal && { signal }) });
  if (!result.ok) throw failedExpression([{ source }], result.problem, 'script');
  return result.value;
}

/** So many at the same time, the others in their turn: each has a thread and an engine of its own. */
function atMost<Request, Result>(most: number, work: (request: Request) => Promise<Result>): (request: Request) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (request) => {
    if (running >= most) await new Promise<void>((resolve) => { waiting.push(resolve); });
    else running++;
    try {
      return await work(request);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

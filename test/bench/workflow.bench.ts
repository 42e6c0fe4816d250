import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../src/base/clock';
import { spanIds } from '../../src/base/ids';
import type { WorkflowDefinition, WorkflowEdge, WorkflowNode } from '../../src/model/workflow/definition';
import type { WorkflowEvent } from '../../src/model/workflow/event';
import { foldEvents } from '../../src/model/workflow/fold/fold';
import { buildGraph } from '../../src/model/workflow/graph';
import type { NodeType } from '../../src/model/workflow/nodeConfig';
import { openStore } from '../../src/storage/openStore';
import { AmpTracer } from '../../src/telemetry/tracer';
import { createExpressions } from '../../src/workflow/language/expressions';
import type { EffectKind, NodeExecutor, NodeExecutors } from '../../src/workflow/nodeExecutor';
import { WorkflowEngine } from '../../src/workflow/workflowEngine';
import { median, report } from './report';

const rounds = 7;
const assetsDirectory = process.env['AMP_BENCH_ASSETS'] ?? 'dist';
const folder = mkdtempSync(path.join(os.tmpdir(), 'amp-bench-'));

/** Steps that do nothing: `notify` is the one whose effect the engine makes durable before and after it. */
function noOp(type: NodeType, effect: EffectKind): NodeExecutor {
  return { type, effect: () => effect, run: () => Promise.resolve({ kind: 'done', outcome: 'passed' }), probe: () => Promise.resolve({ happened: 'no' }) };
}

const executors = Object.fromEntries((['start', 'end', 'script', 'parallel', 'notify'] as const).map((type) => [type, noOp(type, type === 'notify' ? 'atMostOnce' : 'pure')])) as unknown as NodeExecutors;

function node(id: string, type: NodeType): WorkflowNode {
  return { id, type, name: id, config: type === 'notify' ? { message: 'nothing' } : type === 'script' ? { source: '() => 0' } : {}, position: { x: 0, y: 0 } };
}

function definition(id: string, nodes: readonly WorkflowNode[], pairs: readonly (readonly [string, string])[]): WorkflowDefinition {
  return { id, name: id, nodes, edges: pairs.map(([source, target], index): WorkflowEdge => ({ id: `e${index}`, source, target })) };
}

function chain(length: number, type: NodeType): WorkflowDefinition {
  const names = ['start', ...Array.from({ length }, (_, index) => `s${index}`), 'end'];
  return definition(`chain${length}`, names.map((name) => node(name, name === 'start' || name === 'end' ? name : type)), names.slice(1).map((name, index) => [names[index] ?? '', name]));
}

function wide(type: NodeType): WorkflowDefinition {
  const names = Array.from({ length: 100 }, (_, index) => `p${index}`);
  return definition('wide', [node('start', 'start'), node('fork', 'parallel'), ...names.map((name) => node(name, type)), node('join', 'parallel'), node('end', 'end')], [['start', 'fork'], ...names.flatMap((name) => [['fork', name], [name, 'join']] as const), ['join', 'end']]);
}

const store = await openStore({ directory: folder, assetsDirectory, kind: 'test' });
const tracer = new AmpTracer(store.spans, spanIds(systemClock, store.processNonce), systemClock);
const expressions = createExpressions({ assetsDirectory });
const engine = new WorkflowEngine({
  store, kind: 'test', tracer, clock: systemClock, expressions,
  log: { info: () => undefined, warn: console.error, error: console.error },
  redactor: { redact: (text) => text },
  repositoryRoot: folder,
  bundledDirectory: folder,
  artifactsDirectory: path.join(folder, 'artifacts'),
  evaluations: { definition: () => Promise.reject(new Error('not asked here')) },
  executors: () => executors,
  by: () => Promise.resolve('bench'),
  closing: new AbortController().signal,
});

/** Milliseconds of a whole execution whose journal is durable at its end; median of the rounds, after one that is not counted. */
async function timed(workflow: WorkflowDefinition): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const { status } = await engine.executeWorkflow(workflow);
    if (status !== 'succeeded') throw new Error(`${workflow.id} ended as ${status}`);
    await store.flush();
    if (round > 0) times.push(performance.now() - start);
  }
  return median(times);
}

async function peer(name: string): Promise<{ readonly store: string; readonly sequential100: number; readonly parallel100?: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.resolve('test/bench/workflowPeers.mjs'), name, folder], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Awaited<ReturnType<typeof peer>>;
}

const mastra = await peer('mastra');
const langgraph = await peer('langgraph');
const sequential = await timed(chain(100, 'script'));
const parallel = await timed(wide('script'));
const long = await timed(chain(400, 'script'));
report({ bench: 'workflow', metric: '100 sequential steps', value: sequential / 100, unit: 'ms/step', peer: `@mastra/core with ${mastra.store}`, peerValue: mastra.sequential100 / 100 });
report({ bench: 'workflow', metric: '100 sequential steps', value: sequential / 100, unit: 'ms/step', peer: `@langchain/langgraph with its ${langgraph.store} saver`, peerValue: langgraph.sequential100 / 100 });
report({ bench: 'workflow', metric: '100 parallel steps', value: parallel / 100, unit: 'ms/step', peer: `@mastra/core with ${mastra.store}`, peerValue: (mastra.parallel100 ?? Number.NaN) / 100 });
report({ bench: 'workflow', metric: '400 sequential steps', value: long / 400, unit: 'ms/step', peer: '100 sequential steps', peerValue: sequential / 100 });
report({ bench: 'workflow', metric: '100 sequential steps, each synced before and after', value: (await timed(chain(100, 'notify'))) / 100, unit: 'ms/step' });
report({ bench: 'workflow', metric: '100 parallel steps, each synced before and after', value: (await timed(wide('notify'))) / 100, unit: 'ms/step' });

const looped = definition('loop', [node('start', 'start'), node('a', 'script'), node('b', 'script')], [['start', 'a'], ['a', 'b'], ['b', 'a']]);
const graph = buildGraph(looped);
const events: WorkflowEvent[] = [{ type: 'execution.started', definition: '', workflow: 'loop', name: 'loop', variables: {}, by: 'bench', seq: 1, at: 1, epoch: 1 }];
for (let step = 0; events.length < 10_000; step++) {
  const [id, pass] = [step % 2 === 0 ? 'a' : 'b', Math.floor(step / 2) + 1];
  const token = step === 0 ? 'start' : step % 2 === 0 ? `b#${pass - 1}>e2` : `a#${pass}>e1`;
  events.push({ type: 'step.started', step: `${id}#${pass}`, node: id, pass, attempt: 1, tokens: [token], seq: events.length + 1, at: step, epoch: 1 });
  events.push({ type: 'step.completed', step: `${id}#${pass}`, outcome: 'passed', output: { value: { step, text: 'x'.repeat(100) } }, seq: events.length + 1, at: step, epoch: 1 });
}
const folds = Array.from({ length: rounds }, () => {
  const start = performance.now();
  foldEvents(graph, 'bench', events);
  return performance.now() - start;
});
report({ bench: 'workflow', metric: 'folding 10,000 events', value: median(folds), unit: 'ms' });

await engine.close();
expressions.dispose();
await store.close();
rmSync(folder, { recursive: true, force: true });

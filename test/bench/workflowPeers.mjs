// Runs the same no-op chains in the peers and prints a line of JSON with the median milliseconds of a run. A program of its own: native
// modules cannot be bundled, and each peer starts with a fresh memory. Usage: node workflowPeers.mjs mastra|langgraph FOLDER
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , peer, folder] = process.argv;
const rounds = 5;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(run) {
  await run();
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times);
}

async function mastra() {
  const { Mastra } = await import('@mastra/core/mastra');
  const { createStep, createWorkflow } = await import('@mastra/core/workflows');
  const { LibSQLStore } = await import('@mastra/libsql');
  const { z } = await import('zod');
  const schema = z.object({ n: z.number() });
  const step = (id) => createStep({ id, inputSchema: schema, outputSchema: schema, execute: async ({ inputData }) => inputData });
  const chain = (length) => Array.from({ length }, (_, index) => step(`s${index}`)).reduce((workflow, one) => workflow.then(one), createWorkflow({ id: `chain${length}`, inputSchema: schema, outputSchema: schema })).commit();
  const wide = createWorkflow({ id: 'wide', inputSchema: schema, outputSchema: z.any() }).parallel(Array.from({ length: 100 }, (_, index) => step(`p${index}`))).commit();
  const storage = new LibSQLStore({ id: 'bench', url: pathToFileURL(path.join(folder, 'mastra.db')).href });
  const workflows = { chain100: chain(100), chain400: chain(400), wide };
  const engine = new Mastra({ storage, workflows, logger: false });
  const run = (name) => async () => {
    const execution = await engine.getWorkflow(name).createRun();
    const { status } = await execution.start({ inputData: { n: 1 } });
    if (status !== 'success') throw new Error(`${name} ended as ${status}`);
  };
  return { store: 'LibSQL', sequential100: await timed(run('chain100')), parallel100: await timed(run('wide')) };
}

async function langgraph() {
  const { Annotation, END, MemorySaver, START, StateGraph } = await import('@langchain/langgraph');
  const State = Annotation.Root({ n: Annotation({ reducer: (_old, value) => value, default: () => 0 }) });
  const { saver, store } = await saverOf(MemorySaver);
  const chain = (length) => {
    const graph = new StateGraph(State);
    for (let index = 0; index < length; index++) graph.addNode(`s${index}`, async () => ({ n: index }));
    graph.addEdge(START, 's0');
    for (let index = 1; index < length; index++) graph.addEdge(`s${index - 1}`, `s${index}`);
    graph.addEdge(`s${length - 1}`, END);
    return graph.compile({ checkpointer: saver });
  };
  let thread = 0;
  const graph = chain(100);
  const sequential100 = await timed(() => graph.invoke({ n: 1 }, { configurable: { thread_id: `t${thread++}` }, recursionLimit: 1000 }));
  return { store, sequential100 };
}

/** The SQLite saver needs a native module for this Node; where there is none, the saver in memory stands in. */
async function saverOf(MemorySaver) {
  try {
    const { SqliteSaver } = await import('@langchain/langgraph-checkpoint-sqlite');
    return { saver: SqliteSaver.fromConnString(path.join(folder, 'langgraph.db')), store: 'SQLite' };
  } catch (error) {
    if (error.code !== 'ERR_DLOPEN_FAILED' && !/bindings/.test(error.message)) throw error;
    return { saver: new MemorySaver(), store: 'memory' };
  }
}

console.log(JSON.stringify(await { mastra, langgraph }[peer]()));
process.exit(0);

import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EvaluatorContext, EvaluatorOutcome } from '../../../../src/evaluation/evaluator';
import { createSandbox } from '../../../../src/evaluation/sandbox/sandbox';
import { createScriptEvaluator } from '../../../../src/evaluation/sandbox/scriptEvaluator';
import { testAssetsDirectory } from '../../../support/buildAssets';
import { MachineLag } from '../../../support/machineLag';
import { hostileScripts } from './hostileScripts';

const deadlineMs = 300;
const secret = 'the canary sings only for its keeper';

const root = path.join(realpathSync(os.tmpdir()), `amp-hostile-${randomUUID()}`);
const tree = path.join(root, 'tree');
const canary = path.join(root, 'canary.txt');

let connections = 0;
const server = createServer((socket) => {
  connections++;
  socket.destroy();
});
await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const control = new MachineLag();
const sandbox = createSandbox({ assetsDirectory: testAssetsDirectory });
const evaluator = createScriptEvaluator({ sandbox });

beforeAll(async () => {
  mkdirSync(path.join(tree, 'src'), { recursive: true });
  writeFileSync(path.join(tree, 'src/app.js'), 'export const app = 1;\n');
  writeFileSync(canary, secret);
  process.env['SANDBOX_CANARY'] = secret;
  // What is loaded and compiled once is not what is measured.
  expect((await evaluator.evaluate(contextOf('() => ({ passed: true, findings: [{ message: "m" }] })'))).verdict).toBe('passed');
});
afterAll(async () => {
  delete process.env['SANDBOX_CANARY'];
  sandbox.dispose();
  server.close();
  await control.end();
  rmSync(root, { recursive: true, force: true });
});

/** The least careful of trees: it would read whatever it is asked for. */
const files = {
  treeHash: 'a'.repeat(40),
  read: (file: string): Promise<Buffer | undefined> => readFile(path.resolve(tree, file)).catch(() => undefined),
  size: (file: string): Promise<number | undefined> => stat(path.resolve(tree, file)).then(({ size }) => size, () => undefined),
  list: () => Promise.resolve(['src/app.js']),
  layOut: () => Promise.reject(new Error('nobody lays it out')),
  installed: () => Promise.resolve(''),
};

function contextOf(script: string): EvaluatorContext {
  return {
    input: { head: files, base: files, changes: [], diff: () => Promise.resolve(''), dispose: () => Promise.resolve() },
    tree: files,
    isBase: false,
    config: { name: 'hostile', script },
    timeoutMs: deadlineMs,
    signal: new AbortController().signal,
    runTool: () => Promise.reject(new Error('nobody runs tools')),
    atBase: () => Promise.resolve(undefined),
    metrics: {},
    origin: { sessionId: 'session-of-the-test' },
    readDefinition: () => Promise.resolve(undefined),
    selected: () => true,
  };
}

async function whileWatched<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly elapsedMs: number; readonly lagMs: number; readonly machineLagMs: number }> {
  await control.read();
  let last = performance.now();
  let lagMs = 0;
  const look = (): void => {
    const now = performance.now();
    lagMs = Math.max(lagMs, now - last - 5);
    last = now;
  };
  const timer = setInterval(look, 5);
  const started = performance.now();
  try {
    const value = await work();
    const elapsedMs = performance.now() - started;
    look();
    return { value, elapsedMs, lagMs, machineLagMs: await control.read() };
  } finally {
    clearInterval(timer);
  }
}

it.each(hostileScripts(canary, (server.address() as AddressInfo).port).map((hostile) => [hostile.name, hostile] as const))('ends in time and touches nothing: %s', async (_name, { source, verdict, error }) => {
  await sandbox.prepare();
  const before = statSync(canary);
  const { value, elapsedMs, lagMs, machineLagMs } = await whileWatched(() => evaluator.evaluate(contextOf(source)));
  expectVerdict(value, verdict);
  if (error) expect(value.error).toMatch(error);
  expect(value.isolation).toBe('wasm');
  expect(elapsedMs).toBeLessThan(deadlineMs + 200 + machineLagMs);
  expect(lagMs).toBeLessThan(100 + machineLagMs);
  expect(JSON.stringify(value)).not.toContain(secret);
  expect(readFileSync(canary, 'utf8')).toBe(secret);
  expect(statSync(canary).mtimeMs).toBe(before.mtimeMs);
  expect(connections).toBe(0);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

function expectVerdict({ verdict, score, error }: EvaluatorOutcome, expected: ReturnType<typeof hostileScripts>[number]['verdict']): void {
  if (expected === 'errored or harmless') expect(['errored', 'passed', 'failed']).toContain(verdict);
  else expect({ verdict, error }).toMatchObject({ verdict: expected });
  expect(score === null).toBe(verdict === 'errored');
}

it('has at least forty of them', () => {
  expect(hostileScripts(canary, 1).length).toBeGreaterThanOrEqual(40);
});

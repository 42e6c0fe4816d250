import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import initSqlJs from 'sql.js';
import { systemClock } from '../base/clock';
import { nodeFileSystem } from './fileSystem';
import { StoreServer } from './storeServer';
import type { FromWorker, ToWorker, WorkerConfig } from './storeProtocol';
import { compileWasm } from './wasm';

/** Entry of `storageWorker.js`. It is started by `storeClient.ts` of the same build, so what arrives needs no schema. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this script runs in a worker thread');
  const config = workerData as WorkerConfig;
  const waiting: ToWorker[] = [];
  let receive = (message: ToWorker): void => void waiting.push(message);
  port.on('message', (message: ToWorker) => receive(message));
  const server = await StoreServer.open({
    config,
    initSqlJs,
    wasm: compileWasm(readFileSync(config.wasmFile)),
    fileSystem: nodeFileSystem,
    post: (message: FromWorker) => port.postMessage(message),
    now: () => systemClock.now(),
  });
  if (server === undefined) return;
  receive = (message) => server.receive(message);
  for (const message of waiting) receive(message);
}

void main();

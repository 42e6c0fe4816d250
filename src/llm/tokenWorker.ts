import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { init, Tiktoken } from '@dqbd/tiktoken/lite/init';
import type { FromTokenWorker, ToTokenWorker, TokenWorkerFiles } from './tokenProtocol';

/** The tokenizer's time grows with the square of a text without blanks; a cut adds one token at most. */
const pieceLength = 8_192;

/** The little of `WebAssembly` that is used here; the type library without DOM leaves it out. */
const webAssembly = (globalThis as unknown as { readonly WebAssembly: { instantiate(bytes: Uint8Array, imports: unknown): ReturnType<Parameters<typeof init>[0]> } }).WebAssembly;

/** Entry of `tokenWorker.js`. It is started by `tokens.ts` of the same build, so what arrives needs no schema. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this script runs in a worker thread');
  const files = workerData as TokenWorkerFiles;
  const waiting: ToTokenWorker[] = [];
  let receive = (message: ToTokenWorker): void => void waiting.push(message);
  port.on('message', (message: ToTokenWorker) => { receive(message); });
  await init((imports) => webAssembly.instantiate(readFileSync(files.wasm), imports));
  const ranks = JSON.parse(readFileSync(files.ranks, 'utf8')) as { readonly bpe_ranks: string; readonly special_tokens: Record<string, number>; readonly pat_str: string };
  const tokenizer = new Tiktoken(ranks.bpe_ranks, ranks.special_tokens, ranks.pat_str);
  receive = ({ id, text }) => {
    let tokens = 0;
    for (let at = 0; at < text.length; at += pieceLength) tokens += tokenizer.encode_ordinary(text.slice(at, at + pieceLength)).length;
    port.postMessage({ id, tokens } satisfies FromTokenWorker);
  };
  for (const message of waiting) receive(message);
}

void main();

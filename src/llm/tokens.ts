import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromTokenWorker, ToTokenWorker, TokenWorkerFiles } from './tokenProtocol';

export interface TokenEstimate {
  readonly tokens: number;
  /** Counted here: a provider may count otherwise. */
  readonly estimate: true;
  /** `characters`: not even tokenized, four bytes of UTF-8 a token. */
  readonly method: 'tokenizer' | 'characters';
}

export interface TokenCounter {
  countTokens(text: string, model: string): Promise<TokenEstimate>;
  /** What a conversation comes to as input, with what frames its messages. */
  countMessages(messages: readonly { readonly text: string }[], model: string): Promise<number>;
  dispose(): void;
}

export interface TokenCounterOptions {
  /** Folder of `tokenWorker.js`, `tiktoken_bg.wasm` and `o200k_base.json`. */
  readonly assetsDirectory: string;
  /** How long the worker is kept when nothing is asked of it. Default 30 s. */
  readonly idleMs?: number;
  /** How long one count may take before it is guessed. Default 10 s. */
  readonly limitMs?: number;
}

/** OpenAI's tokenizer counts up to 40 % too few tokens for Claude's models; a budget that trusts it lets too much through. */
const claudeFactor = 1.4;
/** What frames a message in a request. Source: OpenAI's cookbook, "How to count tokens with tiktoken". */
const tokensPerMessage = 4;
const tokensPerRequest = 3;
/** A worker that has broken that often is not started again. */
const attemptsAllowed = 3;

export function createTokenCounter(options: TokenCounterOptions): TokenCounter {
  const thread = new TokenThread(options);
  async function countTokens(text: string, model: string): Promise<TokenEstimate> {
    const factor = /claude/i.test(model) ? claudeFactor : 1;
    const counted = text === '' ? 0 : await thread.count(text);
    const tokens = Math.ceil((counted ?? Buffer.byteLength(text, 'utf8') / 4) * factor);
    return { tokens, estimate: true, method: counted === undefined ? 'characters' : 'tokenizer' };
  }
  return {
    countTokens,
    countMessages: async (messages, model) => {
      const { tokens } = await countTokens(messages.map(({ text }) => text).join('\n'), model);
      return tokens + messages.length * tokensPerMessage + tokensPerRequest;
    },
    dispose: () => { thread.dispose(); },
  };
}

/** The tokenizer's worker: started when first asked, ended when idle, and never what keeps the process alive. */
class TokenThread {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, (tokens: number | undefined) => void>();
  private nextId = 0;
  private broken = 0;
  private idle: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(private readonly options: TokenCounterOptions) {}

  /** Undefined when it cannot be counted. */
  count(text: string): Promise<number | undefined> {
    const worker = this.disposed || this.broken >= attemptsAllowed ? undefined : (this.worker ??= this.start());
    if (!worker) return Promise.resolve(undefined);
    clearTimeout(this.idle);
    worker.ref();
    const id = this.nextId++;
    return new Promise((resolve) => {
      // A count that hangs holds up all others: the worker goes.
      const limit = setTimeout(() => { this.lose(worker); }, this.options.limitMs ?? 10_000);
      this.waiting.set(id, (tokens) => {
        clearTimeout(limit);
        this.waiting.delete(id);
        resolve(tokens);
        if (this.waiting.size === 0) this.rest();
      });
      worker.postMessage({ id, text } satisfies ToTokenWorker);
    });
  }

  dispose(): void {
    this.disposed = true;
    if (this.worker) this.end(this.worker);
  }

  private start(): Worker {
    const { assetsDirectory } = this.options;
    const files: TokenWorkerFiles = { wasm: path.join(assetsDirectory, 'tiktoken_bg.wasm'), ranks: path.join(assetsDirectory, 'o200k_base.json') };
    // The editor starts its host with flags that a worker would not accept.
    const worker = new Worker(path.join(assetsDirectory, 'tokenWorker.js'), { workerData: files, execArgv: [], name: 'amp-orchestrator-tokens' });
    worker.on('message', ({ id, tokens }: FromTokenWorker) => this.waiting.get(id)?.(tokens));
    // Its exit follows and says the same.
    worker.on('error', () => undefined);
    worker.on('exit', () => { this.lose(worker); });
    worker.unref();
    return worker;
  }

  private rest(): void {
    const { worker } = this;
    if (!worker) return;
    worker.unref();
    this.idle = setTimeout(() => { this.end(worker); }, this.options.idleMs ?? 30_000);
    this.idle.unref();
  }

  private lose(worker: Worker): void {
    if (worker !== this.worker) return;
    this.broken++;
    this.end(worker);
  }

  private end(worker: Worker): void {
    clearTimeout(this.idle);
    this.worker = undefined;
    for (const resolve of [...this.waiting.values()]) resolve(undefined);
    void worker.terminate();
  }
}

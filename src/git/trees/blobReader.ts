import { OrchestratorError } from '../../base/errors';
import type { LaunchedProcess } from '../../base/processLaunch';
import { after } from '../../base/processWait';
import type { Git } from '../git';
import { plainConfiguration } from './throwAwayRepository';

const idleMs = 5_000;

interface Waiting {
  readonly name: string;
  readonly resolve: (content: Buffer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly child: LaunchedProcess;
  readonly waiting: Waiting[];
  /** It takes no more questions. */
  closed: boolean;
}

/** Contents of git objects, read by one process that is kept for as long as it is asked; it ends by itself a few seconds after. */
export class BlobReader {
  private running: Promise<Running> | undefined;
  private cancelIdle: (() => void) | undefined;

  constructor(private readonly git: Git) {}

  /** Undefined where the repository has no such object. @throws OrchestratorError `git-failed` */
  async read(name: string): Promise<Buffer | undefined> {
    const running = await this.open();
    return new Promise((resolve, reject) => {
      running.waiting.push({ name, resolve, reject });
      running.child.stdin?.write(`${name}\n`);
      this.closeWhenIdle(running);
    });
  }

  async close(): Promise<void> {
    const running = await this.running?.catch(() => undefined);
    if (running) this.end(running);
    await running?.child.exited.catch(() => undefined);
  }

  private async open(): Promise<Running> {
    for (;;) {
      this.running ??= this.start();
      const running = await this.running;
      if (!running.closed) return running;
    }
  }

  private async start(): Promise<Running> {
    const child = await this.git.launch(['cat-file', '--batch'], { openInput: true, env: plainConfiguration });
    const running: Running = { child, waiting: [], closed: false };
    const said: Buffer[] = [];
    const parser = new BatchParser((content) => running.waiting.shift()?.resolve(content));
    child.stdout.on('data', (chunk: Buffer) => {
      parser.push(chunk);
      this.closeWhenIdle(running);
    });
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    // Writing to one that has ended fails here; its end is what those that wait are told.
    child.stdin?.on('error', () => undefined);
    const ended = (): void => {
      this.end(running);
      const message = Buffer.concat(said).toString('utf8').trim() || 'no message';
      for (const one of running.waiting.splice(0)) one.reject(new OrchestratorError('git-failed', `git could not read ${one.name}: ${message}`, 'Look for a damaged repository with git fsck.'));
    };
    child.exited.then(ended, ended);
    return running;
  }

  private end(running: Running): void {
    if (running.closed) return;
    running.closed = true;
    this.running = undefined;
    this.cancelIdle?.();
    running.child.stdin?.end();
  }

  private closeWhenIdle(running: Running): void {
    this.cancelIdle?.();
    if (running.closed) return;
    this.cancelIdle = after(idleMs, () => {
      if (running.waiting.length === 0) this.end(running);
    });
  }
}

/** Reads `<name> <type> <size>\n<content>\n` and `<name> missing\n`, in whatever pieces they come. */
export class BatchParser {
  private head: Buffer = Buffer.alloc(0);
  private content: { readonly chunks: Buffer[]; left: number } | undefined;

  constructor(private readonly onObject: (content: Buffer | undefined) => void) {}

  push(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) rest = this.content ? this.takeContent(this.content, rest) : this.takeHead(rest);
  }

  private takeHead(chunk: Buffer): Buffer {
    const end = chunk.indexOf(0x0a);
    if (end < 0) {
      this.head = Buffer.concat([this.head, chunk]);
      return Buffer.alloc(0);
    }
    const line = Buffer.concat([this.head, chunk.subarray(0, end)]).toString('latin1');
    this.head = Buffer.alloc(0);
    const size = /^\S+ \w+ (\d+)$/.exec(line)?.[1];
    if (size === undefined) this.onObject(undefined);
    // The line end after the content is taken with it.
    else this.content = { chunks: [], left: Number(size) + 1 };
    return chunk.subarray(end + 1);
  }

  private takeContent(content: { readonly chunks: Buffer[]; left: number }, chunk: Buffer): Buffer {
    const taken = chunk.subarray(0, content.left);
    content.chunks.push(taken);
    content.left -= taken.length;
    if (content.left === 0) {
      const all = Buffer.concat(content.chunks);
      this.content = undefined;
      this.onObject(all.subarray(0, all.length - 1));
    }
    return chunk.subarray(taken.length);
  }
}

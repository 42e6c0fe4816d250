import type { QuickJSContext, QuickJSDeferredPromise, QuickJSHandle } from 'quickjs-emscripten-core';
import { isOutside } from '../definitionFiles';
import { sandboxLimits, type SandboxQuestion, type ToSandboxWorker } from './sandboxProtocol';

type Answer = Extract<ToSandboxWorker, { readonly say: 'answer' }>;

/** Questions of a program that the host has yet to answer: few at a time are told, however many are asked. */
export class SandboxQuestions {
  private readonly waiting: { readonly question: SandboxQuestion; readonly promise: QuickJSDeferredPromise }[] = [];
  private readonly told = new Map<number, QuickJSDeferredPromise>();
  private asked = 0;
  private lastId = 0;

  constructor(private readonly context: QuickJSContext, private readonly tell: (id: number, question: SandboxQuestion) => void) {}

  get isOpen(): boolean {
    return this.waiting.length + this.told.size > 0;
  }

  /** A promise in the sandbox. */
  ask(kind: QuickJSHandle, name: QuickJSHandle): QuickJSHandle {
    const promise = this.context.newPromise();
    const question = this.questionOf(kind, name);
    if (typeof question === 'string') this.refuse(promise, question);
    else this.waiting.push({ question, promise });
    this.tellNext();
    return promise.handle;
  }

  answer({ id, content, problem }: Answer): void {
    const promise = this.told.get(id);
    this.told.delete(id);
    if (!promise) return;
    const text = content === undefined ? undefined : textOf(content);
    if (problem !== undefined) this.refuse(promise, problem);
    else promise.resolve(text === undefined ? this.context.null : this.context.newString(text));
    this.tellNext();
  }

  private questionOf(kind: QuickJSHandle, name: QuickJSHandle): SandboxQuestion | string {
    const { context } = this;
    if (++this.asked > sandboxLimits.reads) return `more than ${sandboxLimits.reads} files were asked for`;
    if (context.typeof(kind) === 'string' && context.getString(kind) === 'list') return { kind: 'list' };
    if (context.typeof(name) !== 'string') return 'the name of a file must be text';
    const length = context.getProp(name, 'length').consume((handle) => context.getNumber(handle));
    if (length > sandboxLimits.nameLength) return `the name of a file has ${length} characters, and may have ${sandboxLimits.nameLength}`;
    const file = context.getString(name);
    // A text with a NUL arrives cut off: another file would be read than was asked for.
    if (file.length !== length) return 'the name of a file has characters that no name has';
    return isOutside(file) ? `a file is named as seen from the top of the tree, and not as ${JSON.stringify(file)}` : { kind: 'read', name: file.replace(/^(\.\/)+/, '') };
  }

  private refuse(promise: QuickJSDeferredPromise, problem: string): void {
    this.context.newError(problem).consume((error) => { promise.reject(error); });
  }

  private tellNext(): void {
    while (this.told.size < sandboxLimits.readsAtOnce) {
      const next = this.waiting.shift();
      if (!next) return;
      const id = ++this.lastId;
      this.told.set(id, next.promise);
      this.tell(id, next.question);
    }
  }
}

/** Undefined for what is no text. */
function textOf(content: Uint8Array | string): string | undefined {
  if (typeof content === 'string') return content;
  return content.includes(0) ? undefined : new TextDecoder().decode(content);
}

import type { QuickJSHandle } from 'quickjs-emscripten-core';
import { errorMessage } from '../../base/errors';
import { asNumber, asText, parseObject } from '../../base/jsonShape';
import type { Machine } from './sandboxMachine';
import { readings, type PlainScript } from './plainScript';
import { jsonDepth } from './jsonDepth';
import { lateProblem, sandboxLimits, type SandboxProblem, type SandboxProgram } from './sandboxProtocol';

/** Name of the program in stacks, which are looked through for it. */
const programFile = 'script.js';
/** What the engine may still take after the deadline, to say where the program was. */
const afterwordMs = 20;

export type SandboxValue = { readonly json?: string; readonly leftOut: Readonly<Record<string, number>> };

/** Thrown through the steps of a run. */
class Failed extends Error {
  constructor(readonly problem: SandboxProblem) {
    super(problem.message);
  }
}

/** One program in its own engine. `goOn` is called at first and after each answer; it gives undefined while the program waits for one. */
export class SandboxRun {
  private readonly endsAt: number;
  private readonly ranBefore: number;
  private afterword = 0;
  private promise: QuickJSHandle | undefined;
  private script: PlainScript | undefined;

  constructor(private readonly machine: Machine, private readonly program: SandboxProgram, private readonly isWaiting: () => boolean) {
    this.endsAt = performance.now() + program.deadlineMs;
    this.ranBefore = processorMs();
    machine.setInterrupt(() => this.isLate());
    machine.setTime(program.now);
  }

  goOn(): SandboxValue | SandboxProblem | undefined {
    try {
      this.promise ??= this.start();
      this.runJobs();
      return this.settled(this.promise);
    } catch (error) {
      if (error instanceof Failed) return error.problem;
      // The stack of the thread, below that of the engine, which is of no use any more.
      return error instanceof RangeError ? { reason: 'memory', message: 'it is nested too deeply' } : { reason: 'broken', message: errorMessage(error) };
    }
  }

  /** Past its deadline, unless the thread has not run for as long as that. */
  private isLate(): boolean {
    const late = performance.now() - this.endsAt - this.afterword;
    return late >= 0 && (late >= this.program.patienceMs || processorMs() - this.ranBefore >= this.program.deadlineMs + this.afterword);
  }

  private start(): QuickJSHandle {
    const { kind, dataJson } = this.program;
    const { prelude } = this.machine;
    if (kind === 'expression') {
      this.call(prelude.define, this.text(dataJson));
      return this.call(prelude.settle, this.evaluated());
    }
    const value = this.evaluated();
    return this.call(prelude.call, value, this.script?.form === 'module' ? this.machine.context.true : this.machine.context.false, this.text(dataJson));
  }

  /** The value of an expression, or what a module exports. What nothing can be made of is told of as the first language reads it. */
  private evaluated(): QuickJSHandle {
    const { source, language, kind } = this.program;
    const forms = kind === 'expression' ? (['expression'] as const) : (['expression', 'module'] as const);
    const problems: SandboxProblem[] = [];
    for (const script of readings(source, language, forms)) {
      const read = 'reason' in script ? script : this.read(script);
      if (!('reason' in read)) return read;
      if (read.reason !== 'syntax') throw new Failed(read);
      problems.push(read);
    }
    // Of the forms of a language the last one is what nearly everything is meant to be.
    throw new Failed(problems[forms.length - 1] ?? { reason: 'syntax', message: 'it cannot be read' });
  }

  private read(script: PlainScript): QuickJSHandle | SandboxProblem {
    const { context } = this.machine;
    this.script = script;
    if (script.form === 'module') {
      const module = context.evalCode(script.code, programFile, { type: 'module', strict: true });
      return module.error ? this.problemOf(module.error, 'syntax') : this.exported(module.value);
    }
    // What is compiled must not be freed: the engine ends with a failed assertion.
    const compiled = context.evalCode(script.code, programFile, { type: 'global', strict: true, compileOnly: true });
    return compiled.error ? this.problemOf(compiled.error, 'syntax') : this.unwrapped(context.evalCode(script.code, programFile, { type: 'global', strict: true }));
  }

  /** What is evaluated of a module is a promise where it waits for something at its top level. */
  private exported(module: QuickJSHandle): QuickJSHandle {
    this.runJobs();
    const state = this.machine.context.getPromiseState(module);
    if (state.type === 'rejected') throw new Failed(this.problemOf(state.error));
    if (state.type === 'pending') throw new Failed({ reason: 'unsettled', message: 'its top level waits for something that never comes' });
    return state.value;
  }

  private settled(promise: QuickJSHandle): SandboxValue | SandboxProblem | undefined {
    const state = this.machine.context.getPromiseState(promise);
    if (state.type === 'rejected') return this.problemOf(state.error);
    if (state.type === 'fulfilled') return this.value(state.value);
    if (this.isLate()) return lateProblem(this.program);
    return this.isWaiting() ? undefined : { reason: 'unsettled', message: 'it waits for something that never comes' };
  }

  private value(value: QuickJSHandle): SandboxValue | SandboxProblem {
    const { context, prelude } = this.machine;
    const result = this.call(prelude.toJson, value, this.text(JSON.stringify(this.program.listLimits)));
    const [json, length, leftOut] = ['json', 'length', 'leftOut'].map((name) => context.getProp(result, name)) as [QuickJSHandle, QuickJSHandle, QuickJSHandle];
    const units = context.getNumber(length);
    if (units > sandboxLimits.resultLength) return { reason: 'result', message: `its result has ${units} characters of JSON, and may have ${sandboxLimits.resultLength}` };
    const left = parseObject(context.getString(leftOut)) ?? {};
    const counts = Object.fromEntries(Object.entries(left).flatMap(([name, count]) => (typeof count === 'number' ? [[name, count]] : [])));
    if (context.typeof(json) !== 'string') return { leftOut: counts };
    const text = context.getString(json);
    if (jsonDepth(text) > sandboxLimits.resultDepth) return { reason: 'result', message: `its result is nested deeper than ${sandboxLimits.resultDepth} levels` };
    return { json: text, leftOut: counts };
  }

  private runJobs(): void {
    const result = this.machine.context.runtime.executePendingJobs();
    if (result.error) throw new Failed(this.problemOf(result.error));
  }

  private call(callee: QuickJSHandle, ...values: readonly QuickJSHandle[]): QuickJSHandle {
    return this.unwrapped(this.machine.context.callFunction(callee, this.machine.context.undefined, [...values]));
  }

  private unwrapped(result: ReturnType<Machine['context']['evalCode']>): QuickJSHandle {
    if (result.error) throw new Failed(this.problemOf(result.error));
    return result.value;
  }

  private text(value: string): QuickJSHandle {
    return this.machine.context.newString(value);
  }

  /** `syntaxReason`: what a syntax error means, which a program can throw as well. */
  private problemOf(error: QuickJSHandle, syntaxReason: 'syntax' | 'thrown' = 'thrown'): SandboxProblem {
    this.afterword = performance.now() - this.endsAt + afterwordMs;
    const { context, prelude } = this.machine;
    const described = context.callFunction(prelude.describe, context.undefined, [error]);
    const { name, message, stack } = described.error ? { name: '', message: '', stack: '' } : textsOf(context.getString(described.value));
    this.afterword = 0;
    const place = placeIn(stack, this.program.source, this.script?.form === 'expression' ? 1 : 0);
    if (name === 'InternalError' && message === 'interrupted') return { ...lateProblem(this.program), ...place };
    if (name === 'InternalError' && /^(out of memory|stack overflow)$/.test(message)) return { reason: 'memory', message: message === 'out of memory' ? `it needs more than ${sandboxLimits.memoryBytes / 1024 / 1024} MiB of memory` : 'it calls itself too deeply', ...place };
    if (this.isLate()) return { ...lateProblem(this.program), ...place };
    const said = [name === 'Error' ? '' : name, message].filter((part) => part !== '').join(': ');
    return { reason: name === 'SyntaxError' ? syntaxReason : 'thrown', message: said === '' ? 'it threw something that cannot be shown' : said, ...place };
  }
}

/** What this thread has had of a processor; where that cannot be told, the whole process. */
function processorMs(): number {
  const { user, system } = 'threadCpuUsage' in process ? process.threadCpuUsage() : (process as NodeJS.Process).cpuUsage();
  return (user + system) / 1000;
}

function textsOf(json: string): { readonly name: string; readonly message: string; readonly stack: string } {
  const texts = parseObject(json);
  return { name: asText(texts?.['name']) ?? '', message: asText(texts?.['message']) ?? '', stack: asText(texts?.['stack']) ?? '' };
}

/** The innermost place in the program that the stack names, which the program may have written itself. */
function placeIn(stack: string, source: string, columnsBefore: number): { readonly line?: number; readonly column?: number } {
  const found = new RegExp(`[ (]${programFile.replace('.', '\\.')}:(\\d+)(?::(\\d+))?`).exec(stack);
  const line = asNumber(Number(found?.[1]));
  if (line === undefined || line < 1) return {};
  const lines = source.split('\n').length;
  const column = Number(found?.[2] ?? 1) - (line === 1 ? columnsBefore : 0);
  return { line: Math.min(line, lines), column: line > lines ? 1 : Math.max(1, column) };
}

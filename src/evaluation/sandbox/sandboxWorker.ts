import { parentPort, workerData } from 'node:worker_threads';
import { errorMessage } from '../../base/errors';
import { after } from '../../base/processWait';
import { createMachine } from './sandboxMachine';
import { lateProblem, sandboxLimits, type FromSandboxWorker, type SandboxAnswer, type SandboxProgram, type SandboxWorkerData, type ToSandboxWorker } from './sandboxProtocol';
import { SandboxQuestions } from './sandboxQuestions';
import { SandboxRun } from './sandboxRun';

/** Entry of `evalSandboxWorker.js`: runs one program. It is started by `sandboxThread.ts` of the same build, so what arrives needs no schema. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this script runs in a worker thread');
  const say = (message: FromSandboxWorker): void => { port.postMessage(message); };
  let consoleLines = 0;
  let questions: SandboxQuestions | undefined;
  const machine = await createMachine((workerData as SandboxWorkerData).module, (context) => {
    const opened = (questions = new SandboxQuestions(context, (id, question) => { say({ say: 'ask', id, ...question }); }));
    return {
      ask: (kind, name) => opened.ask(kind, name),
      log: (line) => {
        if (++consoleLines > sandboxLimits.consoleLines || context.typeof(line) !== 'string') return;
        say({ say: 'console', line: context.getString(line).slice(0, sandboxLimits.consoleLineLength) });
      },
    };
  });
  let run: SandboxRun | undefined;
  let isDone = false;
  function done(answer: Omit<SandboxAnswer, 'moreConsole'>): void {
    if (isDone) return;
    isDone = true;
    say({ say: 'done', ...answer, moreConsole: Math.max(0, consoleLines - sandboxLimits.consoleLines) });
  }
  function goOn(): void {
    const ended = isDone ? undefined : run?.goOn();
    if (ended) done('reason' in ended ? { problem: ended, leftOut: {} } : ended);
  }
  function begin(program: SandboxProgram): void {
    run = new SandboxRun(machine, program, () => questions?.isOpen === true);
    after(program.deadlineMs, () => { done({ problem: lateProblem(program), leftOut: {} }); });
    goOn();
  }
  port.on('message', (message: ToSandboxWorker) => {
    try {
      if (message.say === 'run') {
        begin(message.program);
      } else if (!isDone) {
        questions?.answer(message);
        goOn();
      }
    } catch (error) {
      done({ problem: { reason: 'broken', message: errorMessage(error) }, leftOut: {} });
    }
  });
  say({ say: 'ready' });
}

void main();

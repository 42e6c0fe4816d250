import { OrchestratorError } from '../base/errors';
import { findProgram } from '../base/findProgram';
import { after } from '../base/processWait';
import { RedactedLines } from '../base/redactedLines';
import { noRedaction } from '../base/redactor';
import type { AgentOptions } from '../model/session';
import type { AgentDriver, AgentOutcome, AgentRequest } from './agentDriver';
import { agentEnvironment } from './agentEnvironment';
import { stalled } from './agentOutcome';
import type { AgentDriverOptions, ProgramEnd } from './agentRun';
import { agentMissing, runProgram } from './agentRun';

const label = 'Command';
const placeholder = '{prompt}';
const flushMs = 100;
const maxPieceCharacters = 4_000;
const maxShownCharacters = 1_000_000;

/** Any program as an agent: its output is shown as text, and its exit code is the verdict. */
export function commandDriver(options: AgentDriverOptions): AgentDriver {
  const env = agentEnvironment(options.env);

  async function check(agentOptions: AgentOptions): Promise<void> {
    const [program] = argvOf(agentOptions);
    if ((await findProgram(program, env)) === undefined) throw agentMissing(label, program, 'Check that it is installed and on the PATH.');
  }

  async function run(request: AgentRequest): Promise<AgentOutcome> {
    const [program, ...args] = argvOf(request.options);
    const takesPrompt = args.some((argument) => argument.includes(placeholder));
    const output = new OutputText((text) => { request.onEvent({ kind: 'text', ts: options.clock.now(), text }); });
    // A secret of several lines is one only as long as they are together.
    const lines = new RedactedLines(request.redactor ?? noRedaction);
    const add = (whole: readonly string[]): void => { for (const line of whole) output.add(line); };
    const end = await runProgram(options, request, {
      label,
      program,
      args: args.map((argument) => argument.replaceAll(placeholder, () => request.prompt)),
      env,
      ...(!takesPrompt && { input: request.prompt }),
      onStdoutLine: (line) => { add(lines.push(line)); },
      onLongLine: (head) => { add(lines.push(`${head} …`)); },
    }).end;
    add(lines.end());
    output.flush();
    const outcome = outcomeOf(program, end, output.lastLine);
    if (end.exit && end.ended === undefined) {
      const { error } = outcome;
      request.onEvent({ kind: 'turnFinished', ts: options.clock.now(), ok: !error, ...(error && { errorMessage: error.message }) });
    }
    return outcome;
  }

  return { name: 'command', label, check, run };
}

function argvOf(options: AgentOptions): readonly [string, ...string[]] {
  const [program, ...args] = options.argv ?? [];
  if (!program) throw new OrchestratorError('agent-not-configured', 'No command is set for this session.', 'Give the program and its arguments.');
  return [program, ...args];
}

function outcomeOf(program: string, end: ProgramEnd, lastLine: string): AgentOutcome {
  if (end.ended === 'stopped') return { status: 'stopped' };
  if (end.startError) return { status: 'failed', error: end.startError };
  if (end.ended === 'stalled') return { status: 'failed', error: stalled(program, end) };
  if (end.exit?.exitCode === 0) return { status: 'succeeded', ...(lastLine && { summary: lastLine }) };
  const how = end.exit?.signal === undefined ? `ended with exit code ${end.exit?.exitCode ?? 'unknown'}` : `was ended by ${end.exit.signal}`;
  const said = end.stderrTail === '' ? '' : ` Its last words: ${end.stderrTail.slice(-1_000)}`;
  return { status: 'failed', error: new OrchestratorError('agent-failed', `${program} ${how}.${said}`, 'Run it in a terminal to see what is wrong.') };
}

/** Puts lines together to pieces of text a person can read, and stops showing them when there are too many. */
class OutputText {
  private piece: string[] = [];
  private pieceCharacters = 0;
  private shown = 0;
  private cancelFlush: (() => void) | undefined;
  lastLine = '';

  constructor(private readonly show: (text: string) => void) {}

  add(line: string): void {
    if (line.trim() !== '') this.lastLine = line.trim();
    if (this.shown >= maxShownCharacters) return;
    this.piece.push(line);
    this.pieceCharacters += line.length + 1;
    this.shown += line.length + 1;
    this.cancelFlush ??= after(flushMs, () => { this.flush(); });
    if (this.shown >= maxShownCharacters) this.piece.push('… more output is not shown.');
    if (this.pieceCharacters >= maxPieceCharacters) this.flush();
  }

  flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    const text = this.piece.join('\n').trimEnd();
    this.piece = [];
    this.pieceCharacters = 0;
    if (text !== '') this.show(text);
  }
}

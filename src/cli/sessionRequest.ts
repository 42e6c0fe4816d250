import path from 'node:path';
import { OrchestratorError } from '../base/errors';
import { agentNames, type AgentName, type AgentOptions, type Session } from '../model/session';
import { amountOf } from './amountOption';
import { refuseWordsBeyond, text, type CommandInput } from './command';
import { findSession } from './findSession';

/** The session that `run` is about, and what it is to do there. */
export interface RunSession {
  readonly session: Session;
  /** Absent: the session's own prompt. */
  readonly prompt?: string;
  /** It was there before. */
  readonly goesOn: boolean;
  /** Iterations before this one committed something. */
  readonly hasCommits: boolean;
}

const optionsOfNew = ['agent', 'name', 'base', 'model', 'budget', 'recording', 'speed'] as const;

/** @throws OrchestratorError `invalid-argument`, and what making a session throws */
export async function newSession(input: CommandInput, usage: string): Promise<RunSession> {
  const { orchestrator, values } = input;
  refuseWordsBeyond(0, input.positionals, usage);
  const budget = text(values['budget']);
  const request = { prompt: requiredPrompt(values), agent: agentName(values), agentOptions: agentOptions(input), name: text(values['name']), baseBranch: text(values['base']), budgetNano: budget === undefined ? undefined : amountOf(budget, '--budget') };
  return { session: await orchestrator.sessions.create(request), goesOn: false, hasCommits: false };
}

/**
 * One that is there already goes on, with its agent as it was made.
 * @throws OrchestratorError `invalid-argument`, `session-missing`
 */
export async function knownSession(input: CommandInput, wanted: string): Promise<RunSession> {
  const { values, positionals, program } = input;
  const ofNew = optionsOfNew.find((name) => values[name] !== undefined);
  if (ofNew !== undefined || program.length > 0) {
    throw new OrchestratorError('invalid-argument', `${ofNew === undefined ? 'A program' : `--${ofNew}`} is for a new session.`, 'Leave it out: a session that is there keeps its agent, model and base. Its limit is set with: amp-orchestrator budget --session SESSION USD.');
  }
  const prompts = [text(values['prompt']), ...positionals].filter((prompt) => prompt !== undefined);
  if (prompts.length > 1) throw new OrchestratorError('invalid-argument', 'There are two prompts.', 'Give one, with --prompt or without.');
  const [prompt] = prompts;
  if (prompt?.trim() === '') throw new OrchestratorError('invalid-argument', 'The prompt is empty.', 'Say what the agent shall do next, or leave it out for the session’s own prompt again.');
  const { session, iterations } = await findSession({ ...input, positionals: [wanted] });
  return { session, goesOn: true, hasCommits: iterations.some(({ commitSha }) => commitSha !== undefined), ...(prompt === undefined ? {} : { prompt }) };
}

function requiredPrompt(values: CommandInput['values']): string {
  const prompt = text(values['prompt']);
  if (prompt !== undefined) return prompt;
  throw new OrchestratorError('invalid-argument', 'No prompt was given.', 'Say what the agent shall do with --prompt TEXT.');
}

function agentName(values: CommandInput['values']): AgentName {
  const wanted = text(values['agent']) ?? 'claudeCode';
  const known = agentNames.find((name) => name.toLowerCase() === wanted.replace(/-/g, '').toLowerCase());
  if (known) return known;
  throw new OrchestratorError('invalid-argument', `There is no agent named "${wanted}".`, `Choose one of: ${agentNames.join(', ')}.`);
}

function agentOptions({ values, program }: CommandInput): AgentOptions {
  const model = text(values['model']);
  const recording = text(values['recording']);
  const speed = text(values['speed']);
  if (speed !== undefined && !(Number(speed) >= 0)) throw new OrchestratorError('invalid-argument', `The speed "${speed}" is not a number.`, 'Use 1 for the recorded speed, 0 for as fast as possible.');
  if (program.length > 0 && agentName(values) !== 'command') throw new OrchestratorError('invalid-argument', `A program after -- is for --agent command: "${program.join(' ')}".`, 'Leave it out, or name the agent command.');
  return {
    ...(model === undefined ? {} : { model }),
    ...(recording === undefined ? {} : { recording: path.resolve(recording) }),
    ...(speed === undefined ? {} : { speed: Number(speed) }),
    ...(program.length === 0 ? {} : { argv: program }),
  };
}

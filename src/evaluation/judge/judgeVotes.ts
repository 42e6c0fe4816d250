import { Type, type Static } from '@sinclair/typebox';
import { explain, isOrchestratorError } from '../../base/errors';
import type { ModelProvider, ModelRequest } from '../../llm/modelProvider';
import { schemaCheck } from '../schemaCheck';
import { repairMessages, type JudgePrompt } from './judgePrompt';

/** What a judge needs of a provider of models. */
export type Judge = Pick<ModelProvider, 'complete'>;

const VoteSchema = Type.Object(
  { score: Type.Number({ minimum: 0, maximum: 100 }), verdict: Type.Union([Type.Literal('passed'), Type.Literal('failed')]), reasons: Type.Array(Type.String({ maxLength: 4000 }), { maxItems: 50 }) },
  { additionalProperties: false },
);
export type Vote = Static<typeof VoteSchema>;

const voteCheck = schemaCheck(VoteSchema);

/** One vote, or why there is none. */
export type CastVote = { readonly vote: Vote; readonly model: string } | { readonly void: string };

/** The answer, if it is what was asked for, and nothing else. A fence of Markdown around all of it is no other text. */
export function parseVote(answer: string): Vote | undefined {
  const text = /^```(?:json)?\s*\n([^]*)\n```$/.exec(answer.trim())?.[1] ?? answer.trim();
  try {
    const value: unknown = JSON.parse(text);
    const isVote = voteCheck();
    return isVote(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks once, and once more when the answer cannot be read. A call that fails makes this vote void.
 * @throws OrchestratorError for what is the same for every vote: `budget-exceeded`, `key-missing`, `invalid-argument`, `endpoint-invalid`, `stopped`
 */
export async function castVote(judge: Judge, prompt: JudgePrompt, request: Omit<ModelRequest, 'messages'>): Promise<CastVote> {
  try {
    const first = await judge.complete({ ...request, messages: prompt.messages });
    const vote = parseVote(first.text);
    if (vote) return { vote, model: first.model };
    const second = await judge.complete({ ...request, messages: repairMessages(prompt, first.text) });
    const repaired = parseVote(second.text);
    return repaired ? { vote: repaired, model: second.model } : { void: `its answer was not the JSON that was asked for, also when asked again (it ended with "${second.finishReason}")` };
  } catch (error) {
    if (isOrchestratorError(error) && (error.code === 'model-failed' || error.code === 'model-refused')) return { void: explain(error) };
    throw error;
  }
}

/** The middle one of the votes' scores; the mean of the two in the middle where they are even. */
export function median(scores: readonly number[]): number {
  const sorted = [...scores].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

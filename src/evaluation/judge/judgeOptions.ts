import { Type, type Static } from '@sinclair/typebox';
import { OrchestratorError } from '../../base/errors';
import { optionsCheck } from '../checkedOptions';

const providers = ['openai', 'anthropic', 'local'] as const;

export const JudgeOptionsSchema = Type.Object(
  {
    rubric: Type.String({ minLength: 1, maxLength: 100_000, description: 'File with what is to be judged, and how; read from the base for a gate. Or the text itself.' }),
    model: Type.String({ minLength: 1, maxLength: 200 }),
    provider: Type.Union(providers.map((name) => Type.Literal(name))),
    votes: Type.Optional(Type.Integer({ minimum: 1, maximum: 15, default: 3, description: 'How often it is asked; an odd number.' })),
    maxDiffBytes: Type.Optional(Type.Integer({ minimum: 1000, maximum: 2_000_000, default: 120_000, description: 'Most of the diff that it is shown.' })),
    minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 100, default: 60, description: 'Lowest median that passes.' })),
  },
  { additionalProperties: false },
);
export type JudgeOptions = Required<Static<typeof JudgeOptionsSchema>>;

const check = optionsCheck(JudgeOptionsSchema);

/** @throws OrchestratorError `evals-invalid`, naming the option */
export function judgeOptions(options: unknown): JudgeOptions {
  const checked = { votes: 3, maxDiffBytes: 120_000, minScore: 60, ...check(options) };
  if (checked.votes % 2 === 0) throw new OrchestratorError('evals-invalid', `The options do not fit: options/votes must be odd, and is ${checked.votes}.`, 'With an even number of votes there may be no majority.');
  return checked;
}

import { Type, type Static } from '@sinclair/typebox';
import { findingSeverities } from './evalResult';

// In a file of its own: the editor's entry knows their names without loading schemas.
export { evalBaselineFile, evalConfigFile } from './evalFiles';

export const builtinEvaluators = [
  'eslint', 'typescript', 'tests', 'coverage', 'complexity', 'duplication', 'diff-size', 'secrets', 'todo-markers', 'dependency-changes', 'llm-judge', 'integrity',
] as const;
export type BuiltinEvaluator = (typeof builtinEvaluators)[number];

export const evalPresets = ['recommended', 'strict', 'minimal', 'none'] as const;
export type EvalPreset = (typeof evalPresets)[number];

const closed = { additionalProperties: false } as const;

const Severity = Type.Union(findingSeverities.map((severity) => Type.Literal(severity)));

export const EvalConfigSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]*$', description: 'Name of the evaluator, unique in this file.' }),
    use: Type.Optional(Type.Union(builtinEvaluators.map((name) => Type.Literal(name)), { description: 'A built-in evaluator.' })),
    script: Type.Optional(Type.String({ minLength: 1, maxLength: 100_000, description: 'A custom evaluator: a JavaScript or TypeScript file of the repository (.js, .mjs, .ts, .mts), or the source itself: async (context) => ({ score, passed, details, findings }). It runs in a sandbox without network, files and environment.' })),
    command: Type.Optional(Type.Array(Type.String({ maxLength: 10_000 }), { minItems: 1, maxItems: 200, description: 'A custom evaluator that needs tools: program and arguments, run without a shell in a throw-away copy of the tree.' })),
    weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1000, default: 1, description: 'What it counts in the score. 0: only shown.' })),
    timeout: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400_000, description: 'Milliseconds that it may take before it is ended and counts as errored.' })),
    required: Type.Optional(Type.Boolean({ default: false, description: 'The merge is blocked unless it passes. An evaluator that could not run blocks too.' })),
    minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'Lowest score that passes.' })),
    noNewFindings: Type.Optional(Type.Union([Type.Boolean(), Severity], { description: 'It fails when it finds something that is not in the base (of that severity or worse).' })),
    trials: Type.Optional(Type.Object({ runs: Type.Integer({ minimum: 1, maximum: 20 }), pass: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 1, description: 'Runs that must pass.' })) }, { ...closed, description: 'Run it several times; a mix of passed and failed runs is marked as flaky.' })),
    include: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Globs of the files that it looks at.' })),
    exclude: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Globs of files that it does not look at.' })),
    options: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'What the evaluator itself takes; see its documentation.' })),
  },
  { ...closed, description: 'One evaluator: exactly one of use, script and command.' },
);
export type EvalConfig = Static<typeof EvalConfigSchema>;

export const EvalFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1, { description: 'Version of this format.' }),
    preset: Type.Optional(Type.Union(evalPresets.map((preset) => Type.Literal(preset)), { default: 'none', description: 'Evaluators that are detected from the repository and added to those below; one with the same name below replaces them.' })),
    setup: Type.Optional(Type.Array(Type.Array(Type.String(), { minItems: 1 }), { maxItems: 20, description: 'Commands (program and arguments) that make the throw-away tree ready, such as ["npm", "ci"]. Without them installed dependencies are borrowed from the checkout.' })),
    evaluators: Type.Optional(Type.Array(EvalConfigSchema, { maxItems: 200 })),
    suites: Type.Optional(Type.Array(Type.Object({ name: Type.String({ minLength: 1, maxLength: 80, pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]*$' }), evaluators: Type.Array(Type.String(), { minItems: 1 }) }, closed), { maxItems: 50, description: 'Named groups of evaluators. Without them all evaluators are one suite.' })),
    gate: Type.Optional(
      Type.Object(
        {
          suite: Type.Optional(Type.String({ description: 'The suite that a merge must pass. Default: the first one.' })),
          minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'Lowest score of the whole suite.' })),
          minScoredWeight: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'Share of the weight that must have been scored, 0 to 1.' })),
          noNewFindings: Type.Optional(Type.Union([Type.Boolean(), Severity], { description: 'Blocks what is not in the base (of that severity or worse).' })),
        },
        { ...closed, description: 'What a merge needs.' },
      ),
    ),
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'Evaluators that run at the same time. Default: the number of processors.' })),
  },
  { ...closed, title: 'Evaluations', description: 'Evaluations of Amp Session Orchestrator: what is checked before a session is merged.' },
);
export type EvalFile = Static<typeof EvalFileSchema>;

export const EvalBaselineSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    accepted: Type.Array(Type.Object({ fingerprint: Type.String({ pattern: '^[0-9a-f]{16}$' }), evaluator: Type.String(), rule: Type.String(), file: Type.Optional(Type.String()), reason: Type.Optional(Type.String()) }, closed)),
  },
  { ...closed, title: 'Accepted findings', description: 'Findings of evaluations that the team lives with. They are shown, and never block.' },
);
export type EvalBaseline = Static<typeof EvalBaselineSchema>;

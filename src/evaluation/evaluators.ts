import type { BuiltinEvaluator, EvalConfig } from '../model/evalConfig';
import { createComplexityEvaluator } from './builtin/complexity';
import { createCoverageEvaluator } from './builtin/coverage';
import { createDependencyChangesEvaluator } from './builtin/dependencyChanges';
import { createDiffSizeEvaluator } from './builtin/diffSize';
import { createDuplicationEvaluator } from './builtin/duplication';
import { createEslintEvaluator } from './builtin/eslint';
import { createIntegrityEvaluator } from './builtin/integrity';
import { createLlmJudgeEvaluator } from './builtin/llmJudge';
import { createSecretsEvaluator } from './builtin/secrets';
import { createTestsEvaluator } from './builtin/tests';
import { createTodoMarkersEvaluator } from './builtin/todoMarkers';
import { createTypescriptEvaluator } from './builtin/typescript';
import type { Evaluator } from './evaluator';
import { createCommandEvaluator } from './process/commandEvaluator';
import { createScriptEvaluator } from './sandbox/scriptEvaluator';

type ServicesOf<Factory extends (services: never) => Evaluator> = Parameters<Factory>[0];

/** What the evaluators need between them; each takes its own part of it. */
export type EvaluatorServices = ServicesOf<typeof createComplexityEvaluator> &
  NonNullable<ServicesOf<typeof createCommandEvaluator>> &
  ServicesOf<typeof createCoverageEvaluator> &
  ServicesOf<typeof createDuplicationEvaluator> &
  ServicesOf<typeof createEslintEvaluator> &
  ServicesOf<typeof createLlmJudgeEvaluator> &
  ServicesOf<typeof createScriptEvaluator> &
  ServicesOf<typeof createTestsEvaluator>;

/** The evaluator that a configuration names. One of each kind is made: what differs from run to run is in their context. */
export function createEvaluators(services: EvaluatorServices): (config: EvalConfig) => Evaluator {
  const builtin: Record<BuiltinEvaluator, Evaluator> = {
    eslint: createEslintEvaluator(services),
    typescript: createTypescriptEvaluator(),
    tests: createTestsEvaluator(services),
    coverage: createCoverageEvaluator(services),
    complexity: createComplexityEvaluator(services),
    duplication: createDuplicationEvaluator(services),
    'diff-size': createDiffSizeEvaluator(),
    secrets: createSecretsEvaluator(),
    'todo-markers': createTodoMarkersEvaluator(),
    'dependency-changes': createDependencyChangesEvaluator(),
    'llm-judge': createLlmJudgeEvaluator(services),
    integrity: createIntegrityEvaluator(),
  };
  const [script, command] = [createScriptEvaluator(services), createCommandEvaluator(services)];
  return ({ use, script: source }) => (use === undefined ? (source === undefined ? command : script) : builtin[use]);
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import { formatPlural } from '../../base/format';
import { asText } from '../../base/jsonShape';
import { evalConfigFile } from '../../model/evalConfig';
import type { FoundIssue } from '../../model/evalResult';
import { changedSources } from '../changes/changedSources';
import { onChange } from '../changes/onChange';
import { isOutside, looksLikeFile } from '../definitionFiles';
import { parseEvalFile } from '../evalFile';
import type { Evaluator, EvaluatorContext } from '../evaluator';
import { addedSuppressions } from '../integrity/addedSuppressions';
import { deletedTests } from '../integrity/deletedTests';
import { disabledTests } from '../integrity/disabledTests';
import { editedConfiguration } from '../integrity/editedConfiguration';
import type { IntegrityRule } from '../integrity/integrityRule';
import { loweredThresholds } from '../integrity/loweredThresholds';
import { compareCases } from '../integrity/pairedCases';
import { plantedTools } from '../integrity/plantedTools';
import { resultFiles } from '../integrity/resultFiles';
import { runnerTricks } from '../integrity/runnerTricks';
import { updatedSnapshots } from '../integrity/updatedSnapshots';
import { weakenedAssertions } from '../integrity/weakenedAssertions';
import { optionsCheck } from '../checkedOptions';

export const IntegrityOptionsSchema = Type.Object({}, { additionalProperties: false });

const pointsPerError = 25;
const pointsPerWarning = 5;

const rules: readonly IntegrityRule[] = [deletedTests, disabledTests, weakenedAssertions, editedConfiguration, loweredThresholds, updatedSnapshots, addedSuppressions, resultFiles, plantedTools, runnerTricks];

/**
 * Finds what makes a change look better than it is: tests that are deleted, skipped or weakened, what judges it edited, results that nobody
 * got. It reads and runs nothing. Passed without an error; score: 100 − 25 an error − 5 a warning. Metrics: `errors`, `warnings`, `tests`
 * (on both sides), `addedTests`, `goneTests`.
 */
export function createIntegrityEvaluator(): Evaluator {
  const check = optionsCheck(IntegrityOptionsSchema);
  return {
    dependsOnBase: true,
    cacheKey: async (context) => `integrity 2 ${JSON.stringify(await evaluatorFiles(context))}`,
    evaluate: (context) =>
      onChange(context, async () => {
        check(context.config.options);
        const sources = await changedSources(context);
        const named = await evaluatorFiles(context);
        const cases = compareCases(sources);
        const issues: FoundIssue[] = [];
        for (const rule of rules) {
          // Many files take long to read: whoever else runs in this thread has its turn.
          await nextTurn();
          issues.push(...rule({ sources, cases, evaluatorFiles: named }));
        }
        const [errors, warnings] = [countOf(issues, 'error'), countOf(issues, 'warning')];
        return {
          verdict: errors === 0 ? 'passed' : 'failed',
          score: Math.max(0, 100 - pointsPerError * errors - pointsPerWarning * warnings),
          issues,
          details: `${formatPlural(sources.length, 'changed file')}; ${formatPlural(cases.pairs.length, 'test')} on both sides, ${cases.added.length} added, ${cases.gone.length} gone.`,
          isolation: 'none',
          metrics: { errors, warnings, tests: cases.pairs.length, addedTests: cases.added.length, goneTests: cases.gone.length },
        };
      }),
  };
}

function countOf(issues: readonly FoundIssue[], severity: FoundIssue['severity']): number {
  return issues.filter((issue) => issue.severity === severity).length;
}

/** Scripts, rubrics and programs in the repository that the evaluations of the base name. */
async function evaluatorFiles({ readDefinition }: EvaluatorContext): Promise<readonly string[]> {
  const parsed = parseEvalFile((await readDefinition(evalConfigFile)) ?? '');
  const evaluators = 'value' in parsed ? (parsed.value.evaluators ?? []) : [];
  const words = evaluators.flatMap(({ script, options, command = [] }) => [script, asText(options?.['rubric']), ...command]);
  return words.flatMap((word) => word?.replace(/^\.\//, '') ?? []).filter((word) => looksLikeFile(word) && !isOutside(word));
}

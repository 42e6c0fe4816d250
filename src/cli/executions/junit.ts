import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, OrchestratorError } from '../../base/errors';
import { xmlAttributes, xmlText } from '../../base/xmlText';
import { isNegative } from '../../model/workflow/fold/routing';
import type { StepState } from '../../model/workflow/state';
import type { ExecutionView } from '../../orchestrator';
import type { CommandInput } from '../command';
import { nodeName } from './words';

/** @throws OrchestratorError `write-failed` */
export async function writeJUnit({ orchestrator }: Pick<CommandInput, 'orchestrator'>, file: string, view: ExecutionView): Promise<void> {
  const place = path.resolve(file);
  try {
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, `${orchestrator.redactor.redact(executionJUnit(view, Date.now()))}\n`);
  } catch (error) {
    throw new OrchestratorError('write-failed', `The report could not be written to ${place}: ${errorMessage(error)}.`, 'Name another file with --junit.', { cause: error });
  }
}

type Verdict = 'passed' | 'failed' | 'errored' | 'skipped';

/**
 * An execution as JUnit XML: a test case for each step, and one named `workflow` for the whole. What the workflow went on after is no failure: its
 * outcome is told. Else a negative outcome is one, a step that could not be done an error, and what has not ended is skipped.
 * Source: https://github.com/testmoapp/junitxml
 */
function executionJUnit({ state, definition }: Pick<ExecutionView, 'state' | 'definition'>, now: number): string {
  const { id, workflow, name, status, startedAt, endedAt, error, by } = state;
  const cases = [
    ...[...state.steps.values()].map((step) => ({ name: `${nodeName(definition, step.node)}${step.pass > 1 ? ` #${step.pass}` : ''}`, classname: workflow, verdict: verdictOf(step), durationMs: (step.endedAt ?? now) - step.startedAt, problem: problemOf(step) })),
    { name: 'workflow', classname: 'workflow', verdict: wholeVerdict(status), durationMs: 0, problem: error?.message ?? status },
  ];
  const count = (verdict: Verdict): number => cases.filter((testCase) => testCase.verdict === verdict).length;
  const counts = { tests: cases.length, failures: count('failed'), errors: count('errored'), skipped: count('skipped'), time: seconds((endedAt ?? now) - startedAt) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${xmlAttributes({ name: 'Amp workflows', ...counts })}>`,
    `  <testsuite${xmlAttributes({ name, ...counts, timestamp: new Date(startedAt).toISOString().slice(0, 19) })}>`,
    '    <properties>',
    ...Object.entries({ execution: id, workflow, status, by }).map(([key, value]) => `      <property${xmlAttributes({ name: key, value })}/>`),
    '    </properties>',
    ...cases.flatMap(({ verdict, durationMs, problem, ...about }) => {
      const opening = `    <testcase${xmlAttributes({ ...about, time: seconds(durationMs) })}`;
      const told = verdict !== 'passed' ? element(verdict, problem) : isNegative(problem) ? `<system-out>${xmlText(problem)}</system-out>` : undefined;
      return told === undefined ? [`${opening}/>`] : [`${opening}>`, `      ${told}`, '    </testcase>'];
    }),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

function element(verdict: Exclude<Verdict, 'passed'>, problem: string): string {
  if (verdict === 'skipped') return `<skipped${xmlAttributes({ message: problem })}/>`;
  const name = verdict === 'failed' ? 'failure' : 'error';
  return `<${name}${xmlAttributes({ message: problem, type: verdict })}>${xmlText(problem)}</${name}>`;
}

function verdictOf({ status, outcome, error, taken }: StepState): Verdict {
  if (outcome !== undefined && taken.length > 0) return 'passed';
  if (status === 'failed') return error === undefined ? 'failed' : 'errored';
  if (status !== 'succeeded' && status !== 'reused') return 'skipped';
  return outcome !== undefined && isNegative(outcome) ? 'failed' : 'passed';
}

function wholeVerdict(status: string): Verdict {
  return status === 'succeeded' ? 'passed' : status === 'failed' ? 'failed' : 'skipped';
}

function problemOf({ error, outcome, status, taken }: StepState): string {
  return error === undefined || taken.length > 0 ? (outcome ?? status) : `${error.message}${error.advice === '' ? '' : ` ${error.advice}`}`;
}

function seconds(milliseconds: number): string {
  return (Math.max(0, milliseconds) / 1000).toFixed(3);
}

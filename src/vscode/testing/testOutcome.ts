import * as vscode from 'vscode';
import { formatPlural } from '../../base/format';
import type { EvalFinding, EvalResult } from '../../model/evalResult';
import type { EvaluatedPlace } from '../evaluations/evaluatedPlace';
import { editorRange, findingUri } from '../evaluations/findingPlace';
import { resultOutput } from './testWords';

/** The editor draws each message into the file that it is about. */
const mostMessages = 100;

/** Tells a run how an evaluator went. */
export function tellOutcome(run: vscode.TestRun, item: vscode.TestItem, place: EvaluatedPlace, result: EvalResult): void {
  run.appendOutput(resultOutput(result), undefined, item);
  switch (result.verdict) {
    case 'passed':
      run.passed(item, result.duration);
      break;
    case 'failed':
      run.failed(item, messages(place, result), result.duration);
      break;
    case 'errored':
      run.errored(item, messages(place, result), result.duration);
      break;
    case 'unscored':
      run.skipped(item);
  }
}

/** What was accepted blocks nothing, so it is no reason why a test fails. */
function messages(place: EvaluatedPlace, { findings, moreFindings = 0, error, details, name }: EvalResult): vscode.TestMessage[] {
  const open = findings.filter(({ accepted }) => accepted === undefined);
  const shown = open.slice(0, mostMessages).map((finding) => findingMessage(place, finding));
  const more = open.length + moreFindings - shown.length;
  const summary = error ?? (shown.length === 0 ? (details ?? `${name} failed.`) : more > 0 ? `${formatPlural(more, 'more finding')} ${more === 1 ? 'is' : 'are'} in the evaluation report.` : undefined);
  return summary === undefined ? shown : [new vscode.TestMessage(summary), ...shown];
}

function findingMessage({ folder }: EvaluatedPlace, finding: EvalFinding): vscode.TestMessage {
  const message = new vscode.TestMessage(`${finding.message} (${finding.ruleId})`);
  const uri = findingUri(folder, finding);
  if (uri) message.location = new vscode.Location(uri, editorRange(finding.range));
  return message;
}

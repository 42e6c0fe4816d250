import { formatPlural } from '../../base/format';
import type { EvalReport } from '../../model/evalReport';
import type { EvalResult } from '../../model/evalResult';
import { newnessWord } from './reportWords';
import { sarifLevel, sarifMessage, type SarifLevel } from './sarifText';

export interface SarifNotification {
  readonly level: SarifLevel;
  readonly message: { readonly text: string };
  readonly properties: { readonly evaluator?: string };
}

/** What is to be told beside findings in files: evaluators that could not run, findings of the whole change, why the gate is closed. */
export function sarifNotifications({ results, reasons, notices }: EvalReport): SarifNotification[] {
  return [
    ...results.flatMap(ofEvaluator),
    ...reasons.map(({ message, advice, evaluator }) => notification('error', `${message} ${advice}`, evaluator)),
    ...notices.map((notice) => notification('note', notice)),
  ];
}

function ofEvaluator({ name, verdict, error, findings, moreFindings = 0 }: EvalResult): SarifNotification[] {
  return [
    ...(error === undefined ? [] : [notification(verdict === 'errored' ? 'error' : 'note', `${name}: ${error}`, name)]),
    ...findings.filter(({ file }) => file === undefined).map((finding) => {
      const newness = newnessWord(finding);
      return notification(sarifLevel(finding.severity), `${name}/${finding.ruleId}${newness === '' ? '' : ` (${newness})`}: ${finding.message}`, name);
    }),
    ...(moreFindings === 0 ? [] : [notification('note', `${name} has ${formatPlural(moreFindings, 'more finding')} than are listed.`, name)]),
  ];
}

function notification(level: SarifLevel, text: string, evaluator?: string): SarifNotification {
  return { level, message: { text: sarifMessage(text, 'Nothing was said.') }, properties: evaluator === undefined ? {} : { evaluator } };
}

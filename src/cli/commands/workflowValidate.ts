import path from 'node:path';
import { formatPlural } from '../../base/format';
import { present } from '../../base/jsonShape';
import { plainText } from '../../base/plainText';
import type { WorkflowIssue } from '../../model/workflow/definition';
import type { Command, CommandInput } from '../command';
import { textPlace } from '../textPlace';
import { openWorkflow } from '../executions/named';

export const workflowValidateCommand: Command = {
  name: 'validate',
  summary: 'Check workflows: those that are named, or all of the repository',
  usage: 'amp-orchestrator workflow validate [FILE|ID …] [--json]',
  words: 1000,
  options: { json: { type: 'boolean' } },
  run: validate,
};

interface Checked {
  /** As it was given, else from where the program was started. */
  readonly file: string;
  readonly issues: readonly (WorkflowIssue & { readonly line: number; readonly column: number })[];
}

async function validate(input: CommandInput): Promise<number> {
  const { orchestrator, positionals, print, values } = input;
  const named = positionals.length > 0 ? positionals : (await orchestrator.workflows.files()).filter(({ origin }) => origin === 'repository').map(({ file }) => file);
  const checked: Checked[] = [];
  // One after the other: each may be as large as files are allowed to be.
  for (const name of named) checked.push(await check(input, name));
  const errors = checked.flatMap(({ issues }) => issues).filter(({ severity }) => severity === 'error').length;
  if (values['json'] === true) {
    print(JSON.stringify(checked.map(({ file, issues }) => ({ file, issues: issues.map(({ severity, code, message, path: at, line, column, node, edge }) => ({ severity, code, message, path: at, line, column, ...present({ node, edge }) })) })), undefined, 2));
    return errors > 0 ? 1 : 0;
  }
  for (const { file, issues } of checked) {
    for (const { line, column, severity, message } of issues) print(`${plainText(file)}:${line}:${column}: ${severity}: ${plainText(message)}`);
  }
  const warnings = checked.flatMap(({ issues }) => issues).length - errors;
  if (checked.length === 0) print('There are no workflows in the repository.');
  else print(errors + warnings === 0 ? `${formatPlural(checked.length, 'workflow')} checked: ${checked.length === 1 ? 'it is' : 'all are'} sound.` : `${formatPlural(errors, 'error')} and ${formatPlural(warnings, 'warning')} in ${formatPlural(checked.length, 'workflow')}.`);
  return errors > 0 ? 1 : 0;
}

async function check(input: CommandInput, name: string): Promise<Checked> {
  const { file, text, issues } = await openWorkflow(input, name);
  return { file: path.relative(process.cwd(), file.file) || name, issues: issues.map((issue) => ({ ...issue, ...textPlace(text, issue.offset ?? 0) })) };
}

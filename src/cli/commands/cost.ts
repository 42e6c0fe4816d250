import { OrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import { addDays, parseDay } from '../../base/localDay';
import { sumTotals } from '../../model/callTotals';
import { importedSessionPrefix } from '../../model/importedCall';
import { outsideSessions } from '../../model/session';
import type { UsageRow } from '../../model/usageRow';
import { text, type Command, type CommandInput } from '../command';
import { costGroups, costJson, costRows, costTable, dimensionsOf, type CostGroup } from '../costRows';
import { plainText } from '../../base/plainText';

export const costCommand: Command = {
  name: 'cost',
  summary: 'What model calls cost, also those that agents made outside the product',
  usage: 'amp-orchestrator cost [--by day|model|session|agent] [--since DATE] [--until DATE] [--no-import] [--all] [--json]',
  words: 0,
  options: {
    by: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    'no-import': { type: 'boolean' },
    all: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run: showCosts,
};

interface Question {
  readonly by: CostGroup;
  readonly fromMs?: number;
  readonly toMs?: number;
}

interface Answer {
  readonly usage: readonly UsageRow[];
  readonly sessionName: (id: string) => string;
  readonly problems: readonly Problem[];
  readonly imported: number;
}

interface Problem {
  readonly path: string;
  readonly problem: string;
  readonly count: number;
}

const shownProblems = 5;
const shownIdLength = 8;

async function showCosts(input: CommandInput): Promise<number> {
  const { values, print } = input;
  const question = questionOf(values);
  const { usage, sessionName, problems, imported } = await (values['all'] === true ? askMachine(input, question) : askStore(input, question));
  const rows = costRows(usage, question.by, sessionName);
  if (values['json'] === true) {
    print(JSON.stringify({ by: question.by, rows: rows.map((row) => ({ [question.by]: row.name, source: row.source, ...costJson(row) })), total: costJson(sumTotals(rows)), imported, problems }, undefined, 2));
    return 0;
  }
  if (imported > 0) print(`Imported ${formatPlural(imported, 'model call')} from the logs of agents.\n`);
  if (rows.length === 0) print('No model calls were found.');
  else for (const line of costTable(rows, question.by)) print(line);
  showProblems(problems, print);
  return 0;
}

async function askStore({ orchestrator, values, signal }: CommandInput, { by, ...period }: Question): Promise<Answer> {
  const summary = values['no-import'] === true ? undefined : await orchestrator.imports.run({ signal });
  const usage = await orchestrator.costs.usage({ ...period, imported: values['no-import'] !== true }, dimensionsOf[by]);
  return { usage, sessionName: by === 'session' ? await storedNames(orchestrator) : String, problems: summary?.problems ?? [], imported: summary?.calls ?? 0 };
}

async function askMachine({ orchestrator, signal }: CommandInput, { by, ...period }: Question): Promise<Answer> {
  const { rows, problems } = await orchestrator.imports.machine(dimensionsOf[by], { ...period, signal });
  return { usage: rows, sessionName: shortId, problems, imported: 0 };
}

async function storedNames(orchestrator: CommandInput['orchestrator']): Promise<(id: string) => string> {
  const own = (await orchestrator.store.sessions.list()).map(({ id, name }) => [id, name] as const);
  const imported = (await orchestrator.imports.sessions()).map(({ id, title }) => [id, title ?? shortId(id)] as const);
  const names = new Map([[outsideSessions, 'outside of sessions'] as const, ...own, ...imported]);
  return (id) => names.get(id) ?? shortId(id);
}

/** An imported session without a title, as `claudeCode 63a8e4b4`. */
function shortId(id: string): string {
  if (!id.startsWith(importedSessionPrefix)) return id.slice(0, shownIdLength);
  const [agent = '', own = ''] = id.slice(importedSessionPrefix.length).split(':');
  return `${agent} ${own.replace(/^(ses_|T-)/, '').slice(0, shownIdLength)}`;
}

function questionOf(values: CommandInput['values']): Question {
  const wanted = text(values['by']) ?? 'day';
  const by = costGroups.find((group) => group === wanted);
  if (!by) throw new OrchestratorError('invalid-argument', `Costs cannot be grouped by "${wanted}".`, `Choose one of: ${costGroups.join(', ')}.`);
  if (values['all'] === true && values['no-import'] === true) throw new OrchestratorError('invalid-argument', '--all shows what was imported, --no-import leaves it out.', 'Give only one of them.');
  const fromMs = dayStart(text(values['since']), '--since', 0);
  const toMs = dayStart(text(values['until']), '--until', 1);
  return { by, ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}

/** Local midnight at the beginning of the day, `daysLater` days after it. */
function dayStart(value: string | undefined, option: string, daysLater: number): number | undefined {
  if (value === undefined) return undefined;
  const start = parseDay(value);
  if (start === undefined) throw new OrchestratorError('invalid-argument', `${option} "${value}" is no date.`, 'Write it as 2026-11-21.');
  return addDays(start, daysLater);
}

function showProblems(problems: readonly Problem[], print: (line: string) => void): void {
  if (problems.length === 0) return;
  print('');
  for (const { path, problem, count } of problems.slice(0, shownProblems)) print(`Note: ${plainText(path)}: ${plainText(problem)}${count > 1 ? ` (${count} times)` : ''}`);
  if (problems.length > shownProblems) print(`… and ${problems.length - shownProblems} more; --json has them all.`);
}

import { OrchestratorError } from '../../base/errors';
import { formatCost } from '../../base/format';
import type { BudgetLimits, BudgetState } from '../../model/budget';
import { toUSD } from '../../model/money';
import type { SessionOverview } from '../../orchestrator';
import { amountOrNone } from '../amountOption';
import { text, type Command, type CommandInput } from '../command';
import { findSession } from '../findSession';
import { plainText } from '../../base/plainText';

export const budgetCommand: Command = {
  name: 'budget',
  summary: 'Show the limits on cost and what is spent of them, or set them',
  usage: 'amp-orchestrator budget [--day USD|none] [--session-default USD|none] [--session SESSION USD|none] [--json]',
  words: 1,
  options: { day: { type: 'string' }, 'session-default': { type: 'string' }, session: { type: 'string' }, json: { type: 'boolean' } },
  run: async (input) => {
    const { orchestrator, print, values } = input;
    const { budgets } = orchestrator.sessions;
    await setSession(input);
    await setLimits(input);
    const [limits, states, sessions] = await Promise.all([budgets.limits(), budgets.states(), orchestrator.sessions.overview()]);
    if (values['json'] === true) print(JSON.stringify(asJson(limits, states), undefined, 2));
    else for (const line of table(limits, states, sessions)) print(line);
    return 0;
  },
};

async function setSession(input: CommandInput): Promise<void> {
  const wanted = text(input.values['session']);
  const [amount, ...more] = input.positionals;
  if (wanted === undefined && amount === undefined) return;
  if (wanted === undefined || amount === undefined || more.length > 0) throw new OrchestratorError('invalid-argument', 'A session and one amount belong together.', `Usage: ${budgetCommand.usage}`);
  const budgetNano = amountOrNone(amount, '--session');
  const { session } = await findSession({ ...input, positionals: [wanted] });
  await input.orchestrator.sessions.setBudget(session.id, budgetNano);
}

async function setLimits({ orchestrator: { sessions }, values }: CommandInput): Promise<void> {
  const day = text(values['day']);
  const byDefault = text(values['session-default']);
  if (day === undefined && byDefault === undefined) return;
  await sessions.budgets.setLimits({
    ...(day === undefined ? {} : { dayNano: amountOrNone(day, '--day') }),
    ...(byDefault === undefined ? {} : { sessionNano: amountOrNone(byDefault, '--session-default') }),
  });
}

function asJson({ dayNano, sessionNano }: BudgetLimits, states: readonly BudgetState[]): object {
  return {
    dayUSD: dayNano === undefined ? null : toUSD(dayNano),
    sessionDefaultUSD: sessionNano === undefined ? null : toUSD(sessionNano),
    states: states.map(({ limitNano, spentNano, reservedNano, ...state }) => ({ ...state, limitUSD: toUSD(limitNano), spentUSD: toUSD(spentNano), reservedUSD: toUSD(reservedNano) })),
  };
}

function table(limits: BudgetLimits, states: readonly BudgetState[], sessions: readonly SessionOverview[]): string[] {
  const names = new Map(sessions.map(({ session }) => [session.id, `${session.id.slice(0, 8)}  ${plainText(session.name)}`]));
  const rows = states.map((state) => [state.scope, formatCost(state.limitNano), formatCost(state.spentNano), used(state), state.id === undefined ? 'all sessions, today' : (names.get(state.id) ?? state.id)]);
  if (limits.sessionNano !== undefined) rows.splice(limits.dayNano === undefined ? 0 : 1, 0, ['default', formatCost(limits.sessionNano), '', '', 'each session without a limit of its own']);
  if (rows.length === 0) return ['No limits are set. Set one with: amp-orchestrator budget --day 10'];
  const header = ['LIMIT', 'AMOUNT', 'SPENT', 'USED', 'OF'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows].map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd());
}

/** Never 100 % before the limit is reached. */
function used({ spentNano, limitNano }: BudgetState): string {
  if (spentNano >= limitNano) return 'used up';
  return `${Math.floor((spentNano / limitNano) * 100)} %`;
}

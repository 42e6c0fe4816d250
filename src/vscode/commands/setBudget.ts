import path from 'node:path';
import * as vscode from 'vscode';
import { formatCost, formatPlural } from '../../base/format';
import { parseAmount } from '../../model/amount';
import type { BudgetLimits } from '../../model/budget';
import { toUSD, type NanoDollars } from '../../model/money';
import type { Session } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';
import type { CommandContext } from './commandContext';
import { chooseSession } from './pickSession';

/** One limit that a person may set. */
interface Choice extends vscode.QuickPickItem {
  readonly of: 'day' | 'default' | Session;
  readonly limitNano: NanoDollars | undefined;
  readonly spentNano: NanoDollars | undefined;
}

/** Asks which limit (of the day, of each session, of one session) and how much; a session it is invoked on is the one. */
export async function setBudget(context: CommandContext, invokedOn: unknown): Promise<void> {
  const invokedOnSession = typeof invokedOn === 'string' || (typeof invokedOn === 'object' && invokedOn !== null && 'session' in invokedOn);
  if (invokedOnSession) {
    const chosen = await chooseSession(context.engines, invokedOn, { title: 'Set Budget', fits: /^session/, none: 'There is no session.' });
    const own = chosen && (await budgetChoices(chosen.orchestrator)).find(({ of }) => typeof of === 'object' && of.id === chosen.item.session.id);
    if (own) await change(chosen.orchestrator, own);
    return;
  }
  const orchestrator = await chooseRepository(await context.engines.require());
  if (!orchestrator) return;
  const choices = await budgetChoices(orchestrator);
  const picked = await vscode.window.showQuickPick(choices, { title: 'Set Budget', placeHolder: 'Limit what?', matchOnDescription: true });
  if (picked) await change(orchestrator, picked);
}

async function chooseRepository(orchestrators: readonly Orchestrator[]): Promise<Orchestrator | undefined> {
  if (orchestrators.length < 2) return orchestrators[0];
  const items = orchestrators.map((orchestrator) => ({ label: path.basename(orchestrator.repository.root), description: orchestrator.repository.root, orchestrator }));
  return (await vscode.window.showQuickPick(items, { title: 'Set Budget', placeHolder: 'Repository' }))?.orchestrator;
}

async function budgetChoices({ sessions, totalsToday }: Orchestrator): Promise<Choice[]> {
  const [limits, states, today, overview] = await Promise.all([sessions.budgets.limits(), sessions.budgets.states(), totalsToday(), sessions.overview()]);
  const bySession = new Map(states.map((state) => [state.id, state]));
  return [
    choice('Today, all sessions', 'calendar', { of: 'day', limitNano: limits.dayNano, spentNano: today.costNano }),
    choice('Each session', 'list-unordered', { of: 'default', limitNano: limits.sessionNano, spentNano: undefined }),
    ...overview
      .filter(({ session }) => session.status !== 'merged')
      .map(({ session, totals }) => choice(session.name, 'git-branch', { of: session, limitNano: bySession.get(session.id)?.limitNano, spentNano: totals.costNano })),
  ];
}

function choice(label: string, icon: string, of: Pick<Choice, 'of' | 'limitNano' | 'spentNano'>): Choice {
  const limit = of.limitNano === undefined ? 'no limit' : `limit ${formatCost(of.limitNano)}`;
  return { ...of, label, iconPath: new vscode.ThemeIcon(icon), description: of.spentNano === undefined ? limit : `${limit}, ${formatCost(of.spentNano)} spent` };
}

async function change(orchestrator: Orchestrator, { of, label, limitNano, spentNano }: Choice): Promise<void> {
  const { sessions } = orchestrator;
  const own = typeof of === 'object';
  const answer = await vscode.window.showInputBox({
    title: `Budget: ${label}`,
    prompt: [spentNano === undefined ? undefined : `${formatCost(spentNano)} is spent.`, own ? 'In US dollars; empty for the default of the repository.' : 'In US dollars; empty for no limit.'].filter((part) => part !== undefined).join(' '),
    value: limitNano === undefined ? '' : String(toUSD(limitNano)),
    placeHolder: '5.00',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' || parseAmount(text) !== undefined ? undefined : 'Give an amount in US dollars, like 5 or 0.50.'),
  });
  if (answer === undefined) return;
  const nano = answer.trim() === '' ? undefined : parseAmount(answer);
  if (own) await sessions.setBudget(of.id, nano);
  else await sessions.budgets.setLimits(withLimit(await sessions.budgets.limits(), of, nano));
  const stopped = (await sessions.overview()).filter(({ session }) => session.status === 'budget-exceeded').length;
  if (stopped > 0) void vscode.window.showInformationMessage(`${formatPlural(stopped, 'session')} still held back by a budget.`);
}

function withLimit({ dayNano, sessionNano }: BudgetLimits, of: 'day' | 'default', nano: NanoDollars | undefined): BudgetLimits {
  const [day, session] = of === 'day' ? [nano, sessionNano] : [dayNano, nano];
  return { ...(day === undefined ? {} : { dayNano: day }), ...(session === undefined ? {} : { sessionNano: session }) };
}

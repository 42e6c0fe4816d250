import path from 'node:path';
import * as vscode from 'vscode';
import { explain, isOrchestratorError } from '../../base/errors';
import { formatCost, formatPlural } from '../../base/format';
import { parseAmount } from '../../model/amount';
import { toUSD, type NanoDollars } from '../../model/money';
import type { Session } from '../../model/session';
import type { Orchestrator } from '../../orchestrator';
import { stillHeldBack, type LimitOf } from './budgetChange';
import type { CommandContext } from './commandContext';
import { chooseSession } from './pickSession';

/** One limit that a person may set. */
interface Choice extends vscode.QuickPickItem {
  readonly of: LimitOf;
  readonly limitNano: NanoDollars | undefined;
  readonly spentNano: NanoDollars | undefined;
}

/**
 * Asks which limit (of the day, of each session, of one session) and how much. A session it is invoked on is the one; `{ dayOf }` is the day of
 * the repository with that root.
 */
export async function setBudget(context: CommandContext, invokedOn: unknown): Promise<void> {
  const invokedOnSession = typeof invokedOn === 'string' || (typeof invokedOn === 'object' && invokedOn !== null && 'session' in invokedOn);
  if (invokedOnSession) {
    const chosen = await chooseSession(context.engines, invokedOn, { title: 'Set Budget', fits: /^session/, none: 'There is no session.' });
    const own = chosen && (await budgetChoices(chosen.orchestrator)).find(({ of }) => typeof of === 'object' && of.id === chosen.item.session.id);
    if (own) await change(chosen.orchestrator, own);
    return;
  }
  const orchestrators = await context.engines.require();
  const root = dayOf(invokedOn);
  const orchestrator = orchestrators.find(({ repository }) => repository.root === root) ?? (await chooseRepository(orchestrators));
  if (!orchestrator) return;
  const choices = await budgetChoices(orchestrator);
  const picked = root !== undefined ? choices.find(({ of }) => of === 'day') : await vscode.window.showQuickPick(choices, { title: 'Set Budget', placeHolder: 'Limit what?', matchOnDescription: true });
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
  else await sessions.budgets.setLimits(of === 'day' ? { dayNano: nano } : { sessionNano: nano });
  const { sessionNano } = await sessions.budgets.limits();
  const held = stillHeldBack({ of, beforeNano: limitNano, afterNano: own ? (nano ?? sessionNano) : nano }, (await sessions.overview()).map(({ session }) => session));
  const words = await heldBackWords(orchestrator, held);
  if (words !== undefined) void vscode.window.showInformationMessage(words);
}

async function heldBackWords({ sessions }: Orchestrator, [first, ...more]: readonly Session[]): Promise<string | undefined> {
  if (!first) return undefined;
  if (more.length > 0) return `${formatPlural(more.length + 1, 'session')} are still held back by a budget.`;
  try {
    await sessions.budgets.refuse({ sessionId: first.id, executionId: first.executionId });
    return undefined;
  } catch (error) {
    if (!isOrchestratorError(error)) throw error;
    return `"${first.name}" is still held back. ${explain(error)}`;
  }
}

function dayOf(invokedOn: unknown): string | undefined {
  return typeof invokedOn === 'object' && invokedOn !== null && 'dayOf' in invokedOn && typeof invokedOn.dayOf === 'string' ? invokedOn.dayOf : undefined;
}

import * as vscode from 'vscode';
import { explain, isOrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import type { Orchestrator } from '../../orchestrator';
import type { ApiKeys, ProviderName } from '../platform/apiKeys';
import type { CommandContext } from './commandContext';

const titles: Partial<Record<ProviderName, string>> = { openai: 'OpenAI', anthropic: 'Anthropic', local: 'Local server' };
const choices: readonly ProviderName[] = ['openai', 'anthropic', 'local'];
const storeAnyway = 'Store It Anyway';
const enterAgain = 'Enter Again';

/** Asks for a provider's key, tries it where it can be tried, and keeps it in the editor's secret storage; or takes a kept one away. */
export async function setApiKey({ engines }: Pick<CommandContext, 'engines'>, keys: ApiKeys): Promise<void> {
  const provider = await pickProvider(keys);
  if (!provider) return;
  const title = titles[provider] ?? provider;
  if ((await keys.key(provider)) !== undefined && !(await wantsNewKey(title, async () => keys.remove(provider)))) return;
  for (;;) {
    const key = await askKey(title);
    if (key === undefined) return;
    const again = await tryAndStore({ provider, title, key, keys, orchestrator: await anyOrchestrator(engines) });
    if (!again) return;
  }
}

async function pickProvider(keys: ApiKeys): Promise<ProviderName | undefined> {
  const items = await Promise.all(choices.map(async (value) => ({ label: titles[value] ?? value, description: (await keys.key(value)) === undefined ? 'no key' : 'has a key', value })));
  return (await vscode.window.showQuickPick(items, { title: 'Set API Key', placeHolder: 'Provider' }))?.value;
}

/** False when the key was removed instead, or nothing was chosen. */
async function wantsNewKey(title: string, remove: () => Promise<void>): Promise<boolean> {
  const replace = { label: 'Enter Another Key', iconPath: new vscode.ThemeIcon('key') };
  const away = { label: 'Remove the Key', iconPath: new vscode.ThemeIcon('trash') };
  const chosen = await vscode.window.showQuickPick([replace, away], { title: `API Key of ${title}`, placeHolder: `There is a key for ${title}`, ignoreFocusOut: true });
  if (chosen !== away) return chosen === replace;
  await remove();
  void vscode.window.showInformationMessage(`The key for ${title} was removed.`);
  return false;
}

async function askKey(title: string): Promise<string | undefined> {
  const key = await vscode.window.showInputBox({
    title: `API Key of ${title}`,
    prompt: 'It is kept in the secret storage of the editor, never in a file of yours.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? 'Enter the key.' : /^[\x21-\x7e]+$/.test(value.trim()) ? undefined : 'The key holds characters that no key has.'),
  });
  return key?.trim();
}

/** True when the key is to be asked for once more. */
async function tryAndStore({ provider, title, key, keys, orchestrator }: { provider: ProviderName; title: string; key: string; keys: ApiKeys; orchestrator: Orchestrator | undefined }): Promise<boolean> {
  // A local server's address is not known here, and a key can be tried only where an engine runs.
  const canTry = orchestrator !== undefined && provider !== 'local';
  try {
    const models = canTry ? await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Trying the key for ${title}…` }, () => orchestrator.models.tryKey(provider, key)) : undefined;
    await keys.set(provider, key);
    void vscode.window.showInformationMessage(models ? `The key for ${title} was stored: it may use ${formatPlural(models.length, 'model')}.` : `The key for ${title} was stored. It was not tried.`);
    return false;
  } catch (error) {
    if (!isOrchestratorError(error) || (error.code !== 'model-refused' && error.code !== 'model-failed')) throw error;
    const chosen = await vscode.window.showWarningMessage(`The key for ${title} was not stored. ${explain(error)}`, ...(error.code === 'model-failed' ? [enterAgain, storeAnyway] : [enterAgain]));
    if (chosen === storeAnyway) await keys.set(provider, key);
    return chosen === enterAgain;
  }
}

/** One that is open, or can be opened; a key can be stored without any. */
async function anyOrchestrator(engines: CommandContext['engines']): Promise<Orchestrator | undefined> {
  const [open] = await engines.opened();
  if (open) return open;
  return engines.require().then(
    ([first]) => first,
    (error: unknown) => {
      if (isOrchestratorError(error)) return undefined;
      throw error;
    },
  );
}

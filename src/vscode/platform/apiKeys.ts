import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable';
import { keyVariables } from '../../model/keyVariables';
import type { Orchestrator } from '../../orchestrator';

export type ProviderName = Parameters<Orchestrator['models']['provider']>[0];

const secretPrefix = 'ampOrchestrator.apiKey.';
const allProviders: readonly ProviderName[] = ['openai', 'anthropic', 'local'];

/** Keys of model providers. They live in the editor's secret storage and nowhere else: no setting, log, argument or store holds one. */
export class ApiKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async key(provider: ProviderName): Promise<string | undefined> {
    return this.secrets.get(secretPrefix + provider);
  }

  async set(provider: ProviderName, key: string): Promise<void> {
    await this.secrets.store(secretPrefix + provider, key);
  }

  async remove(provider: ProviderName): Promise<void> {
    await this.secrets.delete(secretPrefix + provider);
  }

  /** Makes the keys known to a redactor, used or not, and keeps it so when they change in this window or another. */
  tellRedactor(redactor: Orchestrator['redactor']): vscode.Disposable {
    const told: Disposable[] = [];
    let ended = false;
    const tell = async (provider: ProviderName): Promise<void> => {
      const key = await this.key(provider);
      // One that was replaced is still a secret, so none is taken back before the end.
      if (key !== undefined && !ended) told.push(redactor.addSecret(keyVariables[provider], key));
    };
    for (const provider of allProviders) void tell(provider);
    const listener = this.secrets.onDidChange(({ key }) => {
      const provider = allProviders.find((name) => secretPrefix + name === key);
      if (provider) void tell(provider);
    });
    return new vscode.Disposable(() => {
      ended = true;
      listener.dispose();
      for (const secret of told) secret.dispose();
    });
  }
}

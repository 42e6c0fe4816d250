import { keyVariables } from '../model/keyVariables';
import { TrackedAnthropicProvider } from './anthropic';
import { TrackedLocalProvider } from './local';
import type { KeySource, ModelProvider, ModelProviderName } from './modelProvider';
import { TrackedOpenAIProvider } from './openai';
import type { ModelContext, ModelProviderOptions } from './providerProfile';

/** The providers of models, each made when it is asked for. */
export interface Models {
  /** @throws OrchestratorError `endpoint-invalid` */
  provider(name: ModelProviderName, options?: ModelProviderOptions): ModelProvider;
  /**
   * The models that a key may use, which is how a key is tried before it is kept; it becomes known to redaction.
   * @throws OrchestratorError `model-refused` when it is not accepted, `model-failed` when nobody can say
   */
  tryKey(name: ModelProviderName, key: string, options?: ModelProviderOptions): Promise<readonly string[]>;
  /** Ends what runs for counting tokens. */
  dispose(): void;
}

const kinds = { openai: TrackedOpenAIProvider, anthropic: TrackedAnthropicProvider, local: TrackedLocalProvider };

export function createModels(context: ModelContext): Models {
  return {
    provider: (name, options = {}) => new kinds[name](context, options),
    tryKey: (name, key, options = {}) => new kinds[name]({ ...context, keys: { key: () => Promise.resolve(key) } }, options).listModels(),
    dispose: () => { context.tokens.dispose(); },
  };
}

/** The command line's keys. */
export function environmentKeys(env: Readonly<Record<string, string | undefined>>): KeySource {
  return { key: (provider) => Promise.resolve(env[keyVariables[provider]]) };
}

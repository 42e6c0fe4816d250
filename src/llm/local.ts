import type { ApiOptions, ModelApi } from './modelProvider';
import type { ModelContext, ModelProviderOptions } from './providerProfile';
import { openAIUsage } from './reportedUsage';
import { TrackedProvider } from './trackedProvider';

async function open(options: ApiOptions): Promise<ModelApi> {
  const { openOpenAI } = await import('./openaiClient');
  // The older name is the one that all of them know.
  return openOpenAI({ ...options, maxTokensName: 'max_tokens' });
}

/** A server of one's own that speaks OpenAI's API (Ollama, llama.cpp, LM Studio), each call a span. Without a base URL, Ollama's. */
export class TrackedLocalProvider extends TrackedProvider {
  constructor(context: ModelContext, options: ModelProviderOptions = {}) {
    super(context, { name: 'local', title: 'The local server', needsKey: false, baseURL: 'http://127.0.0.1:11434/v1', usageOf: openAIUsage, open }, options);
  }
}

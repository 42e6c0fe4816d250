import type { ApiOptions, ModelApi } from './modelProvider';
import type { ModelContext, ModelProviderOptions } from './providerProfile';
import { openAIUsage } from './reportedUsage';
import { TrackedProvider } from './trackedProvider';

async function open(options: ApiOptions): Promise<ModelApi> {
  const { openOpenAI } = await import('./openaiClient');
  return openOpenAI({ ...options, maxTokensName: 'max_completion_tokens' });
}

/** OpenAI's chat completions and responses through its official SDK, each call a span. */
export class TrackedOpenAIProvider extends TrackedProvider {
  constructor(context: ModelContext, options: ModelProviderOptions = {}) {
    super(context, { name: 'openai', title: 'OpenAI', needsKey: true, baseURL: 'https://api.openai.com/v1', usageOf: openAIUsage, open }, options);
  }
}

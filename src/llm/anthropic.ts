import type { ApiOptions, ModelApi } from './modelProvider';
import type { ModelContext, ModelProviderOptions } from './providerProfile';
import { anthropicUsage } from './reportedUsage';
import { TrackedProvider } from './trackedProvider';

async function open(options: ApiOptions): Promise<ModelApi> {
  const { openAnthropic } = await import('./anthropicClient');
  return openAnthropic(options);
}

/** Anthropic's messages through its official SDK, each call a span. */
export class TrackedAnthropicProvider extends TrackedProvider {
  constructor(context: ModelContext, options: ModelProviderOptions = {}) {
    super(context, { name: 'anthropic', title: 'Anthropic', needsKey: true, baseURL: 'https://api.anthropic.com', usageOf: anthropicUsage, open }, options);
  }
}

import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { BudgetGate } from '../model/budget';
import type { PriceList } from '../model/pricing';
import type { AmpTracer } from '../telemetry/tracer';
import type { ApiOptions, KeySource, ModelApi, ModelProviderName } from './modelProvider';
import type { ReadUsage } from './reportedUsage';
import type { TokenCounter } from './tokens';

/** What calls are traced, priced, budgeted and kept clean of secrets with. */
export interface ModelContext {
  readonly tracer: AmpTracer;
  readonly clock: Clock;
  readonly prices: () => Promise<PriceList>;
  readonly gate: BudgetGate;
  readonly keys: KeySource;
  readonly redactor: { redact(text: string): string; addSecret(name: string, value: string): Disposable };
  readonly tokens: TokenCounter;
}

export interface ModelProviderOptions {
  /** Another server that speaks the provider's API. */
  readonly baseURL?: string | undefined;
  /** How often the SDK sends a request again after 408, 409, 429, 5xx and lost connections. Default 2. */
  readonly maxRetries?: number | undefined;
}

/** What tells one provider from another. */
export interface ProviderProfile {
  readonly name: ModelProviderName;
  readonly title: string;
  readonly needsKey: boolean;
  readonly baseURL: string;
  readonly usageOf: (value: unknown) => ReadUsage;
  readonly open: (options: ApiOptions) => Promise<ModelApi>;
}

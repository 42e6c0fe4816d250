import type { CostBasis, NanoDollars } from '../model/money';
import type { ServiceTier } from '../model/pricing';
import type { Usage } from '../model/usage';

export type ModelProviderName = 'openai' | 'anthropic' | 'local';

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
}

/** On whose account a call is made, and below which span it is shown. */
export interface CallOrigin {
  /** `outsideSessions` for calls that belong to no session. */
  readonly sessionId: string;
  readonly executionId?: string;
  readonly iterationId?: string;
  readonly parentId?: string;
}

export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly origin: CallOrigin;
  /** Tokens that the answer may have, reasoning included; what the budget reserves. Default 4,096. */
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** OpenAI's two ways of asking; others have one. Default `chat`. */
  readonly api?: 'chat' | 'responses';
  readonly serviceTier?: ServiceTier;
  readonly signal?: AbortSignal;
}

export interface ModelAnswer {
  readonly text: string;
  /** As the provider names it; may be more exact than what was asked for. */
  readonly model: string;
  readonly finishReason: string;
  readonly usage: Usage;
  /** True when the provider did not tell (all of) the usage, so it was counted here. */
  readonly estimated: boolean;
  readonly costNano?: NanoDollars;
  readonly costBasis: CostBasis;
  readonly spanId: string;
}

/** Pieces of an answer as they arrive. Leaving the loop early stops the call. */
export interface ModelStream extends AsyncIterable<string> {
  /** The whole answer; reads what has not been read yet. */
  result(): Promise<ModelAnswer>;
}

/**
 * One provider of models. Each call is one span with usage, cost, time to first token, retries and errors.
 * Calls throw OrchestratorError `key-missing`, `invalid-argument` and `budget-exceeded` before anything is sent, `model-refused` and
 * `model-failed` for what comes back, `stopped` when aborted.
 */
export interface ModelProvider {
  readonly name: ModelProviderName;
  complete(request: ModelRequest): Promise<ModelAnswer>;
  stream(request: ModelRequest): ModelStream;
  /** Ids of the models that the key may use, sorted; the cheapest way to try a key. */
  listModels(signal?: AbortSignal): Promise<readonly string[]>;
}

/** Where keys come from: the editor's secret storage, or the environment. */
export interface KeySource {
  key(provider: ModelProviderName): Promise<string | undefined>;
}

/** What one provider's SDK does for a tracked call: streamed or not, the answer comes as events, later ones completing earlier ones. */
export interface ModelApi {
  events(request: ModelRequest, call: ApiCall): AsyncIterable<ApiEvent>;
  models(call: ApiCall): Promise<readonly unknown[]>;
}

export interface ApiCall {
  readonly streamed: boolean;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
}

export interface ApiEvent {
  readonly text?: string;
  /** The model has begun to answer, though not with text yet. */
  readonly thinking?: true;
  readonly model?: string;
  readonly responseId?: string;
  readonly finishReason?: string;
  readonly serviceTier?: ServiceTier;
  /** The provider's usage as it came, to be merged over the one before. */
  readonly usage?: unknown;
  /** Said to be finished: a stream that ends without it was cut. */
  readonly done?: true;
}

/** How a client of an SDK is made; an environment's settings for the SDK itself are not honoured. */
export interface ApiOptions {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly maxRetries: number;
}

import { OrchestratorError } from '../base/errors';
import { keyVariables } from '../model/keyVariables';
import { noUsage } from '../model/usage';
import { Attempts } from './attempts';
import { callFailure, stopped } from './callErrors';
import { CallRecord } from './callRecord';
import { checkedEndpoint } from './endpoint';
import type { ModelAnswer, ModelProvider, ModelProviderName, ModelRequest, ModelStream } from './modelProvider';
import type { ModelContext, ModelProviderOptions, ProviderProfile } from './providerProfile';
import { asName, asObject } from '../base/jsonShape';

const defaultMaxTokens = 4_096;
/** Sent to servers that want no key: their SDK insists on one, and it is taken out again before it is sent. */
const noKey = 'none';

export class TrackedProvider implements ModelProvider {
  readonly name: ModelProviderName;
  private readonly baseURL: string;
  private readonly maxRetries: number;
  private knownKey: string | undefined;

  /** @throws OrchestratorError `endpoint-invalid` */
  constructor(
    private readonly context: ModelContext,
    private readonly profile: ProviderProfile,
    options: ModelProviderOptions,
  ) {
    this.name = profile.name;
    this.baseURL = checkedEndpoint(options.baseURL ?? profile.baseURL);
    this.maxRetries = options.maxRetries ?? 2;
  }

  async complete(request: ModelRequest): Promise<ModelAnswer> {
    const call = this.call(request, false);
    for (;;) {
      const step = await call.next();
      if (step.done === true) return step.value;
    }
  }

  stream(request: ModelRequest): ModelStream {
    const call = this.call(request, true);
    let outcome: { readonly answer: ModelAnswer } | { readonly error: unknown } = { error: stopped() };
    async function* read(): AsyncGenerator<string, void> {
      try {
        outcome = { answer: yield* call };
      } catch (error) {
        outcome = { error };
        throw error;
      }
    }
    const pieces = read();
    return {
      [Symbol.asyncIterator]: () => pieces,
      result: async () => {
        for await (const _piece of pieces);
        if ('answer' in outcome) return outcome.answer;
        throw outcome.error;
      },
    };
  }

  async listModels(signal: AbortSignal = new AbortController().signal): Promise<readonly string[]> {
    const key = await this.apiKey();
    const attempts = new Attempts(key !== noKey);
    try {
      const api = await this.profile.open({ apiKey: key, baseURL: this.baseURL, maxRetries: this.maxRetries });
      const models = await api.models({ streamed: false, maxTokens: 0, signal, fetch: attempts.fetch });
      return models.flatMap((model) => asName(asObject(model)?.['id']) ?? []).sort();
    } catch (error) {
      throw this.failure(error, attempts, signal).error;
    }
  }

  private async *call(request: ModelRequest, streamed: boolean): AsyncGenerator<string, ModelAnswer, void> {
    const { gate, prices: loadPrices, tokens } = this.context;
    const maxTokens = checkedMaxTokens(request);
    if (request.signal?.aborted === true) throw stopped();
    const apiKey = await this.apiKey();
    const [prices, inputTokens] = await Promise.all([loadPrices(), tokens.countMessages(request.messages, request.model)]);
    const estimate = prices.price({ model: request.model, provider: this.name, usage: { input: { ...noUsage.input, text: inputTokens }, output: { ...noUsage.output, text: maxTokens } }, tsStart: this.context.clock.now(), serviceTier: request.serviceTier });
    const admitted = await gate.admit({ sessionId: request.origin.sessionId, executionId: request.origin.executionId }, estimate?.costNano);
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, ...(request.signal ? [request.signal] : [])]);
    const attempts = new Attempts(apiKey !== noKey);
    let record: CallRecord | undefined;
    try {
      if (signal.aborted) throw stopped();
      record = new CallRecord({ context: this.context, profile: this.profile, request, streamed, maxTokens, inputTokens, prices, attempts, baseURL: this.baseURL });
      const api = await this.profile.open({ apiKey, baseURL: this.baseURL, maxRetries: this.maxRetries });
      for await (const event of api.events(request, { streamed, maxTokens, signal, fetch: attempts.fetch })) {
        record.add(event);
        if (event.text !== undefined && event.text !== '') yield event.text;
      }
      // The SDKs end a stream that was aborted as if it had come to its end.
      if (signal.aborted) throw stopped();
      return await record.finish();
    } catch (error) {
      const failure = this.failure(error, attempts, signal);
      await record?.fail(failure);
      throw failure.error;
    } finally {
      ending.abort();
      // Left early by whoever reads the answer: neither finished nor failed.
      await record?.leave();
      // A reservation that cannot be given back is dropped when this process ends; the answer must not be lost over it.
      await admitted.release().catch(() => undefined);
    }
  }

  private failure(error: unknown, attempts: Attempts, signal: AbortSignal): ReturnType<typeof callFailure> {
    return callFailure(error, { title: this.profile.title, attempts, signal, redact: (text) => this.context.redactor.redact(text) });
  }

  private async apiKey(): Promise<string> {
    const { title, needsKey } = this.profile;
    const keyName = keyVariables[this.name];
    const key = (await this.context.keys.key(this.name))?.trim() ?? '';
    if (key === '' && !needsKey) return noKey;
    if (key === '') throw new OrchestratorError('key-missing', `There is no key for ${title}.`, `Set it with the command "Amp: Set API Key..." in the editor, or in the environment variable ${keyName} for the command line.`);
    if (!/^[\x21-\x7e]+$/.test(key)) throw new OrchestratorError('key-missing', `The key for ${title} holds characters that no key has.`, 'Set it again: it may have been cut or joined when it was copied.');
    // For good: a key that was replaced is still a secret.
    if (this.knownKey !== key) this.context.redactor.addSecret(keyName, key);
    this.knownKey = key;
    return key;
  }
}

function checkedMaxTokens({ model, messages, maxTokens = defaultMaxTokens }: ModelRequest): number {
  if (model.trim() === '') throw new OrchestratorError('invalid-argument', 'No model was named.', 'Name one, as the provider calls it.');
  if (!messages.some(({ role, text }) => role !== 'system' && text.trim() !== '')) throw new OrchestratorError('invalid-argument', 'Nothing was asked.', 'Give a prompt.');
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) throw new OrchestratorError('invalid-argument', `An answer cannot have ${maxTokens} tokens.`, 'Give a whole number above zero.');
  return maxTokens;
}

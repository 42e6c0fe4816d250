import { OrchestratorError } from '../../base/errors';
import { formatCost, formatCount, formatDuration } from '../../base/format';
import { outsideSessions } from '../../model/session';
import { tokensIn, tokensOut } from '../../model/usage';
import type { Orchestrator } from '../../orchestrator';
import { text, type Command, type CommandInput } from '../command';
import { plainText, terminalText } from '../../base/plainText';

type ProviderName = Parameters<Orchestrator['models']['provider']>[0];
type ModelStream = ReturnType<ReturnType<Orchestrator['models']['provider']>['stream']>;
type ModelAnswer = Awaited<ReturnType<ModelStream['result']>>;

const providerNames: readonly ProviderName[] = ['openai', 'anthropic', 'local'];
const largestPromptBytes = 4 * 1024 * 1024;

export const askCommand: Command = {
  name: 'ask',
  summary: 'Ask a model one question: traced, priced and within the budget',
  usage: 'amp-orchestrator ask --provider openai|anthropic|local --model MODEL [--base-url URL] [--api chat|responses] [--max-tokens N] [PROMPT]  (without PROMPT, it is read from stdin)',
  words: Number.POSITIVE_INFINITY,
  options: {
    provider: { type: 'string' },
    model: { type: 'string' },
    'base-url': { type: 'string' },
    api: { type: 'string' },
    'max-tokens': { type: 'string' },
  },
  run: ask,
};

async function ask({ values, positionals, orchestrator, signal }: CommandInput): Promise<number> {
  const provider = orchestrator.models.provider(providerName(values), { baseURL: text(values['base-url']) });
  const maxTokens = tokenLimit(values);
  const started = performance.now();
  const stream = provider.stream({
    model: text(values['model']) ?? '',
    messages: [{ role: 'user', text: positionals.length > 0 ? positionals.join(' ') : await readPrompt() }],
    origin: { sessionId: outsideSessions },
    api: apiName(values),
    signal,
    ...(maxTokens === undefined ? {} : { maxTokens }),
  });
  let last = '\n';
  try {
    for await (const piece of stream) {
      const shown = terminalText(piece);
      if (shown === '') continue;
      process.stdout.write(shown);
      last = shown;
    }
  } catch (error) {
    if (!last.endsWith('\n')) process.stdout.write('\n');
    if (signal.aborted) return 130;
    throw error;
  }
  if (!last.endsWith('\n')) process.stdout.write('\n');
  process.stderr.write(`${summaryOf(await stream.result(), performance.now() - started)}\n`);
  return 0;
}

function summaryOf({ model, usage, estimated, costNano, costBasis, finishReason }: ModelAnswer, tookMs: number): string {
  const tokens = `${formatCount(tokensIn(usage))} tokens in, ${formatCount(tokensOut(usage))} out${estimated ? ' (an estimate)' : ''}`;
  const cost = costNano === undefined ? 'cost unknown: there is no price for this model' : formatCost(costNano, { estimate: costBasis === 'approximate' });
  const ended = /^(?:stop|end_turn|completed)$/.test(finishReason) ? '' : `, ended by ${plainText(finishReason)}`;
  return `${plainText(model)}: ${tokens}, ${cost}, ${formatDuration(tookMs)}${ended}`;
}

function providerName(values: CommandInput['values']): ProviderName {
  const wanted = text(values['provider']);
  const known = providerNames.find((name) => name === wanted);
  if (known !== undefined) return known;
  throw new OrchestratorError('invalid-argument', wanted === undefined ? 'No provider was named.' : `There is no provider "${wanted}".`, `Choose one with --provider: ${providerNames.join(', ')}.`);
}

function apiName(values: CommandInput['values']): 'chat' | 'responses' {
  const wanted = text(values['api']) ?? 'chat';
  if (wanted === 'chat' || wanted === 'responses') return wanted;
  throw new OrchestratorError('invalid-argument', `There is no API "${wanted}".`, 'Choose one with --api: chat, responses.');
}

function tokenLimit(values: CommandInput['values']): number | undefined {
  const wanted = text(values['max-tokens']);
  if (wanted === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(wanted)) return Number(wanted);
  throw new OrchestratorError('invalid-argument', `An answer cannot have "${wanted}" tokens.`, 'Give --max-tokens a whole number above zero.');
}

async function readPrompt(): Promise<string> {
  if (process.stdin.isTTY) throw new OrchestratorError('invalid-argument', 'Nothing was asked.', 'Give a prompt as an argument, or on stdin.');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > largestPromptBytes) throw new OrchestratorError('invalid-argument', `The prompt is larger than ${largestPromptBytes / 1024 / 1024} MB.`, 'No model takes that much: shorten it.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

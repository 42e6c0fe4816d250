import type { ExportDialect } from '../model/telemetryExport';

/**
 * The names under which spans leave the machine, and the spellings of them that are read. The GenAI conventions of OpenTelemetry are
 * still in development (repository `open-telemetry/semantic-conventions-genai`), so what differs between their versions is a dialect;
 * the rest is the same in all. What they have no name for is ours: `amp.*`.
 */
export const names = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  conversation: 'gen_ai.conversation.id',
  session: 'session.id',
  agentName: 'gen_ai.agent.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  outputType: 'gen_ai.output.type',
  toolName: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  toolCallId: 'gen_ai.tool.call.id',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheRead: 'gen_ai.usage.cache_read.input_tokens',
  reasoning: 'gen_ai.usage.reasoning.output_tokens',
  tokenType: 'gen_ai.token.type',
  evaluationEvent: 'gen_ai.evaluation.result',
  evaluationName: 'gen_ai.evaluation.name',
  evaluationScore: 'gen_ai.evaluation.score.value',
  evaluationLabel: 'gen_ai.evaluation.score.label',
  evaluationExplanation: 'gen_ai.evaluation.explanation',
  errorType: 'error.type',
  exceptionEvent: 'exception',
  exceptionMessage: 'exception.message',
  exceptionStack: 'exception.stacktrace',
  exitCode: 'process.exit.code',
  headRevision: 'vcs.ref.head.revision',
  headName: 'vcs.ref.head.name',
  baseRevision: 'vcs.ref.base.revision',
  baseName: 'vcs.ref.base.name',
  spanType: 'amp.span.type',
  spanStatus: 'amp.span.status',
  spanTitle: 'amp.span.title',
  iterationId: 'amp.iteration.id',
  iterationNumber: 'amp.iteration',
  agentConversation: 'amp.agent.conversation.id',
  callAgent: 'amp.agent',
  cacheWrite5m: 'amp.usage.cache_write_5m.input_tokens',
  cacheWrite1h: 'amp.usage.cache_write_1h.input_tokens',
  settlement: 'amp.usage.settlement',
  estimated: 'amp.usage.estimated',
  firstToken: 'amp.first_token_ms',
  cost: 'amp.cost.usd',
  costNano: 'amp.cost.nano_usd',
  costBasis: 'amp.cost.basis',
  price: 'amp.cost.price',
  /** Read by Phoenix. */
  phoenixCost: 'llm.cost.total',
  /** Read by Langfuse: a JSON text of dollars by kind. */
  langfuseCost: 'langfuse.observation.cost_details',
  /** What the model calls below a span add up to. Never under a `gen_ai.*` name: backends would count them twice. */
  rollupCalls: 'amp.rollup.calls',
  rollupInput: 'amp.rollup.input_tokens',
  rollupOutput: 'amp.rollup.output_tokens',
  rollupCost: 'amp.rollup.cost_usd',
  rollupUnknown: 'amp.rollup.unknown_costs',
  workflowName: 'gen_ai.workflow.name',
  workflowNode: 'amp.workflow.node',
} as const;

export const operations = { chat: 'chat', agent: 'invoke_agent', tool: 'execute_tool', workflow: 'invoke_workflow' } as const;

/** Names of the metrics, with their units. */
export const metricNames = { tokens: 'gen_ai.client.token.usage', duration: 'gen_ai.client.operation.duration', cost: 'amp.cost.usd' } as const;

/** What one dialect calls by another name than the others. */
export const dialectNames: Record<ExportDialect, { readonly cacheWrite: string }> = {
  'v1.41': { cacheWrite: 'gen_ai.usage.cache_creation.input_tokens' },
  latest: { cacheWrite: 'gen_ai.usage.cache_write.input_tokens' },
};

/** Values of `gen_ai.provider.name` that are not our own name of the provider. */
export const providerNames: Readonly<Record<string, string>> = { google: 'gcp.gemini' };

/** Spellings of other versions and instrumentations, read as if they were ours. */
const otherSpellings: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system', names.provider],
  ['gen_ai.usage.prompt_tokens', names.inputTokens],
  ['gen_ai.usage.completion_tokens', names.outputTokens],
  ['gen_ai.usage.cache_read_input_tokens', names.cacheRead],
  ['gen_ai.usage.input_tokens.cached', names.cacheRead],
  ['gen_ai.tool.arguments', names.toolArguments],
  ['gen_ai.tool.output', names.toolResult],
  ['gen_ai.response.finish_reason', names.finishReasons],
]);

/** The name that we use for what another version calls `name`. */
export function canonicalName(name: string): string {
  return otherSpellings.get(name) ?? name;
}

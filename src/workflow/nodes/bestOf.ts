import { explain, OrchestratorError } from '../../base/errors';
import { asNumber, asObject, asText, present } from '../../base/jsonShape';
import { inPool } from '../../evaluation/pool';
import type { BestOfConfig } from '../../model/workflow/nodeConfig';
import { knownCostUSD } from '../../model/workflow/spent';
import type { ChildResult, NodeExecutor, StepContext, StepEnd } from '../nodeExecutor';
import { chosenAgent } from './agentChoice';
import { bestAttempt, type Attempt } from './bestAttempt';
import { childChain, ChildValues } from './childDefinition';
import { childUsage, refuseCancelled, usageOfCalledOff, withUsage } from './childUsage';
import type { NodeServices } from './nodeServices';
import { optionalText, templateText } from './templateText';

type BestOfServices = Pick<NodeServices, 'expressions' | 'sessions' | 'repository' | 'defaultAgent' | 'log'>;
type BestOfStep = StepContext<BestOfConfig>;

const defaultConcurrency = 4;

/** Several sessions try the same; the best one goes on. Each attempt is an execution of its own, which is never run twice. */
export function bestOfExecutor(services: BestOfServices): NodeExecutor<BestOfConfig> & { readonly type: 'bestOf' } {
  const run = (context: BestOfStep): Promise<StepEnd> => runAll(services, context);
  return { type: 'bestOf', effect: () => 'reattachable', run, reattach: run, spent: (context) => usageOfCalledOff(run(context)) };
}

async function runAll(services: BestOfServices, context: BestOfStep): Promise<StepEnd> {
  const { config, children, node, scope, signal } = context;
  // As it is in the file: what came out of a template is never read as one.
  const prompt = await services.expressions.resolve(node.config['prompt'], scope);
  const ended: ChildResult[] = [];
  const attempts = await inPool(Array.from({ length: config.attempts }, (_, index) => index), config.concurrency ?? defaultConcurrency, async (index) => {
    const child = await children.run({ key: `attempt-${index + 1}`, start: () => childOf(services, context, templateText(prompt), index) });
    ended.push(child);
    return attemptOf(child, index);
  }).catch((error: unknown) => { throw withUsage(context, error, ended); });
  refuseCancelled(context, ended);
  const index = config.select === undefined ? bestAttempt(attempts) : await selected(context, config.select, attempts).catch((error: unknown) => { throw withUsage(context, error, ended); });
  const best = index === undefined ? undefined : attempts[index];
  if (best?.passed === true && config.keepOthers !== true && !signal.aborted) await removeOthers(services, attempts, best);
  const output = { ...present({ sessionId: best?.sessionId, index }), attempts };
  return { kind: 'done', outcome: best?.passed === true ? 'passed' : 'failed', output, ...present({ session: best?.sessionId }), ...childUsage(context, ended) };
}

function childOf(services: BestOfServices, { config, execution, node }: BestOfStep, prompt: string, index: number): ReturnType<typeof childChain> {
  const { agents = [], baseBranch, budgetUSD, suite } = config;
  const choice = agents[index % Math.max(1, agents.length)] ?? {};
  const { model, recording, argv } = choice;
  const agent = { ...choice, ...present({ agent: chosenAgent(services, choice).agent, model: optionalText(model), recording: optionalText(recording), argv: argv?.map(templateText) }) };
  const values = new ChildValues();
  const literal = (config: object): Readonly<Record<string, unknown>> => asObject(values.literal(config)) ?? {};
  const name = `${node.name}, attempt ${index + 1}`;
  return childChain({
    parent: { workflow: execution.workflow, node },
    name,
    steps: [
      { id: 'attempt', type: 'amp', name, config: literal({ ...agent, prompt, name, ...present({ baseBranch: optionalText(baseBranch), budgetUSD }) }) },
      { id: 'eval', type: 'eval', name: 'Judge', config: literal(present({ suite: optionalText(suite) })), isForgiven: true },
    ],
    result: { summary: '${nodes.attempt.output.summary}', judged: '${nodes.eval.output}', problem: '${nodes.eval.error}' },
    variables: {},
    values,
  });
}

function attemptOf({ execution, status, result, problem, state }: ChildResult, index: number): Attempt {
  const { summary, judged, problem: notJudged } = asObject(result) ?? {};
  const { score, verdict, reportId } = asObject(judged) ?? {};
  const sessionId = state.session ?? asText(asObject(state.latest.get('attempt')?.plan)?.['sessionId']);
  const reason = problem ?? asText(asObject(notJudged)?.['message']);
  return {
    index, execution, score: asNumber(score) ?? null, passed: status === 'succeeded' && verdict === 'passed', costUSD: knownCostUSD(state.spent),
    ...present({ sessionId, summary: asText(summary), verdict: asText(verdict), reportId: asText(reportId), problem: reason }),
  };
}

/** @throws OrchestratorError `expression-failed` for what is no attempt that has a session */
async function selected({ evaluate }: BestOfStep, select: string, attempts: readonly Attempt[]): Promise<number> {
  const value = await evaluate(select, { attempts });
  const index = asNumber(value);
  if (index !== undefined && attempts[index]?.sessionId !== undefined) return index;
  throw new OrchestratorError('expression-failed', `"${select.slice(0, 200)}" chose no attempt: it gave ${JSON.stringify(value) ?? 'nothing'}.`, `Its value is to be the index of an attempt, 0 to ${attempts.length - 1}.`);
}

/** A session that cannot be deleted stays: the work that was chosen goes on. */
async function removeOthers({ sessions, log }: BestOfServices, attempts: readonly Attempt[], best: Attempt): Promise<void> {
  for (const { sessionId } of attempts) {
    if (sessionId === undefined || sessionId === best.sessionId) continue;
    try {
      const { status } = await sessions.get(sessionId);
      if (status !== 'deleted' && status !== 'merged') await sessions.delete(sessionId);
    } catch (error) {
      log.warn(`The session of an attempt that was not chosen could not be deleted: ${explain(error)}`);
    }
  }
}

import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { agentNames } from '../session';

export const nodeTypes = ['start', 'amp', 'test', 'eval', 'approval', 'parallel', 'condition', 'end', 'script', 'merge', 'forEach', 'bestOf', 'workflow', 'wait', 'notify'] as const;
export type NodeType = (typeof nodeTypes)[number];

export function isNodeType(type: unknown): type is NodeType {
  return nodeTypes.some((known) => known === type);
}

/** What a single node may do for each item of a list. */
export const itemStepTypes = ['amp', 'test', 'eval', 'script', 'merge', 'notify'] as const;

const closed = { additionalProperties: false } as const;
const longestText = 100_000;
/** `setTimeout` overflows past 24 days; the engine splits longer waits. */
export const longestWaitMs = 366 * 24 * 3_600_000;

/** Text in which each `${…}` is a JavaScript expression over `{variables, nodes, execution}`; a text that is one expression gives its value. */
function template(description: string, options: { readonly minLength?: number } = {}) {
  return Type.String({ maxLength: longestText, ...options, description });
}

function expression(description: string) {
  return Type.String({ minLength: 1, maxLength: longestText, description: `${description} A JavaScript expression over variables, nodes and execution.` });
}

const Argv = Type.Array(Type.String({ maxLength: 10_000 }), { minItems: 1, maxItems: 200, description: 'Program and arguments; no shell. Each may hold ${…}.' });
const SessionRef = Type.Optional(template('Id of the session. Default: the last session that a step before this one used.'));
const Variables = Type.Record(Type.String(), Type.Unknown(), { description: 'Values by name; texts may hold ${…}.' });
const Concurrency = Type.Optional(Type.Integer({ minimum: 1, maximum: 64, default: 4, description: 'How many run at the same time.' }));
const failurePolicies = ['failFast', 'settle'] as const;
const Failure = Type.Optional(Type.Union(failurePolicies.map((policy) => Type.Literal(policy)), { default: 'failFast', description: 'failFast: the first failure ends the others. settle: all run to their end, then the failures are counted.' }));
/** The name of an agent, or one expression that gives it. */
const Agent = Type.Union([...agentNames.map((name) => Type.Literal(name)), Type.String({ pattern: '^\\$\\{[\\s\\S]*\\}$', maxLength: longestText })], { description: 'The coding agent; ${…} gives its name. Default: the one of the settings.' });

const AgentFields = {
  agent: Type.Optional(Agent),
  model: Type.Optional(Type.String({ maxLength: 200, description: 'Model that the agent is to use.' })),
  argv: Type.Optional(Argv),
  recording: Type.Optional(template('File of the replay agent, relative to the repository.')),
  speed: Type.Optional(Type.Number({ minimum: 0, maximum: 1000, description: 'Speed of the replay agent: 1 as recorded, 0 as fast as possible.' })),
} as const;

export const AgentChoiceSchema = Type.Object(AgentFields, closed);
export type AgentChoice = Static<typeof AgentChoiceSchema>;

export const StartConfigSchema = Type.Object({}, { ...closed, description: 'Where an execution begins.' });

export const EndConfigSchema = Type.Object(
  {
    status: Type.Optional(Type.Union([Type.Literal('succeeded'), Type.Literal('failed')], { default: 'succeeded', description: 'How an execution that comes here ends.' })),
    message: Type.Optional(template('Why, for a person.')),
    result: Type.Optional(Variables),
  },
  { ...closed, description: 'Where a path ends. The execution ends when nothing runs or waits any more.' },
);
export type EndConfig = Static<typeof EndConfigSchema>;

export const AmpConfigSchema = Type.Object(
  {
    prompt: template('What the agent is to do.', { minLength: 1 }),
    ...AgentFields,
    session: Type.Optional(template('Id of the session to go on with. Default: on the first run a new session; on later runs of this node the session of its first run.')),
    newSession: Type.Optional(Type.Boolean({ default: false, description: 'Always begin a new session, also on later runs of this node.' })),
    name: Type.Optional(template('Name of a new session.')),
    baseBranch: Type.Optional(template('Branch that a new session starts from. Default: the branch that is checked out.')),
    budgetUSD: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000, description: 'Limit of a new session, in dollars.' })),
  },
  { ...closed, description: 'Runs a coding agent in a session of its own.' },
);
export type AmpConfig = Static<typeof AmpConfigSchema>;

export const TestConfigSchema = Type.Object(
  { session: SessionRef, command: Type.Optional(Argv) },
  { ...closed, description: 'Runs tests in the worktree of a session. Default: the tests of the project. Outcomes: passed, failed.' },
);
export type TestConfig = Static<typeof TestConfigSchema>;

export const EvalConfigNodeSchema = Type.Object(
  {
    session: SessionRef,
    suite: Type.Optional(template('Suite of .amp/evals.json. Default: that of the merge gate.')),
    only: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 200, description: 'Only these evaluators.' })),
    minScore: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'Lowest score that passes, besides what the gate asks for.' })),
  },
  { ...closed, description: 'Evaluates a session as a merge would make it. Outcomes: passed, failed, errored.' },
);
export type EvalNodeConfig = Static<typeof EvalConfigNodeSchema>;

export const ApprovalConfigSchema = Type.Object(
  {
    message: template('What is asked.', { minLength: 1 }),
    session: SessionRef,
    content: Type.Optional(Type.Unknown({ description: 'What the decision is bound to, besides the session and its last commit: a value whose texts may hold ${…}. When it changes before the decision has been used, the question opens again.' })),
    quorum: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 1, description: 'How many different people must approve. One rejection rejects.' })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: longestWaitMs, description: 'After that time the outcome is timeout.' })),
  },
  { ...closed, description: 'Asks a person. Outcomes: approved, rejected, timeout.' },
);
export type ApprovalConfig = Static<typeof ApprovalConfigSchema>;

export const ParallelConfigSchema = Type.Object(
  {
    join: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('any'), Type.Integer({ minimum: 1, maximum: 1000 })], { default: 'all', description: 'Which of the incoming paths it waits for: all that are still under way, any one, or a number of them. Paths that are not needed any more are cancelled.' })),
    failure: Failure,
  },
  { ...closed, description: 'Forks into all paths that leave it, or joins those that come in.' },
);
export type ParallelConfig = Static<typeof ParallelConfigSchema>;

export const ConditionConfigSchema = Type.Object(
  { expression: expression('Its value is the outcome: true, false, or a text.') },
  { ...closed, description: 'Chooses the way by an expression.' },
);
export type ConditionConfig = Static<typeof ConditionConfigSchema>;

export const ScriptConfigSchema = Type.Object(
  {
    source: Type.Optional(Type.String({ minLength: 1, maxLength: longestText, description: 'JavaScript: a function ({variables, nodes, execution}) => value. It runs in a sandbox without network, files and environment.' })),
    command: Type.Optional(Argv),
    session: SessionRef,
    idempotent: Type.Optional(Type.Boolean({ default: false, description: 'The command may run twice without harm: after a crash it is run again instead of asking.' })),
  },
  { ...closed, description: 'A program: a sandboxed function (source), or a command in the worktree of a session (command).' },
);
export type ScriptConfig = Static<typeof ScriptConfigSchema>;

export const MergeConfigSchema = Type.Object(
  { session: SessionRef, message: Type.Optional(template('Message of the commit.')), keepWorktree: Type.Optional(Type.Boolean({ default: false })) },
  { ...closed, description: 'Merges a session into its base branch, through the gate.' },
);
export type MergeConfig = Static<typeof MergeConfigSchema>;

export const ForEachConfigSchema = Type.Object(
  {
    items: expression('The list.'),
    as: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 100, default: 'item', description: 'Name of the variable that holds the item; `index` holds its number.' })),
    workflow: Type.Optional(template('Workflow that is run for each item, by its id.', { minLength: 1 })),
    step: Type.Optional(Type.Object({ type: Type.Union(itemStepTypes.map((type) => Type.Literal(type))), config: Type.Record(Type.String(), Type.Unknown()) }, { ...closed, description: 'One step that is run for each item.' })),
    variables: Type.Optional(Variables),
    concurrency: Concurrency,
    failure: Failure,
    maxItems: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'A longer list is an error.' })),
  },
  { ...closed, description: 'Runs a step or a workflow for each item of a list. Outcomes: passed, failed.' },
);
export type ForEachConfig = Static<typeof ForEachConfigSchema>;

export const BestOfConfigSchema = Type.Object(
  {
    prompt: template('What each attempt is to do.', { minLength: 1 }),
    attempts: Type.Integer({ minimum: 2, maximum: 10, description: 'How many sessions try.' }),
    agents: Type.Optional(Type.Array(AgentChoiceSchema, { minItems: 1, maxItems: 10, description: 'Who tries; in turn, when there are fewer than attempts.' })),
    suite: Type.Optional(template('Suite by which the attempts are judged.')),
    select: Type.Optional(expression('Index of the best one, over `attempts`: [{index, sessionId, score, passed, costUSD, summary}]. Default: the one that passes with the highest score, then the cheapest.')),
    concurrency: Concurrency,
    keepOthers: Type.Optional(Type.Boolean({ default: false, description: 'Keep the sessions that were not chosen. Else they are deleted; each can be restored from its trash ref.' })),
    baseBranch: Type.Optional(template('Branch that the sessions start from.')),
    budgetUSD: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000, description: 'Limit of each session, in dollars.' })),
  },
  { ...closed, description: 'Several sessions try the same; the best one goes on. Outcomes: passed, failed (none passes).' },
);
export type BestOfConfig = Static<typeof BestOfConfigSchema>;

export const WorkflowConfigSchema = Type.Object(
  { workflow: template('The workflow to run, by its id.', { minLength: 1 }), variables: Type.Optional(Variables) },
  { ...closed, description: 'Runs another workflow as one step. Outcomes: passed, failed.' },
);
export type WorkflowNodeConfig = Static<typeof WorkflowConfigSchema>;

export const WaitConfigSchema = Type.Object(
  { durationMs: Type.Optional(Type.Integer({ minimum: 0, maximum: longestWaitMs })), until: Type.Optional(expression('Epoch milliseconds or an ISO 8601 time.')) },
  { ...closed, description: 'Waits for a time or until a time, also over restarts.' },
);
export type WaitConfig = Static<typeof WaitConfigSchema>;

export const NotifyConfigSchema = Type.Object(
  { message: template('What is said.', { minLength: 1 }), level: Type.Optional(Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')], { default: 'info' })) },
  { ...closed, description: 'Tells a person something.' },
);
export type NotifyConfig = Static<typeof NotifyConfigSchema>;

export const nodeConfigSchemas = {
  start: StartConfigSchema,
  amp: AmpConfigSchema,
  test: TestConfigSchema,
  eval: EvalConfigNodeSchema,
  approval: ApprovalConfigSchema,
  parallel: ParallelConfigSchema,
  condition: ConditionConfigSchema,
  end: EndConfigSchema,
  script: ScriptConfigSchema,
  merge: MergeConfigSchema,
  forEach: ForEachConfigSchema,
  bestOf: BestOfConfigSchema,
  workflow: WorkflowConfigSchema,
  wait: WaitConfigSchema,
  notify: NotifyConfigSchema,
} as const satisfies Record<NodeType, TSchema>;

/** Fields whose whole text is an expression; all other texts of a config are templates. A script's source is neither. */
export const expressionFields: Readonly<Partial<Record<NodeType, readonly string[]>>> = { condition: ['expression'], forEach: ['items'], bestOf: ['select'], wait: ['until'] };

/** Outcomes that a node can have besides `failed`, which each node has when its step could not be done. */
export const nodeOutcomes: Readonly<Record<NodeType, readonly string[]>> = {
  start: ['passed'], amp: ['passed'], test: ['passed', 'failed'], eval: ['passed', 'failed', 'errored'], approval: ['approved', 'rejected', 'timeout'], parallel: ['passed', 'failed'],
  condition: ['true', 'false'], end: [], script: ['passed'], merge: ['passed'], forEach: ['passed', 'failed'], bestOf: ['passed', 'failed'], workflow: ['passed', 'failed'], wait: ['passed'], notify: ['passed'],
};

/** Only an edge that names such an outcome, or that is marked `otherwise`, is taken after it. */
export const negativeOutcomes = ['failed', 'errored', 'rejected', 'timeout'] as const;

import { formatDuration } from '../../base/format';
import { asList, asName, asNumber, asObject, asText, type JsonObject } from '../../base/jsonShape';
import { meant } from '../../base/nearestName';
import type { WorkflowGraph } from '../../model/workflow/graph';
import { isNodeType, nodeOutcomes, type NodeType } from '../../model/workflow/nodeConfig';
import { doubtful, wrong, type DefinitionProblem, type LooseDefinition, type NodeEntry } from './validateProblems';
import type { KnownNames } from '../workflowService';

type Path = DefinitionProblem['path'];

/** What no schema says of nodes and of the edges that leave them. */
export function nodeRules({ nodes, edges }: LooseDefinition, graph: WorkflowGraph, known: KnownNames): DefinitionProblem[] {
  const types = new Map(nodes.map(({ id, type }) => [id, type]));
  return [
    ...nodes.flatMap((node) => [
      ...(isNodeType(node.type) && node.config ? configRules(node.type, node.config, ['nodes', node.index, 'config'], known) : []),
      ...timeoutRules(node),
      ...joinRules(node, graph),
    ]),
    ...edges.flatMap(({ index, source, raw }) => outcomeRules(raw, types.get(source), ['edges', index])),
  ];
}

/** Exactly one of these says what the node does. */
const choices: Readonly<Partial<Record<NodeType, readonly [string, string]>>> = { script: ['source', 'command'], forEach: ['step', 'workflow'], wait: ['durationMs', 'until'] };
/** Texts that must say something. */
const texts: Readonly<Partial<Record<NodeType, readonly string[]>>> = { amp: ['prompt'], bestOf: ['prompt'], approval: ['message'], notify: ['message'], workflow: ['workflow'] };

function configRules(type: NodeType, config: JsonObject, path: Path, known: KnownNames): DefinitionProblem[] {
  const step = type === 'forEach' ? asObject(config['step']) : undefined;
  const [stepType, stepConfig] = [asText(step?.['type']), asObject(step?.['config'])];
  return [
    ...choiceRules(choices[type], config, path),
    ...(texts[type] ?? []).flatMap((name) => (isBlank(config[name]) ? [wrong('missing-value', [...path, name], 'It says nothing.')] : [])),
    ...(isBlank(asList(config['command'])[0]) ? [wrong('missing-value', [...path, 'command', 0], 'The program has no name.')] : []),
    ...agentRules(config, path, known),
    ...asList(config['agents']).flatMap((agent, index) => agentRules(asObject(agent) ?? {}, [...path, 'agents', index], known)),
    ...asList(type === 'eval' ? config['only'] : []).flatMap((name, index) => unknown('evaluator', name, known.evaluators, [...path, 'only', index])),
    ...unknown('suite', config['suite'], known.suites, [...path, 'suite']),
    ...(type === 'workflow' || type === 'forEach' ? unknown('workflow', config['workflow'], known.workflows, [...path, 'workflow']) : []),
    ...(isNodeType(stepType) && stepType !== 'forEach' && stepConfig ? configRules(stepType, stepConfig, [...path, 'step', 'config'], known) : []),
  ];
}

function choiceRules(choice: readonly [string, string] | undefined, config: JsonObject, path: Path): DefinitionProblem[] {
  if (!choice) return [];
  const [first, second] = choice;
  const given = choice.filter((name) => config[name] !== undefined);
  if (given.length === 0) return [wrong('missing-value', path, `One of "${first}" and "${second}" is missing.`, 'start')];
  return given.length === 1 ? [] : [wrong('exactly-one', [...path, second], `There is exactly one of "${first}" and "${second}", and "${first}" is here already.`, 'name')];
}

function agentRules(config: JsonObject, path: Path, known: KnownNames): DefinitionProblem[] {
  const { agent, argv, recording } = config;
  return [
    ...unknown('agent', agent, known.agents, [...path, 'agent']),
    ...(agent === 'command' && argv === undefined ? [wrong('missing-value', path, '"argv" is missing: the program that is the agent.', 'start')] : []),
    ...(agent === 'replay' && recording === undefined ? [wrong('missing-value', path, '"recording" is missing: what the agent replays.', 'start')] : []),
  ];
}

/** Only of a name that is written out. */
function unknown(kind: string, name: unknown, known: readonly string[] | undefined, path: Path): DefinitionProblem[] {
  if (known === undefined || typeof name !== 'string' || name === '' || name.includes('${') || known.includes(name)) return [];
  return [wrong(`unknown-${kind}`, path, `There is no ${kind} of this name.${meant(name, known)}`)];
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && asName(value) === undefined;
}

function timeoutRules({ index, type, raw, config = {} }: NodeEntry): DefinitionProblem[] {
  const all = asNumber(raw['timeoutMs']);
  const retry = asObject(raw['retry']) ?? {};
  const most = asNumber(retry['maxBackoffMs']);
  const longer = (path: Path, value: unknown, what: string): DefinitionProblem[] => {
    const time = asNumber(value);
    return all === undefined || time === undefined || time <= all ? [] : [doubtful('timeouts-contradict', ['nodes', index, ...path], `${what} ends after ${formatDuration(all)} already, by "timeoutMs" of the node.`)];
  };
  return [
    ...longer(['attemptTimeoutMs'], raw['attemptTimeoutMs'], 'An attempt'),
    ...(type === 'approval' ? longer(['config', 'timeoutMs'], config['timeoutMs'], 'The question') : []),
    ...(type === 'wait' ? longer(['config', 'durationMs'], config['durationMs'], 'The wait') : []),
    ...(most !== undefined && (asNumber(retry['backoffMs']) ?? 0) > most ? [doubtful('timeouts-contradict', ['nodes', index, 'retry', 'backoffMs'], `No wait is longer than ${formatDuration(most)}, by "maxBackoffMs".`)] : []),
  ];
}

function joinRules({ index, id, type, config = {} }: NodeEntry, graph: WorkflowGraph): DefinitionProblem[] {
  const join = type === 'parallel' && id !== undefined ? asNumber(config['join']) : undefined;
  const paths = join === undefined || id === undefined ? 0 : graph.incoming(id).length;
  return join === undefined || join <= paths ? [] : [doubtful('too-few-paths', ['nodes', index, 'config', 'join'], `It waits for ${join} paths, and ${paths === 1 ? '1 comes' : `${paths} come`} in.`)];
}

function outcomeRules(edge: JsonObject, source: string | undefined, path: Path): DefinitionProblem[] {
  const outcome = asName(edge['outcome']);
  const both = outcome !== undefined && edge['otherwise'] === true ? [wrong('outcome-and-otherwise', [...path, 'otherwise'], 'An edge has an outcome, or it is taken otherwise.', 'name')] : [];
  // A condition may give any text.
  if (outcome === undefined || !isNodeType(source) || source === 'condition' || source === 'end') return both;
  const possible = [...new Set([...nodeOutcomes[source], 'failed'])];
  if (possible.includes(outcome)) return both;
  return [...both, wrong('unknown-outcome', [...path, 'outcome'], `A node of type ${source} never has this outcome, only ${possible.join(', ')}.${meant(outcome, possible)}`)];
}

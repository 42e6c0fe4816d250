import { formatDuration, formatPlural } from '../../src/base/format';
import { asList, asName, asNumber, asText, type JsonObject } from '../../src/base/jsonShape';
import { isNodeType, type NodeType } from '../../src/model/workflow/nodeConfig';
import { agentLabel } from '../shared/looks';

const longest = 200;

/** One line that says what a node does, as the graph shows it; empty when nothing is set yet. Never throws, whatever the config holds. */
export function configSummary(type: string, config: JsonObject): string {
  const line = isNodeType(type) ? summaries[type](config) : 'This version does not know this type';
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

const summaries: Readonly<Record<NodeType, (config: JsonObject) => string>> = {
  start: () => '',
  amp: (config) => joined(agent(config), firstLine(config['prompt'])),
  test: (config) => command(config) || 'Tests of the project',
  eval: (config) => joined(asName(config['suite']) ?? 'Suite of the merge gate', only(config), atLeast(config)),
  approval: (config) => joined(firstLine(config['message']), quorum(config)),
  parallel: (config) => joined(joinWords(config['join']), config['failure'] === 'settle' ? 'settles' : ''),
  condition: (config) => firstLine(config['expression']),
  end: (config) => joined(config['status'] === 'failed' ? 'Failed' : 'Succeeded', firstLine(config['message'])),
  script: (config) => firstLine(config['source']) || command(config),
  merge: (config) => firstLine(config['message']) || 'Into its base branch',
  forEach: (config) => joined(firstLine(config['items']), each(config)),
  bestOf: (config) => joined(count(config['attempts'], 'attempt'), firstLine(config['prompt'])),
  workflow: (config) => firstLine(config['workflow']),
  wait: (config) => {
    const duration = asNumber(config['durationMs']);
    const until = firstLine(config['until']);
    return duration !== undefined ? formatDuration(duration) : until === '' ? '' : `until ${until}`;
  },
  notify: (config) => firstLine(config['message']),
};

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function firstLine(value: unknown): string {
  return (asText(value) ?? '').split('\n').map((line) => line.trim()).find((line) => line !== '') ?? '';
}

function command(config: JsonObject): string {
  return asList(config['command']).filter((part) => typeof part === 'string').join(' ');
}

function agent(config: JsonObject): string {
  const name = asName(config['agent']);
  return name === undefined ? '' : agentLabel(name);
}

function only(config: JsonObject): string {
  return asList(config['only']).filter((name) => typeof name === 'string').join(', ');
}

function atLeast(config: JsonObject): string {
  const score = asNumber(config['minScore']);
  return score === undefined ? '' : `at least ${score}`;
}

function quorum(config: JsonObject): string {
  const people = asNumber(config['quorum']) ?? 1;
  return people > 1 ? formatPlural(people, 'person', 'people') : '';
}

function joinWords(join: unknown): string {
  if (join === 'any') return 'Waits for any path';
  return typeof join === 'number' ? `Waits for ${formatPlural(join, 'path')}` : 'Waits for all paths';
}

function each(config: JsonObject): string {
  const workflow = asName(config['workflow']);
  const step = config['step'];
  if (workflow !== undefined) return workflow;
  return typeof step === 'object' && step !== null && 'type' in step && typeof step.type === 'string' ? step.type : '';
}

function count(value: unknown, noun: string): string {
  const number = asNumber(value);
  return number === undefined ? '' : formatPlural(number, noun);
}

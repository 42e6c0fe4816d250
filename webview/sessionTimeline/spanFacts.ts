import { formatCost, formatCount, formatExactCost, formatTimestamp } from '../../src/base/format';
import type { CostBasis } from '../../src/model/money';
import { priceAttribute } from '../../src/model/pricing';
import type { AmpTraceEvent, Attributes, AttributeValue } from '../../src/model/span';
import type { Usage } from '../../src/model/usage';
import { tokensIn, tokensOut } from '../../src/model/usage';
import { optional, type Fact } from '../shared/Facts';

/** A long text with a heading. `path` finds out whether it was cut. */
export interface Passage {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

const basisWords: Readonly<Record<CostBasis, string>> = {
  reported: 'reported by the provider or agent',
  computed: 'computed from the price of this model',
  approximate: 'computed, but price or tokens only nearly fit',
  unknown: 'unknown: nobody reported it and there is no price',
};

const passageNames: Readonly<Record<string, string>> = {
  'amp.thought': 'Thinking',
  'amp.text': 'Text',
  'gen_ai.tool.call.arguments': 'Input',
  'gen_ai.tool.call.result': 'Output',
};

export function tokenFacts(usage: Usage | undefined): readonly Fact[] {
  if (usage === undefined) return [];
  const { input, output } = usage;
  const part = (name: string, count: number): readonly Fact[] => (count === 0 ? [] : [{ name, value: formatCount(count) }]);
  return [
    { name: 'Input', value: formatCount(tokensIn(usage)), title: 'All input tokens, cached ones included' },
    ...part('  not cached', input.text),
    ...part('  cache read', input.cacheRead),
    ...part('  cache write (5 min)', input.cacheWrite5m),
    ...part('  cache write (1 h)', input.cacheWrite1h),
    { name: 'Output', value: formatCount(tokensOut(usage)), title: 'All output tokens, reasoning included' },
    ...part('  reasoning', output.reasoning),
  ];
}

export function costFacts({ usage, costNano, costBasis }: Pick<AmpTraceEvent, 'usage' | 'costNano' | 'costBasis'>): readonly Fact[] {
  if (usage === undefined && costNano === undefined && costBasis === undefined) return [];
  if (costNano === undefined && costBasis === undefined) return [{ name: 'Cost', value: formatCost(undefined), title: 'Only the cost of the whole run is known' }, { name: 'Basis', value: 'part of the run total' }];
  const cost: Fact = { name: 'Cost', value: formatCost(costNano, { estimate: costBasis === 'approximate' }), ...(costNano === undefined ? {} : { title: formatExactCost(costNano) }) };
  return [cost, { name: 'Basis', value: basisWords[costBasis ?? 'unknown'] }];
}

export function timeFacts(tsStart: number, tsEnd: number | undefined): readonly Fact[] {
  return [{ name: 'Started', value: formatTimestamp(tsStart) }, ...(tsEnd === undefined ? [] : [{ name: 'Ended', value: formatTimestamp(tsEnd) }])];
}

export function idFacts({ id, parentId, iterationId, sessionId }: AmpTraceEvent): readonly Fact[] {
  return [{ name: 'Step', value: id }, ...optional('Parent', parentId), ...optional('Iteration', iterationId), { name: 'Session', value: sessionId }];
}

/** Texts that deserve room, in reading order: thinking, text, input, output. An input's arguments are shown one by one. */
export function passages(attrs: Attributes): readonly Passage[] {
  return Object.entries(passageNames).flatMap(([key, name]) => {
    const value = attrs[key];
    if (value === undefined || value === null || value === '') return [];
    if (typeof value === 'string') return [{ name, path: `attrs.${key}`, text: value }];
    if (!isObject(value)) return [{ name, path: `attrs.${key}`, text: JSON.stringify(value, undefined, 2) }];
    return Object.entries(value).map(([argument, text]) => ({ name: `${name}: ${argument}`, path: `attrs.${key}`, text: textOf(text) }));
  });
}

/** The price is left out: the explanation of the cost says it in words. */
export function otherAttributes(attrs: Attributes): readonly Fact[] {
  return Object.entries(attrs).flatMap(([name, value]) => (name in passageNames || name === priceAttribute ? [] : [{ name, value: textOf(value) }]));
}

function textOf(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

function isObject(value: AttributeValue): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

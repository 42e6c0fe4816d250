import { formatCount, formatExactCost } from '../base/format';
import type { AppliedPrice, UnitPrices } from './pricing';
import { estimatedUsageAttribute, priceAttribute } from './pricing';
import type { AmpTraceEvent, AttributeValue, Attributes } from './span';
import type { Usage } from './usage';
import { isNoUsage } from './usage';

type Costed = Pick<AmpTraceEvent, 'usage' | 'costNano' | 'costBasis' | 'model' | 'provider' | 'attrs'>;

/** True on the span that settles what a run reports as a whole with what its calls were counted at. */
export const settlementAttribute = 'amp.usage.settlement';
/** On a settlement: what the run's calls had been priced at, in nano-dollars, before the reported total. True on a call: its run's total settles what is not exact in its own cost. */
export const settledAttribute = 'amp.cost.settled';
/** On a settlement of one of several days: what was reported for the whole run, in nano-dollars. */
export const settledWholeAttribute = 'amp.cost.settled_whole';

/** The kinds of tokens in the order in which a price is explained. */
const kinds = [
  { name: 'input', tokens: ({ input }: Usage) => input.text, unit: ({ input }: UnitPrices) => input.text },
  { name: 'cache read', tokens: ({ input }: Usage) => input.cacheRead, unit: ({ input }: UnitPrices) => input.cacheRead },
  { name: 'cache write (5 min)', tokens: ({ input }: Usage) => input.cacheWrite5m, unit: ({ input }: UnitPrices) => input.cacheWrite5m },
  { name: 'cache write (1 h)', tokens: ({ input }: Usage) => input.cacheWrite1h, unit: ({ input }: UnitPrices) => input.cacheWrite1h },
  { name: 'output', tokens: ({ output }: Usage) => output.text, unit: ({ output }: UnitPrices) => output.text },
  { name: 'reasoning', tokens: ({ output }: Usage) => output.reasoning, unit: ({ output }: UnitPrices) => output.reasoning },
] as const;

/** The arithmetic of one span's cost, a line a step, or why it is not known; empty for a span that costs nothing by its nature. */
export function explainCost(span: Costed): string[] {
  const { usage, costNano, costBasis, attrs } = span;
  if (usage === undefined && costNano === undefined && costBasis === undefined) return [];
  const price = appliedPrice(attrs);
  if (costNano === undefined) return whyUnknown(span);
  if (costBasis === 'reported' || price === undefined || usage === undefined) return [...reported(span), ...estimated(attrs)];
  return [...arithmetic(usage, price), `Sum: ${formatExactCost(costNano)}, rounded once to a nano-dollar`, ...conditions(price), ...estimated(attrs), ...(attrs[settledAttribute] === true ? ['What the run reported as a whole settles the difference: the sum of its calls is exact'] : []), source(price), ...(costBasis === 'approximate' && price.approximation === undefined && attrs[estimatedUsageAttribute] !== true ? ['Approximate.'] : [])];
}

function arithmetic(usage: Usage, { units }: AppliedPrice): string[] {
  if (isNoUsage(usage)) return ['No tokens'];
  return kinds.flatMap(({ name, tokens, unit }) => {
    const [count, nanoPerMillion] = [tokens(usage), unit(units)];
    if (!(count > 0)) return [];
    return [`${formatCount(count)} ${name} × ${formatExactCost(nanoPerMillion)} per million = ${product(count, nanoPerMillion)}`];
  });
}

/** Exact: a token's price has up to six digits beyond the nano-dollar. */
function product(tokens: number, nanoPerMillion: number): string {
  if (!Number.isSafeInteger(tokens) || !Number.isSafeInteger(nanoPerMillion)) return '—';
  const digits = (BigInt(tokens) * BigInt(nanoPerMillion)).toString().padStart(16, '0');
  const fraction = digits.slice(-15).replace(/0{1,13}$/, '');
  return `$${formatCount(Number(digits.slice(0, -15)))}.${fraction}`;
}

function conditions({ tierAbove, serviceTier, approximation }: AppliedPrice): string[] {
  return [
    ...(tierAbove === undefined ? [] : [`Prices for requests of more than ${formatCount(tierAbove)} input tokens, cached ones included`]),
    ...(serviceTier === undefined ? [] : [`Prices of the service tier "${serviceTier}"`]),
    ...(approximation === undefined ? [] : [`Approximate: ${approximation}`]),
  ];
}

function source({ model, provider, source: list, version }: AppliedPrice): string {
  return list === 'overlay' ? `Price of "${model}" in your own file of prices (version ${version})` : `Price of ${model} (${provider}) in ${list} ${version}`;
}

function reported({ costNano = 0, costBasis, attrs }: Costed): string[] {
  const [settled, whole] = [attrs[settledAttribute], attrs[settledWholeAttribute]];
  if (attrs[settlementAttribute] === true && typeof settled === 'number' && costBasis !== 'reported') {
    return [`More became known of a call after its end: it cost ${formatExactCost(costNano + settled)}, and ${formatExactCost(settled)} had been counted`, `The difference: ${formatExactCost(costNano)}`];
  }
  if (attrs[settlementAttribute] === true && typeof settled === 'number') {
    const difference = typeof whole === 'number' ? whole - settled : costNano;
    return [
      `Reported for the whole run: ${formatExactCost(difference + settled)}`,
      `Its calls were counted at: ${formatExactCost(settled)}`,
      `The difference: ${formatExactCost(difference)}${difference < 0 ? ', an adjustment: the calls had been priced too high' : ''}`,
      ...(typeof whole === 'number' ? [`The part of this day, as its calls were counted: ${formatExactCost(costNano)}`] : []),
    ];
  }
  if (costBasis === 'reported') return [`Reported by the provider or agent: ${formatExactCost(costNano)}`];
  return [`${formatExactCost(costNano)}: the prices it was computed from are not on record`];
}

function whyUnknown({ costBasis, model, usage, attrs }: Costed): string[] {
  if (costBasis === undefined) return ['Only the cost of the whole run is known: this call is part of it'];
  if (attrs[settlementAttribute] === true && usage !== undefined && isNoUsage(usage)) return ['Unknown: not all of what the run used was told'];
  return [`Unknown: nobody reported a cost, and there is no price for ${model === undefined ? 'a model without a name' : `"${model}"`}`, 'Prices of your own can be set in a file; see the setting "Costs: Prices File"', ...estimated(attrs)];
}

function estimated(attrs: Attributes): string[] {
  return attrs[estimatedUsageAttribute] === true ? ['The tokens are an estimate: the provider did not tell all of them'] : [];
}

/** The price that a span's cost was computed from; undefined when none is on record, or none that can be read. */
export function appliedPrice(attrs: Attributes): AppliedPrice | undefined {
  const value = attrs[priceAttribute];
  if (!isObject(value)) return undefined;
  const { model, provider, source: list, version, units, tierAbove, serviceTier, approximation } = value;
  if (typeof model !== 'string' || typeof provider !== 'string' || typeof version !== 'string' || (list !== 'genai-prices' && list !== 'overlay') || !isUnits(units)) return undefined;
  return {
    model,
    provider,
    source: list,
    version,
    units,
    ...(typeof tierAbove === 'number' ? { tierAbove } : {}),
    ...(serviceTier === 'batch' || serviceTier === 'flex' || serviceTier === 'priority' ? { serviceTier } : {}),
    ...(typeof approximation === 'string' ? { approximation } : {}),
  };
}

/** As an attribute of its span. */
export function priceAttributes(price: AppliedPrice): Attributes {
  return { [priceAttribute]: { ...price, units: { input: { ...price.units.input }, output: { ...price.units.output } } } };
}

function isUnits(value: AttributeValue | undefined): value is { input: UnitPrices['input']; output: UnitPrices['output'] } {
  return isObject(value) && areCounts(value['input'], ['text', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']) && areCounts(value['output'], ['text', 'reasoning']);
}

function areCounts(value: AttributeValue | undefined, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => Number.isSafeInteger(value[name]));
}

function isObject(value: AttributeValue | undefined): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

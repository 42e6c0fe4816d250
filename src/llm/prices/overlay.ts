import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Type, type Static } from '@sinclair/typebox';
import { Ajv, type ValidateFunction } from 'ajv';
import { errorMessage, OrchestratorError, systemCode } from '../../base/errors';
import type { UnitPrices } from '../../model/pricing';
import { providers, type Provider } from '../../model/span';
import { toNano } from './unitPrices';

/** Ten thousand times what a model costs today: more is a mistake in the unit. */
const dearestUSD = 100_000;
const Price = Type.Number({ minimum: 0, maximum: dearestUSD });

const OverlaySchema = Type.Object(
  {
    version: Type.Literal(1),
    models: Type.Array(
      Type.Object(
        {
          provider: Type.Optional(Type.Union(providers.map((name) => Type.Literal(name)))),
          model: Type.String({ minLength: 1, maxLength: 200 }),
          match: Type.Optional(Type.Union([Type.Literal('exact'), Type.Literal('prefix')])),
          inputPerMillion: Price,
          cacheReadPerMillion: Type.Optional(Price),
          cacheWrite5mPerMillion: Type.Optional(Price),
          cacheWrite1hPerMillion: Type.Optional(Price),
          outputPerMillion: Price,
          reasoningPerMillion: Type.Optional(Price),
        },
        { additionalProperties: false },
      ),
      { maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);
type OverlayFile = Static<typeof OverlaySchema>;
type OverlayEntry = OverlayFile['models'][number];

/** Compiled for the first file: most people have none. */
let compiled: ValidateFunction<OverlayFile> | undefined;
const advice = 'Correct the file; it looks like {"version": 1, "models": [{"model": "my-model", "inputPerMillion": 3, "outputPerMillion": 15}]} with prices in USD per million tokens.';

export interface OverlayMatch {
  readonly model: string;
  readonly units: UnitPrices;
  readonly exact: boolean;
}

/** A person's own prices. */
export interface Overlay {
  readonly version: string;
  find(model: string, provider: Provider): OverlayMatch | undefined;
}

/** Ten thousand models fit into it. */
const mostBytes = 4 * 1024 * 1024;

/** Of a plain file of sensible size: a pipe or a device would never end. */
async function readText(file: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error('it is no plain file');
    if (found.size > mostBytes) throw new Error(`it is larger than ${mostBytes / 1024 / 1024} MiB`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file of prices; undefined when there is none.
 * @throws OrchestratorError `prices-invalid` that names the place in the file
 */
export async function readOverlay(file: string): Promise<Overlay | undefined> {
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new OrchestratorError('prices-invalid', `The file of prices ${file} could not be read: ${errorMessage(error)}.`, 'Make it readable, or take it away.', { cause: error });
  }
  const { models } = parse(text, file);
  const prices = models.map((entry) => ({ entry, id: plain(entry.model), units: unitsOf(entry) }));
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return {
    version,
    find: (model, provider) => {
      const id = plain(model);
      const fitting = prices.filter(({ entry }) => entry.provider === undefined || entry.provider === provider);
      // An exact name before any beginning, the longer beginning before the shorter one, an entry for the provider before one for all.
      const exact = fitting.filter((price) => price.id === id).sort(forProviderFirst)[0];
      const found = exact ?? fitting.filter((price) => price.entry.match === 'prefix' && id.startsWith(price.id)).sort((a, b) => b.id.length - a.id.length || forProviderFirst(a, b))[0];
      return found && { model: found.entry.model, units: found.units, exact: found.id === id };
    },
  };
}

function parse(text: string, file: string): OverlayFile {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new OrchestratorError('prices-invalid', `The file of prices ${file} is no JSON: ${errorMessage(error)}.`, advice, { cause: error });
  }
  const check = (compiled ??= new Ajv({ allErrors: false, strict: true }).compile<OverlayFile>(OverlaySchema));
  if (!check(value)) {
    const [problem] = check.errors ?? [];
    const unknown = problem?.keyword === 'additionalProperties' ? ` ("${String(problem.params['additionalProperty'])}")` : '';
    throw new OrchestratorError('prices-invalid', `The file of prices ${file} is not right at ${problem?.instancePath === '' || problem === undefined ? 'its top' : problem.instancePath}: it ${problem?.message ?? 'has another form'}${unknown}.`, advice);
  }
  const twice = value.models.find((entry, index) => value.models.findIndex((other) => plain(other.model) === plain(entry.model) && other.provider === entry.provider) !== index);
  if (twice) throw new OrchestratorError('prices-invalid', `The file of prices ${file} has two prices of "${twice.model}".`, 'Keep one of them.');
  return value;
}

function unitsOf(entry: OverlayEntry): UnitPrices {
  const text = toNano(entry.inputPerMillion);
  const output = toNano(entry.outputPerMillion);
  const orElse = (usd: number | undefined, other: number): number => (usd === undefined ? other : toNano(usd));
  const cacheWrite5m = orElse(entry.cacheWrite5mPerMillion, text);
  return {
    input: { text, cacheRead: orElse(entry.cacheReadPerMillion, text), cacheWrite5m, cacheWrite1h: orElse(entry.cacheWrite1hPerMillion, cacheWrite5m) },
    output: { text: output, reasoning: orElse(entry.reasoningPerMillion, output) },
  };
}

function forProviderFirst(a: { readonly entry: OverlayEntry }, b: { readonly entry: OverlayEntry }): number {
  return Number(b.entry.provider !== undefined) - Number(a.entry.provider !== undefined);
}

function plain(model: string): string {
  return model.trim().toLowerCase();
}

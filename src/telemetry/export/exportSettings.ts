import { Type } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { addressOf, plainEndpoint } from '../../base/endpoint';
import { OrchestratorError } from '../../base/errors';
import { exportDialects, otlpProtocols, type ExportSettings } from '../../model/telemetryExport';

const settingsSchema = Type.Object(
  {
    endpoint: Type.String(),
    protocol: Type.Union(otlpProtocols.map((protocol) => Type.Literal(protocol)), { default: 'http/protobuf' }),
    headers: Type.Record(Type.String(), Type.String(), { default: {} }),
    content: Type.Boolean({ default: false }),
    dialect: Type.Union(exportDialects.map((dialect) => Type.Literal(dialect)), { default: 'v1.41' }),
    metrics: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);

const ajv = new Ajv({ strict: true, useDefaults: true });
const fits = ajv.compile<ExportSettings>(settingsSchema);

/** What the request itself sets, or what would turn one request into two. */
const ownHeaders = new Set(['host', 'connection', 'content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'expect', 'upgrade', 'te', 'trailer', 'keep-alive']);
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const controlCharacters = /\p{Cc}/u;

/**
 * Settings as a person gave them, with what they left out filled in.
 * @throws OrchestratorError `endpoint-invalid` for an endpoint that is no plain http(s) URL, `invalid-argument` for anything else
 */
export function exportSettings(given: unknown): ExportSettings {
  // A copy: the editor gives out its settings as proxies, and defaults are filled in.
  const value: unknown = JSON.parse(JSON.stringify(given ?? null));
  if (!fits(value)) throw new OrchestratorError('invalid-argument', `The settings of the telemetry export do not fit: ${ajv.errorsText(fits.errors, { dataVar: 'settings' })}.`, 'See "Export" in the README for their form.');
  for (const [name, text] of Object.entries(value.headers)) checkHeader(name, text);
  return { ...value, endpoint: checkedEndpoint(value.endpoint) };
}

/** The URL that a signal is posted to. */
export function signalUrl({ endpoint }: Pick<ExportSettings, 'endpoint'>, signal: 'traces' | 'metrics'): string {
  return `${endpoint}/v1/${signal}`;
}

/**
 * The endpoint without a slash at its end, and without the path of a signal. What a URL may carry of secrets ends up in logs of proxies
 * and receivers, so it may carry nothing beside its path.
 */
function checkedEndpoint(endpoint: string): string {
  const checked = plainEndpoint(endpoint);
  if ('url' in checked) return addressOf(checked.url).replace(/\/v1\/(traces|metrics|logs)$/, '');
  switch (checked.fault) {
    case 'no-http':
      throw invalid('is not an http(s) URL', 'Give one such as http://localhost:4318.');
    case 'credentials':
      throw invalid('holds a name or a password', 'Put them into a header, for example Authorization.');
    case 'query':
      throw invalid('holds a query or a fragment', 'Put keys into headers.');
  }
}

/** Never with the endpoint itself: it may be what holds a password. */
function invalid(problem: string, advice: string): OrchestratorError {
  return new OrchestratorError('endpoint-invalid', `The endpoint of the telemetry export ${problem}.`, advice);
}

function checkHeader(name: string, value: string): void {
  if (!headerName.test(name)) throw new OrchestratorError('invalid-argument', 'A header of the telemetry export has no valid name.', 'Use letters, digits and dashes.');
  if (ownHeaders.has(name.toLowerCase())) throw new OrchestratorError('invalid-argument', `The header ${name} is set by the export itself.`, 'Leave it out.');
  if (controlCharacters.test(value)) throw new OrchestratorError('invalid-argument', `The header ${name} holds a line break or another control character.`, 'Give its value on one line.');
}

import { OrchestratorError } from '../../base/errors';
import type { ExportRedactor } from './redactor';

const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;
/** Shorter values (`1`, `test`) are no secrets: taking them out of all texts would only spoil those. */
const shortestSecret = 8;

/** Headers of an export. Their values are made known as secrets when they are first used. */
export class ExportHeaders {
  private readonly known = new Set<string>();

  constructor(
    private readonly templates: Readonly<Record<string, string>>,
    private readonly env: NodeJS.ProcessEnv,
    private readonly redactor: ExportRedactor,
  ) {}

  /**
   * With the values of the environment variables that they name.
   * @throws OrchestratorError `key-missing` when a variable is not set, `invalid-argument` when its value is no header's
   */
  resolve(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.templates).map(([name, template]) => [name, this.resolved(name, template)]));
  }

  private resolved(name: string, template: string): string {
    const value = template.replace(reference, (_all, variable: string) => {
      const found = this.env[variable]?.trim();
      if (found === undefined || found === '') throw new OrchestratorError('key-missing', `The environment variable ${variable}, which the header ${name} of the telemetry export names, is not set.`, 'Set it and start again.');
      return found;
    });
    if (/\p{Cc}/u.test(value)) throw new OrchestratorError('invalid-argument', `The header ${name} of the telemetry export holds a line break.`, 'Look at the environment variable that it names.');
    // `Bearer …`, `Basic …`: the key alone may turn up elsewhere too.
    for (const secret of [value, value.replace(/^\S+ +/, '')]) this.addSecret(name, secret);
    return value;
  }

  private addSecret(name: string, secret: string): void {
    if (secret.length < shortestSecret || this.known.has(secret)) return;
    this.known.add(secret);
    this.redactor.addSecret(`header ${name}`, secret);
  }
}

/**
 * Headers as one text, `name=value,name=value` with percent-encoding, the form of `OTEL_EXPORTER_OTLP_HEADERS` in OpenTelemetry's
 * specification of its exporters.
 * @throws OrchestratorError `invalid-argument`
 */
export function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim()).filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map((pair) => parseHeader(pair, decoded)));
}

/** One header as `NAME=VALUE`; the value may hold further `=`. */
export function parseHeader(pair: string, decode: (value: string) => string = (value) => value): [string, string] {
  const at = pair.indexOf('=');
  if (at <= 0) throw new OrchestratorError('invalid-argument', 'A header of the telemetry export has no value.', 'Give headers as NAME=VALUE.');
  return [pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

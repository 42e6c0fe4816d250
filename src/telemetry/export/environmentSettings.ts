import { OrchestratorError } from '../../base/errors';
import type { ExportSettings } from '../../model/telemetryExport';
import { parseHeaders } from './exportHeaders';
import { exportSettings } from './exportSettings';

const prefix = 'AMP_ORCHESTRATOR_OTLP_';

/**
 * What the environment says of the export, or undefined when it names no endpoint. Only our own variables count: a machine that has
 * OpenTelemetry's `OTEL_*` set for other programs has not asked us to send anything.
 * @throws OrchestratorError `endpoint-invalid`, `invalid-argument`
 */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): ExportSettings | undefined {
  const read = (name: string): string | undefined => env[`${prefix}${name}`]?.trim() || undefined;
  const endpoint = read('ENDPOINT');
  if (endpoint === undefined) return undefined;
  const [protocol, headers, dialect] = [read('PROTOCOL'), read('HEADERS'), read('DIALECT')];
  return exportSettings({
    endpoint,
    ...(protocol === undefined ? {} : { protocol }),
    ...(headers === undefined ? {} : { headers: parseHeaders(headers) }),
    ...(dialect === undefined ? {} : { dialect }),
    content: truth(`${prefix}CONTENT`, read('CONTENT'), false),
    metrics: truth(`${prefix}METRICS`, read('METRICS'), true),
  });
}

function truth(variable: string, value: string | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  if (/^(0|false|no|off)$/i.test(value)) return false;
  throw new OrchestratorError('invalid-argument', `${variable} is neither true nor false.`, 'Set it to true or false.');
}

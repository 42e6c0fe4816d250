import path from 'node:path';
import { OrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import { parseMoment } from '../../base/localDay';
import { exportFormats, type ExportFormat, type ExportSummary } from '../../model/telemetryExport';
import { text, type Command, type CommandInput } from '../command';
import { findSession } from '../findSession';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write telemetry to a file (JSON, CSV, Perfetto, OTLP), or send it to an OTLP receiver',
  usage: 'amp-orchestrator export --format otlp|json|csv|perfetto [--session ID] [--since DATE] [--out FILE] [--endpoint URL] [--header NAME=VALUE] [--content]',
  words: 0,
  options: {
    format: { type: 'string' },
    session: { type: 'string' },
    since: { type: 'string' },
    out: { type: 'string' },
    endpoint: { type: 'string' },
    header: { type: 'string', multiple: true },
    content: { type: 'boolean' },
  },
  run: exportTelemetry,
};

/** Without `--out`, a file's text goes to standard output; with an endpoint, OTLP goes there. */
async function exportTelemetry(input: CommandInput): Promise<number> {
  const { values, orchestrator, print, signal } = input;
  const { telemetryExports } = orchestrator;
  const format = formatOf(values);
  const sessionId = text(values['session']) === undefined ? undefined : (await findSession({ ...input, positionals: [text(values['session']) ?? ''] })).session.id;
  const scope = { sessionId, since: sinceOf(values) };
  const content = values['content'] === true;
  const out = text(values['out']);
  const receiver = format === 'otlp' && out === undefined ? receiverOf(input) : undefined;
  if (text(values['endpoint']) !== undefined && receiver === undefined) throw new OrchestratorError('invalid-argument', 'An endpoint is for --format otlp without --out.', 'Leave one of them out.');
  if (receiver !== undefined) {
    print(`Sent ${told(await telemetryExports.send({ ...receiver, content: content || receiver['content'] === true }, scope, signal))} to ${String(receiver['endpoint'])}.`);
    return 0;
  }
  const request = { format, content, ...scope };
  try {
    if (out === undefined) {
      await telemetryExports.writeTo(process.stdout, request, signal);
      return 0;
    }
    const file = path.resolve(out);
    print(`Wrote ${told(await telemetryExports.writeFile(request, file, signal))} to ${file}.`);
    return 0;
  } catch (error) {
    if (signal.aborted) return 130;
    throw error;
  }
}

/** What was given on the command line goes before the environment; undefined when neither names an endpoint. */
function receiverOf({ values, orchestrator }: CommandInput): Record<string, unknown> | undefined {
  const endpoint = text(values['endpoint']);
  const given: unknown = values['header'];
  const headers = Object.fromEntries((Array.isArray(given) ? given : []).map((pair) => header(String(pair))));
  const environment = orchestrator.telemetryExports.environmentSettings();
  if (endpoint === undefined) return environment && { ...environment, headers: { ...environment.headers, ...headers } };
  // Headers of the environment belong to its endpoint and go to no other.
  return { endpoint, headers };
}

function header(pair: string): [string, string] {
  const at = pair.indexOf('=');
  if (at <= 0) throw new OrchestratorError('invalid-argument', 'A --header has no value.', 'Give --header NAME=VALUE, and a key as ${env:VARIABLE}: what is on a command line, every program of the machine can read.');
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

function formatOf(values: CommandInput['values']): ExportFormat {
  const wanted = text(values['format']);
  const known = exportFormats.find((format) => format === wanted);
  if (known) return known;
  throw new OrchestratorError('invalid-argument', wanted === undefined ? 'No format was given.' : `There is no format "${wanted}".`, `Choose one with --format: ${exportFormats.join(', ')}.`);
}

/** A date without a time begins at local midnight. */
function sinceOf(values: CommandInput['values']): number | undefined {
  const given = text(values['since']);
  if (given === undefined) return undefined;
  const since = parseMoment(given);
  if (since === undefined) throw new OrchestratorError('invalid-argument', `"${given}" is no date.`, 'Give one such as 2026-11-22 or 2026-11-22T15:30:00Z.');
  return since;
}

function told({ sessions, spans, leftOut }: ExportSummary): string {
  return `${formatPlural(spans, 'span')} of ${formatPlural(sessions, 'session')}${leftOut === 0 ? '' : ` (without ${formatPlural(leftOut, 'span')} still under way)`}`;
}

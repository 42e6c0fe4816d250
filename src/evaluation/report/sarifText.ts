import type { FindingRange, FindingSeverity } from '../../model/evalResult';

export interface SarifRegion {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

export type SarifLevel = 'error' | 'warning' | 'note';

export function sarifLevel(severity: FindingSeverity): SarifLevel {
  return severity === 'info' ? 'note' : severity;
}

/** Text of a message (§3.11). What would be an embedded link is taken apart: what a tool says leads nowhere. Never empty. */
export function sarifMessage(message: string, otherwise: string): string {
  const text = message.toWellFormed().replaceAll('](', '] (');
  return text.trim() === '' ? otherwise : text;
}

/** A relative path with forward slashes as a URI reference (RFC 3986). */
export function sarifUri(file: string): string {
  return file.toWellFormed().split('/').map(encodeURIComponent).join('/');
}

/** Only what the format allows (§3.30): places count from 1, and the end is not before the start. */
export function sarifRegion({ startLine, startColumn, endLine, endColumn }: FindingRange): SarifRegion | undefined {
  if (!isPlace(startLine) || !isPlace(startColumn)) return undefined;
  const start = { startLine, startColumn };
  if (!isPlace(endLine) || endLine < startLine) return start;
  if (!isPlace(endColumn) || (endLine === startLine && endColumn < startColumn)) return endLine === startLine ? start : { ...start, endLine };
  return { ...start, endLine, endColumn };
}

export function sarifTime(epochMs: number): string | undefined {
  const time = new Date(epochMs);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The address, with only the characters of RFC 3986, where it is one of the web and nothing else that a click could run. */
export function webAddress(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return href.replace(/[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/g, encodeURIComponent);
}

function isPlace(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 1;
}

import { asName } from '../../base/jsonShape';

const titleLength = 120;

/** The first line of a text, cut to what a table can show. */
export function titleOf(value: unknown): string | undefined {
  const line = asName(value)?.trim().split('\n', 1)[0]?.trim();
  if (line === undefined || line === '') return undefined;
  return line.length > titleLength ? `${line.slice(0, titleLength - 1)}…` : line;
}

import { readJsonText } from '../../base/jsonText';

export type ParsedText = { readonly value: unknown; readonly unreadable?: undefined } | { readonly value?: undefined; readonly unreadable: { readonly message: string; readonly offset: number } };

const limits = { characters: 10 * 1024 * 1024, tooLarge: 'The file is larger than 10 MB.', empty: 'The file is empty.' } as const;

/** JSON with comments and trailing commas, or why it is none and where. Never throws. */
export function parsedText(text: string): ParsedText {
  const read = readJsonText(text, limits);
  if (!('broken' in read)) return { value: read.value };
  const [{ message, offset }] = read.issues;
  return { unreadable: { message, offset } };
}

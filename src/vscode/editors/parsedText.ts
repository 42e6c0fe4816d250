import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';

export type ParsedText = { readonly value: unknown; readonly unreadable?: undefined } | { readonly value?: undefined; readonly unreadable: { readonly message: string; readonly offset: number } };

const mostCharacters = 10 * 1024 * 1024;

/** JSON with comments and trailing commas, or why it is none and where. Never throws. */
export function parsedText(text: string): ParsedText {
  if (text.length > mostCharacters) return { unreadable: { message: 'The file is larger than 10 MB.', offset: 0 } };
  if (text.trim() === '') return { unreadable: { message: 'The file is empty.', offset: 0 } };
  const errors: ParseError[] = [];
  try {
    const value: unknown = parse(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
    const [first] = errors;
    if (first) return { unreadable: { message: `This is no JSON: ${printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}.`, offset: first.offset } };
    // Through JSON: what is no number of JSON is null, as it is when it is sent to the page.
    return { value: JSON.parse(JSON.stringify(value)) as unknown };
  } catch {
    return { unreadable: { message: 'It is nested too deeply.', offset: 0 } };
  }
}

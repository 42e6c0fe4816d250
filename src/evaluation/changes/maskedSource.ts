import { extname, basename } from 'node:path/posix';
import { javaScriptSpans, type PlainSpan } from './javaScriptSpans';

/** A source cut in two, both as long as it is and with the same lines: places in one are places in the other. */
export interface MaskedSource {
  readonly text: string;
  /** Without comments and without what strings hold; their quotes stay. */
  readonly code: string;
  /** Without comments alone. */
  readonly uncommented: string;
  /** Only what comments say. */
  readonly comments: string;
}

const quoted = String.raw`"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?`;
const slashes = String.raw`\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)`;

/** By the way in which comments and strings are written. Every alternative that begins with a mark of a comment is one. */
const syntaxes = {
  python: new RegExp(String.raw`#[^\n]*|("""|''')(?:[^\\]|\\[^])*?(?:\1|$)|${quoted}`, 'g'),
  go: new RegExp(`${slashes}|\`[^\`]*\`?|${quoted}`, 'g'),
  // A lifetime begins like a character, and has no second quote.
  rust: new RegExp(String.raw`${slashes}|\br(#*)"[^]*?(?:"\1|$)|"(?:[^"\\]|\\[^])*"?|'(?:[^'\\\n]|\\(?:u\{[^}\n]*\}|x..|.))'`, 'g'),
  braces: new RegExp(String.raw`${slashes}|"""[^]*?(?:"""|$)|${quoted}`, 'g'),
  hash: new RegExp(String.raw`(?<=^|\s)#[^\n]*|${quoted}`, 'gm'),
  dashes: new RegExp(String.raw`--[^\n]*|${quoted}`, 'g'),
  markup: /<!--[^]*?(?:-->|$)/g,
  style: /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^])*"?/g,
} as const;

export type SourceLanguage = keyof typeof syntaxes | 'javascript';

const languages: readonly (readonly [SourceLanguage, readonly string[]])[] = [
  ['javascript', ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx', '.vue', '.svelte', '.astro', '.jsonc', '.json5']],
  ['python', ['.py', '.pyi', '.pyx']],
  ['go', ['.go']],
  ['rust', ['.rs']],
  ['braces', ['.java', '.kt', '.kts', '.c', '.h', '.cc', '.cpp', '.hpp', '.cs', '.swift', '.scala', '.dart', '.php', '.groovy', '.gradle', '.proto', '.zig', '.scss', '.less']],
  ['hash', ['.sh', '.bash', '.zsh', '.rb', '.yml', '.yaml', '.toml', '.pl', '.r', '.tf', '.ex', '.exs', '.ini', '.cfg', '.mk', '.ps1', '.nix']],
  ['dashes', ['.sql', '.lua', '.hs', '.elm']],
  ['markup', ['.html', '.xml', '.svg']],
  ['style', ['.css']],
];
const byExtension = new Map(languages.flatMap(([language, extensions]) => extensions.map((extension) => [extension, language] as const)));
const hashNames = /^(?:Dockerfile.*|Makefile|Rakefile|Gemfile|\.gitlab-ci\.yml|\.env.*|\.npmrc|justfile)$/;

/** Undefined for what nobody here can read: prose, data, unknown languages. */
export function languageOf(file: string): SourceLanguage | undefined {
  return byExtension.get(extname(file).toLowerCase()) ?? (hashNames.test(basename(file)) ? 'hash' : undefined);
}

export function maskSource(text: string, language: SourceLanguage): MaskedSource {
  const spans = language === 'javascript' ? javaScriptSpans(text) : spansOf(text, language);
  let [code, comments, uncommented, at] = ['', '', '', 0];
  for (const { kind, start, end } of spans) {
    const [before, inside] = [text.slice(at, start), text.slice(start, end)];
    const blankInside = blank(inside);
    code += before + (kind === 'comment' || inside.length < 2 ? blankInside : (inside[0] ?? '') + blankInside.slice(1, -1) + (inside.at(-1) ?? ''));
    uncommented += before + (kind === 'comment' ? blankInside : inside);
    comments += blank(before) + (kind === 'comment' ? inside : blankInside);
    at = end;
  }
  const rest = text.slice(at);
  return { text, code: code + rest, uncommented: uncommented + rest, comments: comments + blank(rest) };
}

function spansOf(text: string, language: Exclude<SourceLanguage, 'javascript'>): PlainSpan[] {
  return [...text.matchAll(syntaxes[language])].map(({ 0: found, index }) => ({ kind: /^(?:\/\/|\/\*|#|--|<!)/.test(found) ? 'comment' : 'string', start: index, end: index + found.length }));
}

function blank(text: string): string {
  return text.replace(/[^\n\r]/g, ' ');
}

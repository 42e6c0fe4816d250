/** Comments, the comma and line ends; all else between two entries is white space. */
const tokens = /\/\/[^\r\n]*|\/\*[^]*?\*\/|,|\n/g;

/** What stands between two entries: white space, comments and at most one comma. */
interface Gap {
  readonly text: string;
  /** Where the comma is, or -1. */
  readonly comma: number;
  readonly hasComment: boolean;
  readonly endsInLineComment: boolean;
}

function gapOf(text: string): Gap {
  let comma = -1;
  let hasComment = false;
  let endsInLineComment = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const isComment = token.startsWith('/');
    if (token === ',') comma = index;
    hasComment ||= isComment;
    if (isComment || token === ',') endsInLineComment = token.startsWith('//');
  }
  return { text, comma, hasComment, endsInLineComment };
}

function withoutComma({ text, comma }: Gap): string {
  return comma < 0 ? text : text.slice(0, comma) + text.slice(comma + 1);
}

/**
 * What stands between two entries once those between them are gone: the gaps were before, between and behind the removed ones. Comments stay;
 * a comma is left where one is needed, or at the end of a list that had one there.
 */
export function joinedGaps(texts: readonly string[], { before, behind }: { readonly before: boolean; readonly behind: boolean }): string {
  const gaps = texts.map(gapOf);
  const first = gaps[0] ?? gapOf('');
  const last = gaps.at(-1) ?? first;
  if (!gaps.some(({ hasComment }) => hasComment)) {
    if (!before && !behind) return '';
    return before && !behind ? last.text : first.text;
  }
  const needsComma = before && (behind || last.comma >= 0);
  const kept = gaps.filter((gap, index) => gap.hasComment || (index === 0 && needsComma));
  const parts = kept.map((gap) => (gap === first && needsComma ? gap.text : withoutComma(gap)));
  // The line on which a removed entry stood alone goes with it.
  const joined = parts.reduce((text, part) => (/^\s*\n/.test(part) ? text.trimEnd() + part : text + part), '');
  if (last.hasComment) return joined;
  const end = last.text.slice(last.comma + 1);
  const bare = joined.trimEnd();
  return gapOf(bare).endsInLineComment && !end.includes('\n') ? joined : bare + end;
}

export interface AddedEntries {
  readonly texts: readonly string[];
  /** Between two entries: a new line with its indentation, or a space. */
  readonly separator: string;
  /** Before the closing bracket where nothing else stands. */
  readonly end: string;
  /** There are entries before them. */
  readonly before: boolean;
  readonly eol: string;
}

/** The gap before a closing bracket with new entries in it: behind the comments of the last line, before those that stand below. */
export function gapWith(text: string, { texts, separator, end, before, eol }: AddedEntries): string {
  const gap = gapOf(text);
  const entries = texts.join(`,${separator}`);
  const onNewLine = separator.includes('\n') ? separator : eol;
  if (!before) {
    const bare = text.trimEnd();
    if (bare === '') return `${separator.includes('\n') ? separator : end}${entries}${end}`;
    return `${bare}${gapOf(bare).endsInLineComment ? onNewLine : separator}${entries}${text.slice(bare.length).includes('\n') ? text.slice(bare.length) : end}`;
  }
  const head = gap.comma < 0 ? ',' : text.slice(0, gap.comma + 1);
  const rest = text.slice(gap.comma + 1);
  const beside = commentsOfLine(rest);
  const between = gapOf(beside).endsInLineComment ? onNewLine : separator;
  return `${head}${beside}${between}${entries}${gap.comma < 0 ? '' : ','}${rest.slice(beside.length)}`;
}

/** The beginning of a gap up to the last comment before its first line break. */
function commentsOfLine(text: string): string {
  let length = 0;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '\n') break;
    if (token.startsWith('/')) length = index + token.length;
  }
  return text.slice(0, length);
}

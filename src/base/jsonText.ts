import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

type JsonPath = readonly (string | number)[];

/** One thing that is wrong in a value: at it, at the name of a member, or at the beginning of what lacks something. */
export interface ValueProblem {
  readonly path: JsonPath;
  readonly at: 'value' | 'name' | 'start';
  readonly message: string;
}

/** One thing that is wrong in a text of JSON. */
export interface TextIssue {
  readonly message: string;
  /** JSON path such as `/evaluators/0/weight`; empty for the whole text. */
  readonly path: string;
  /** Place in the text: offset and length in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
}

export type BrokenJson = 'too-large' | 'empty' | 'too-deep' | 'not-json';

export interface JsonTextLimits {
  readonly characters: number;
  /** What is said of a larger text, and of one in which there is nothing. */
  readonly tooLarge: string;
  readonly empty: string;
}

/** What follows the first ones follows from them. */
const mostSyntaxIssues = 20;

/** Plain data with the tree of its text, or why it is none. */
export type JsonText = { readonly root: Node; readonly value: unknown; readonly repeated: readonly TextIssue[] } | { readonly broken: BrokenJson; readonly issues: readonly [TextIssue, ...TextIssue[]] };

/** Text of JSON in which comments, trailing commas and a byte order mark are allowed. Never throws, never repeats a value. */
export function readJsonText(text: string, { characters, tooLarge, empty }: JsonTextLimits): JsonText {
  if (text.length > characters) return { broken: 'too-large', issues: [{ message: tooLarge, path: '', offset: 0, length: 0 }] };
  if (/^[\s\uFEFF]*$/.test(text)) return { broken: 'empty', issues: [{ message: empty, path: '', offset: 0, length: text.length }] };
  const errors: ParseError[] = [];
  try {
    const root = jsonTree(text, errors);
    const [first, ...others] = errors.slice(0, mostSyntaxIssues).map(syntaxIssue);
    if (first) return { broken: 'not-json', issues: [first, ...others] };
    if (!root) return { broken: 'not-json', issues: [{ message: 'It is no JSON.', path: '', offset: 0, length: text.length }] };
    // Through JSON: plain objects, and null for numbers that JSON does not have.
    return { root, value: JSON.parse(JSON.stringify(getNodeValue(root))) as unknown, repeated: repeatedNames(root, '') };
  } catch {
    return { broken: 'too-deep', issues: [{ message: 'It is nested too deeply.', path: '', offset: 0, length: text.length }] };
  }
}

/** Undefined for a text without a value; what can be read of a broken one else. */
export function jsonTree(text: string, errors: ParseError[] = []): Node | undefined {
  // A byte order mark is a space to the parser, so that all places stay right.
  return parseTree(text.replace(/^\uFEFF/, ' '), errors, { allowTrailingComma: true });
}

function syntaxIssue({ error, offset, length }: ParseError): TextIssue {
  const words = printParseErrorCode(error).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return { message: `This is no JSON: ${words}.`, path: '', offset, length };
}

/** The last one would count, and a reader sees the first one. */
function repeatedNames(node: Node, path: string): TextIssue[] {
  if (node.type === 'array') return (node.children ?? []).flatMap((child, index) => repeatedNames(child, `${path}/${index}`));
  if (node.type !== 'object') return [];
  const seen = new Set<unknown>();
  return (node.children ?? []).flatMap(({ children: [key, member] = [] }) => {
    const name: unknown = key?.value;
    const below = `${path}/${escaped(String(name))}`;
    const isRepeated = seen.has(name);
    seen.add(name);
    return [...(isRepeated && key ? [{ message: 'This field is there twice.', path: below, offset: key.offset, length: key.length }] : []), ...(member ? repeatedNames(member, below) : [])];
  });
}

/** The node of a value and of its name; of what is not there, those of the nearest thing around it. */
export function jsonNode(root: Node, path: JsonPath): { readonly value: Node; readonly name?: Node } {
  let found: { readonly value: Node; readonly name?: Node } = { value: root };
  for (const step of path) {
    const { type, children } = found.value;
    if (type === 'array') {
      const value = children?.[Number(step)];
      if (!value) break;
      found = { value };
    } else {
      const [name, value] = children?.findLast((member) => member.children?.[0]?.value === step)?.children ?? [];
      if (!name || !value) break;
      found = { value, name };
    }
  }
  return found;
}

/** Where a problem is in the text: at the value that it speaks of, at the name of a member, or at the beginning of what lacks something. */
export function placed(root: Node, { path, at, message }: ValueProblem): TextIssue {
  const { value, name } = jsonNode(root, path);
  const place = at === 'name' ? (name ?? value) : value;
  const isOpening = at === 'start' || (place.type !== 'string' && (place.children?.length ?? 0) > 0);
  return { message, path: jsonPointer(path), offset: place.offset, length: isOpening ? 1 : place.length };
}

/** The path as RFC 6901 writes it. */
export function jsonPointer(path: JsonPath): string {
  return path.map((step) => `/${escaped(String(step))}`).join('');
}

function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

import type { SourceFile } from '../changes/changedSources';
import { argumentSpans, closing, type FoundCase, type MarkedAt, type TestMark } from './foundCase';

const call = /(?<![\w$.'"`])(?:(?:t|ctx|Deno|QUnit|tap|suite|base)\.)?(describe|suite|context|it|test|specify|xit|xtest|xdescribe|xcontext|fit|fdescribe|ftest)((?:\s*\.\s*[A-Za-z]+)*)\s*(\(|`)/g;
/** More are looked at by nobody, and each is looked for in all others. */
const mostBlocks = 5_000;
const groups = new Set(['describe', 'suite', 'context', 'xdescribe', 'xcontext', 'fdescribe']);

const modifiers: Readonly<Record<string, TestMark>> = {
  skip: 'skipped',
  skipIf: 'conditional',
  runIf: 'conditional',
  fixme: 'skipped',
  only: 'exclusive',
  todo: 'planned',
  fails: 'expected-to-fail',
  fail: 'expected-to-fail',
  failing: 'expected-to-fail',
};

/** Said in the options of a test or in its body. */
const inside: readonly (readonly [TestMark, RegExp])[] = [
  ['skipped', /\b(?:this|t|ctx|context|test|it)\.skip\s*\(/g],
  ['planned', /\b(?:t|ctx|context)\.todo\s*\(/g],
];
const options: readonly (readonly [TestMark, RegExp])[] = [
  ['skipped', /\bskip\s*:\s*(?!false\b|undefined\b)/],
  ['planned', /\btodo\s*:\s*(?!false\b|undefined\b)/],
  ['exclusive', /\bonly\s*:\s*(?!false\b|undefined\b)/],
];

interface Block extends FoundCase {
  readonly isGroup: boolean;
  /** Without what it is in. */
  readonly title: string;
  readonly own: readonly MarkedAt[];
}

/** Tests of vitest, jest, mocha, jasmine, node:test, AVA, Playwright and Deno: calls whose first argument is a title. */
export function javaScriptCases(source: SourceFile): FoundCase[] {
  const { code } = source;
  const blocks: Block[] = [];
  call.lastIndex = 0;
  for (let match = call.exec(code); match && blocks.length < mostBlocks; match = call.exec(code)) {
    const [whole, word = '', chain = '', opened] = match;
    const names = chain.split('.').map((name) => name.trim()).filter(Boolean);
    const start = titleCall(code, match.index + whole.length, opened ?? '', names);
    if (start === undefined) continue;
    const [first, second, ...more] = argumentSpans(code, start);
    const end = closing(code, start);
    const title = first && titleOf(source, first);
    if (title === undefined || (second === undefined && !names.includes('todo'))) continue;
    const own: MarkedAt[] = [...names, ...(word.startsWith('x') ? ['skip'] : []), ...(/^f(?:it|describe|test)$/.test(word) ? ['only'] : [])].flatMap((name) => (modifiers[name] === undefined ? [] : [{ mark: modifiers[name], offset: match.index }]));
    const optionSpan = second && /^\s*\{/.test(code.slice(...second)) ? second : more.find((span) => /^\s*\{/.test(code.slice(...span)));
    if (optionSpan) for (const [mark, pattern] of options) if (pattern.test(code.slice(...optionSpan))) own.push({ mark, offset: match.index });
    blocks.push({ isGroup: groups.has(word) || names.includes('describe'), title, own, offset: match.index, start: second?.[0] ?? end, end, path: [], marks: [] });
  }
  return blocks.filter(({ isGroup }) => !isGroup).map((block) => {
    const { path, marks } = within(block, blocks);
    return { path, offset: block.offset, start: block.start, end: block.end, marks: [...marks, ...marksInside(source, block, blocks)] };
  });
}

function within(block: Block, blocks: readonly Block[]): Pick<FoundCase, 'path' | 'marks'> {
  const around = blocks.filter((other) => other !== block && other.start <= block.offset && block.end <= other.end);
  return { path: [...around, block].map(({ title }) => title), marks: [...around, block].flatMap(({ own }) => own) };
}

/** A skip in the body skips the test that it is in; behind an `if`, only where its condition holds. */
function marksInside({ code }: SourceFile, block: Block, blocks: readonly Block[]): MarkedAt[] {
  const inner = blocks.filter((other) => other !== block && other.offset > block.start && other.end <= block.end);
  return inside.flatMap(([mark, pattern]) =>
    [...code.slice(block.start, block.end).matchAll(pattern)].flatMap(({ index }): MarkedAt[] => {
      const offset = block.start + index;
      if (inner.some((other) => offset >= other.offset && offset < other.end)) return [];
      return [{ mark: isConditional(code, block.start, offset) ? 'conditional' : mark, offset }];
    }),
  );
}

export function isConditional(code: string, start: number, offset: number): boolean {
  const before = code.slice(Math.max(start, offset - 400), offset).trimEnd();
  return /(?:\bif\s*\((?!\s*(?:true|1)\s*\))[^;{}]*\)\s*\{?|&&|\?|:)\s*(?:return)?$/.test(before);
}

/** After the bracket of the call that has the title: `test.each(rows)('title', …)` has it in its second call, a tagged table too. */
function titleCall(code: string, after: number, opened: string, names: readonly string[]): number | undefined {
  const isCurried = names.some((name) => ['each', 'for', 'skipIf', 'runIf', 'extend'].includes(name));
  if (opened === '(' && !isCurried) return after;
  const end = opened === '(' ? closing(code, after) : code.indexOf('`', after);
  const next = end < 0 ? null : /^\s*\(/.exec(code.slice(end + 1, end + 40));
  return next ? end + 1 + next[0].length : undefined;
}

/** A string, a sum of strings, or a name (`it(title, () => …)`), which stands for what it holds. */
function titleOf({ text, code }: SourceFile, [start, end]: readonly [number, number]): string | undefined {
  const written = text.slice(start, end).trim();
  if (/^["'`]/.test(code.slice(start, end).trim())) return written.replaceAll(/^["'`]|["'`]$/g, '');
  return /^[\w$.]+$/.test(written) && /=>|\bfunction\b|\bdone\b/.test(code.slice(end, end + 60)) ? written : undefined;
}

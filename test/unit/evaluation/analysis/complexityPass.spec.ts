import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Linter } from 'eslint';
import fc from 'fast-check';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import { complexityPass } from '../../../../src/evaluation/analysis/complexityPass';
import type { MeasuredFile, SourceText } from '../../../../src/evaluation/analysis/analysisProtocol';

const root = path.resolve(import.meta.dirname, '../../../..');

async function measure(file: string, text: string): Promise<MeasuredFile> {
  const [measured] = await complexityPass().take([{ file, text } satisfies SourceText], () => undefined);
  if (!measured) throw new Error('nothing was measured');
  return measured;
}

/** What ESLint's own rule says of the same text, on the parser of typescript-eslint. */
function eslintComplexities(file: string, text: string): number[] {
  const messages = new Linter().verify(text, [{ files: ['**/*.*'], languageOptions: { parser: tseslint.parser as Linter.Parser, parserOptions: { ecmaFeatures: { jsx: true } } }, rules: { complexity: ['error', { max: 0 }] } }], { filename: path.basename(file), allowInlineConfig: false });
  if (messages.some(({ fatal }) => fatal)) throw new Error(JSON.stringify(messages[0]));
  return messages.filter(({ ruleId }) => ruleId === 'complexity').map(({ message }) => Number(/complexity of (\d+)/.exec(message)?.[1])).sort((a, b) => a - b);
}

function complexities({ functions }: MeasuredFile): number[] {
  return functions.map(({ complexity }) => complexity).sort((a, b) => a - b);
}

it('counts in all of this project what ESLint counts', async () => {
  const files = await sourcesBelow('src', 'webview');
  expect(files.length).toBeGreaterThan(300);
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const measured = await measure(file, text);
    expect(measured.problem, file).toBeUndefined();
    expect(complexities(measured), file).toEqual(eslintComplexities(file, text));
  }
}, 120_000);

async function sourcesBelow(...folders: string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map(async (folder) => (await readdir(path.join(root, folder), { recursive: true })).map((file) => `${folder}/${file}`)));
  return lists.flat().filter((file) => /\.tsx?$/.test(file)).sort();
}

const statement = fc.letrec<{ statement: string; expression: string }>((tie) => ({
  expression: fc.oneof({ maxDepth: 3 }, fc.constant('a'), fc.constant('b?.c'), fc.constant('d?.()'), fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `(${x} ?? ${y})`), fc.tuple(tie('expression'), tie('expression')).map(([x, y]) => `(${x} && ${y} ? 1 : 2)`), fc.tuple(tie('expression')).map(([x]) => `((p = ${x}) => { q ||= p; return p; })`)),
  statement: fc.oneof(
    { maxDepth: 4 },
    tie('expression').map((x) => `${x};`),
    fc.tuple(tie('expression'), tie('statement')).map(([x, s]) => `if (${x}) { ${s} } else ${s}`),
    fc.tuple(tie('expression'), tie('statement')).map(([x, s]) => `switch (${x}) { case 1: case 2: ${s} break; default: ${s} }`),
    tie('statement').map((s) => `try { ${s} } catch { ${s} } finally { ${s} }`),
    fc.tuple(tie('expression'), tie('statement')).map(([x, s]) => `for (const i of ${x}) { while (i) { ${s} } }`),
    tie('statement').map((s) => `(class A { #f = a || b; static { ${s} } get g() { ${s} return 1; } });`),
  ),
})).statement;

it('counts in any code what ESLint counts', async () => {
  await fc.assert(fc.asyncProperty(statement, async (body) => {
    const text = `function outer() { ${body} }\n`;
    expect(complexities(await measure('a.js', text))).toEqual(eslintComplexities('a.js', text));
  }), { numRuns: 200 });
});

it('names functions, keeps lines, and tells nothing of enums', async () => {
  const text = `import type { A } from './a';
export enum Color { Red, Green }
abstract class Cart<T> {
  constructor(private readonly store: A, readonly n = 1) {}
  total(items: readonly T[]): number {
    return items.map((item) => item ? 1 : 0)
      .map((n) => n)
      .reduce((a, b) => a + b, 0);
  }
  get size(): number { return 0; }
  abstract open(): void;
  #last = this.n || 2;
  static { setUp?.(); }
}
const load = async <T,>(x: T): Promise<T> => x ?? (await again());
export default function () { return <T>(x: T) => x; }
const table = { 'a b': () => 1, run() { return 2; } };
`;
  const { functions } = await measure('src/cart.ts', text);
  expect(functions.map(({ name, complexity, startLine, endLine }) => `${name}: ${complexity} in ${startLine}-${endLine}`)).toMatchInlineSnapshot(`
    [
      "Cart.constructor: 2 in 4-4",
      "Cart.total › callback of map: 2 in 6-6",
      "Cart.total › callback of map #2: 1 in 7-7",
      "Cart.total › callback of reduce: 1 in 8-8",
      "Cart.total: 1 in 5-9",
      "Cart.get size: 1 in 10-10",
      "Cart.#last initializer: 2 in 12-12",
      "Cart.static block: 2 in 13-13",
      "load: 2 in 15-15",
      "default › anonymous function: 1 in 16-16",
      "default: 1 in 16-16",
      "'a b': 1 in 17-17",
      "run: 1 in 17-17",
    ]
  `);
});

it('reads decorators, which neither parser knows, without a change of lines', async () => {
  const text = `@Component({
  selector: 'app', // it's an @Input
  template: \`<p>@if (x) { (\${ '@x(' }) }</p>\`,
})
export class View {
  @Input() name = a || b;
  constructor(@Inject(TOKEN, { deps: [')'] }) private readonly service: Service, @Optional() other?: Other) { if (other) go(); }
  @HostListener('click', ['$event']) onClick(@Arg.of() event: Event) { return event ? 1 : 2; }
}
`;
  const measured = await measure('src/view.ts', text);
  expect(measured.problem).toBeUndefined();
  expect(measured.functions.map(({ name, complexity, startLine }) => [name, complexity, startLine])).toEqual([['View.name initializer', 2, 6], ['View.constructor', 2, 7], ['View.onClick', 2, 8]]);
});

it('says what it cannot read', async () => {
  expect(await measure('a.js', 'function (')).toMatchObject({ functions: [], problem: expect.stringMatching(/Parsing error/) as string });
  expect(await measure('a.ts', 'const x: = 1')).toMatchObject({ functions: [], problem: expect.any(String) as string });
  expect(await measure('a.cjs', 'return with_ => 1;')).toMatchObject({ functions: [{ complexity: 1 }] });
});

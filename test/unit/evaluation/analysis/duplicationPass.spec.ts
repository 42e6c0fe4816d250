import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Detector, MemoryStore, mild, type IMapFrame } from '@jscpd/core';
import { Tokenizer } from '@jscpd/tokenizer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicationPass } from '../../../../src/evaluation/analysis/duplicationPass';
import type { Clone, DuplicationSource } from '../../../../src/evaluation/analysis/analysisProtocol';

const options = { minTokens: 50, minLines: 5 };

async function ours(sources: readonly DuplicationSource[]): Promise<readonly Clone[]> {
  const pass = duplicationPass(options);
  // Wanted ones first, in two parts, as the evaluator sends them.
  for (const wanted of [true, false]) await pass.take(sources.filter((source) => source.wanted === wanted), () => undefined);
  return pass.end(() => undefined);
}

/** jscpd's detector on all files, told of the wanted ones. */
async function jscpd(sources: readonly DuplicationSource[]): Promise<readonly unknown[]> {
  const detector = new Detector(new Tokenizer(), new MemoryStore<IMapFrame>(), [], { ...options, maxLines: Number.MAX_SAFE_INTEGER, mode: mild });
  const found: unknown[] = [];
  for (const source of [...sources.filter(({ wanted }) => !wanted), ...sources.filter(({ wanted }) => wanted)]) {
    const clones = await detector.detect(source.file, source.text, source.format);
    if (source.wanted) found.push(...clones.map(({ duplicationA, duplicationB }) => [duplicationA.sourceId, duplicationA.start.line, duplicationB.sourceId, duplicationB.start.line]));
  }
  return found;
}

const places = (clones: readonly Clone[]): readonly unknown[] => clones.map(({ here, there }) => [here.file, here.startLine, there.file, there.startLine]);

it('finds in this project what jscpd finds', async () => {
  const folder = path.resolve(import.meta.dirname, '../../../../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort();
  const sources = files.map((file, at): DuplicationSource => ({ file, text: readFileSync(path.join(folder, file), 'utf8'), format: 'typescript', wanted: at % 5 === 0 }));
  const expected = await jscpd(sources);
  expect(expected.length).toBeGreaterThan(0);
  expect(places(await ours(sources))).toEqual(expected);
}, 120_000);

const block = fc.integer({ min: 0, max: 5 }).map((n) => Array.from({ length: 4 }, (_line, line) => `  total${n} += price${line}(items[${n}], ${line}) * rate.of('${n}');\n`).join(''));
const program = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) => `function f() {\n${blocks.join('')}}\n`);

it('leaves nothing out that jscpd finds, whatever is looked through first', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ text: program, wanted: fc.boolean(), format: fc.constantFrom('javascript', 'typescript', 'python') }), { minLength: 1, maxLength: 8 }), async (list) => {
    const sources = list.map((source, at) => ({ ...source, file: `f${at}` }));
    expect(places(await ours(sources))).toEqual(await jscpd(sources));
  }), { numRuns: 60 });
}, 60_000);

it('tells both places by their lines, without the token behind them that jscpd counts in', async () => {
  const shared = Array.from({ length: 12 }, (_line, n) => `  const value${n} = compute(${n}, input.part${n});\n`).join('');
  expect(await ours([
    { file: 'old.js', text: `// 1\n// 2\nfunction old(input) {\n${shared}  before();\n}\n`, format: 'javascript', wanted: false },
    { file: 'new.js', text: `function fresh(input) {\n  start();\n${shared}\n\n  after();\n}\n`, format: 'javascript', wanted: true },
    { file: 'other.js', text: 'export const nothing = 1;\n'.repeat(3), format: 'javascript', wanted: false },
  ])).toEqual([{ here: { file: 'new.js', startLine: 3, endLine: 14 }, there: { file: 'old.js', startLine: 4, endLine: 15 } }]);
});

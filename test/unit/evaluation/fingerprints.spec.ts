import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprinted } from '../../../src/evaluation/fingerprints';
import type { FoundIssue } from '../../../src/model/evalResult';
import { treeOf } from '../../support/evaluations';

function at(startLine: number, part: Partial<FoundIssue> = {}): FoundIssue {
  return { ruleId: 'no-eval', message: `eval in line ${startLine}`, severity: 'error', file: 'a.js', range: { startLine, startColumn: 1 }, ...part };
}

async function prints(text: string, issues: readonly FoundIssue[], evaluator = 'eslint'): Promise<string[]> {
  return (await fingerprinted(issues, { evaluator, tree: treeOf({ 'a.js': text, 'b.js': text }) })).map(({ fingerprint }) => fingerprint);
}

const line = fc.constantFrom('eval(x)', 'call()', '}', 'return 1', 'if (a) {', '  eval(x)');

describe('fingerprints', () => {
  it('are 16 hex characters that tell evaluator, rule, file and line apart', async () => {
    const text = 'eval(x)\neval(y)\n';
    const all = [...(await prints(text, [at(1), at(2), at(1, { ruleId: 'other' }), at(1, { file: 'b.js' })])), ...(await prints(text, [at(1)], 'another'))];
    for (const fingerprint of all) expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(all).size).toBe(5);
  });

  it('stay the same when other lines are put in or taken away, and when the line is indented', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), fc.array(fc.tuple(fc.nat(20), fc.constantFrom('new()', '', '// more')), { maxLength: 10 }), async (lines, inserted) => {
        const found = (text: readonly string[]): FoundIssue[] => text.flatMap((each, index) => (each.includes('eval') ? [at(index + 1)] : []));
        const longer = inserted.reduce((before, [index, text]) => before.toSpliced(index, 0, text), lines as readonly string[]).map((each) => `  ${each}\r`);
        expect(await prints(longer.join('\n'), found(longer))).toEqual(await prints(lines.join('\n'), found(lines)));
      }),
    );
  });

  it('differ for equal lines, whatever the order in which they are told', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 20 }).chain((lines) => {
          const issues = lines.map((_, index) => at(index + 1));
          return fc.tuple(fc.constant(lines.join('\n')), fc.constant(issues), fc.shuffledSubarray(issues, { minLength: issues.length }));
        }),
        async ([text, issues, shuffled]) => {
          const straight = await fingerprinted(issues, { evaluator: 'eslint', tree: treeOf({ 'a.js': text }) });
          expect(new Set(straight.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
          const mixed = await fingerprinted(shuffled, { evaluator: 'eslint', tree: treeOf({ 'a.js': text }) });
          expect(new Map(mixed.map(({ issue, fingerprint }) => [issue, fingerprint]))).toEqual(new Map(straight.map(({ issue, fingerprint }) => [issue, fingerprint])));
        },
      ),
    );
  });

  it('take the message where there is no line, without its numbers', async () => {
    const whole = (message: string): FoundIssue => ({ ruleId: 'size', message, severity: 'warning' });
    const [a, b, c, gone] = await prints('x', [whole('120 lines changed'), whole('files changed'), at(900), at(3, { file: 'missing.js' })]);
    expect(await prints('x', [whole('99 lines changed'), whole('files changed'), at(901), at(4, { file: 'missing.js' })])).toEqual([a, b, c, gone]);
    expect(new Set([a, b, c, gone]).size).toBe(4);
  });

  it('go with a file that got another name', async () => {
    const tree = treeOf({ 'old.js': 'eval(x)', 'a.js': 'eval(x)' });
    const [before] = await fingerprinted([at(1, { file: 'old.js' })], { evaluator: 'eslint', tree, renamed: new Map([['old.js', 'a.js']]) });
    expect([before?.fingerprint]).toEqual(await prints('eval(x)', [at(1)]));
  });
});

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../../../src/evaluation/sandbox/sandbox';
import { parseExpression } from '../../../../src/model/workflow/expression/expressionSyntax';
import { fastValue } from '../../../../src/workflow/language/expressionFast';
import { builtIn, readExpression } from '../../../../src/workflow/language/expressionProblems';
import { expressionProgram } from '../../../../src/workflow/language/expressionProgram';
import { createExpressions } from '../../../../src/workflow/language/expressions';
import type { ExpressionScope } from '../../../../src/workflow/language/expressionScope';
import { testAssetsDirectory } from '../../../support/buildAssets';
import { expectCode } from '../../../support/expectCode';

const expressions = createExpressions({ assetsDirectory: testAssetsDirectory });
const sandbox = createSandbox({ assetsDirectory: testAssetsDirectory });
afterAll(() => {
  expressions.dispose();
  sandbox.dispose();
});

const scope: ExpressionScope = {
  variables: { branch: 'main', count: 3, list: [3, 1, 2], deep: { a: { b: [{ c: true }] } }, nothing: null, 'odd-name': 1 },
  nodes: { test: { status: 'succeeded', outcome: 'failed', output: { passed: false, exitCode: 1, tail: 'Error: "x"\n' }, pass: 2 }, implement: { status: 'succeeded', outcome: 'passed', output: { changedFiles: { count: 2, names: ['a.ts', 'b.ts'] } }, session: 's1', pass: 1 } },
  execution: { id: 'x1', workflow: 'fix', name: 'Fix', by: 'Ada', startedAt: 1_700_000_000_000, costUSD: 0.25 },
};

describe('an expression', () => {
  it.each([
    ['variables.branch', 'main'],
    ['variables.list.toSorted().join("-");', '1-2-3'],
    ['variables["odd-name"] + 1', 2],
    ['nodes.test.outcome === "failed" && nodes.test.pass < 3', true],
    ['nodes.test.output.tail.match(/"(.)"/)[1]', 'x'],
    ['nodes.missing?.output.score', undefined],
    ['nodes.implement.output.changedFiles.names.map((name) => `${name}!`)', ['a.ts!', 'b.ts!']],
    ['Object.keys(nodes)', ['test', 'implement']],
    ['({ z: 1, ...variables.deep })', { z: 1, a: { b: [{ c: true }] } }],
    ['// why\n1 + 1', 2],
    ['undefined', undefined],
    ['eval("variables.count")', 3],
    ['(async () => (await Promise.resolve(4)) + 1)()', 5],
    ['variables.nothing', null],
    ['execution.costUSD * 4', 1],
    ['1n === 1n', true],
    ['new Set(variables.list).size', 3],
  ])('%s', async (text, value) => {
    expect(await expressions.evaluate(text, scope)).toEqual(value);
  });

  it('sees what else it is given, also where it has no value', async () => {
    expect(await expressions.evaluate('[output === undefined, outcome, typeof output].join()', scope, { output: undefined, outcome: 'failed' })).toBe('true,failed,undefined');
    expect(await expressions.evaluate('output', scope, { output: undefined })).toBeUndefined();
  });

  it('says what is wrong with it, and quotes it', async () => {
    const told = async (text: string): Promise<string> => expressions.evaluate(text, scope).then(() => 'a value', (error: unknown) => (error instanceof Error ? error.message : ''));
    const messages: string[] = [];
    for (const text of ['', 'variables.', '1); (2', 'a b', 'return 1', 'nodes.nothing.output', 'unknownName + 1', '(() => { throw new Error("boo"); })()', `"${'x'.repeat(200)}" + nothing`, 'for (;;);', '(() => { for (;;); })()', 'undeclared = 1', '10n', 'new Promise(() => {})', 'let = 1', '\u0000', 'variables.list.\n\nmap(']) messages.push(`${text.slice(0, 60).replace('\u0000', '‹NUL›')}\n  ${await told(text)}\n`);
    await expect(messages.join('\n')).toMatchFileSnapshot('../../../golden/workflow/expressionErrors.txt');
  });

  it('is given only what it speaks of', async () => {
    const large = { ...scope, nodes: { ...scope.nodes, large: { status: 'succeeded', pass: 1, output: { text: 'x'.repeat(3_000_000), lines: ['y'.repeat(3_000_000)], count: 7 } } } };
    expect(await expressions.evaluate('nodes.large.output.count + nodes.test.pass', large)).toBe(9);
    await expectCode(expressions.evaluate('Object.keys(nodes.large.output).length + JSON.stringify(nodes).length', large), 'expression-failed');
  });

  it('changes nothing for the next one', async () => {
    const kept = structuredClone(scope);
    expect(await expressions.resolve(['${variables.list.sort().join("")}', '${variables.list.join("")}', '${(variables.count = 9) + variables.count}', '${variables.count + 0}'], scope)).toEqual(['123', '312', 18, 3]);
    expect(scope).toEqual(kept);
  });
});

describe('a value with templates', () => {
  it('has their values', async () => {
    const resolve = (value: unknown): Promise<unknown> => expressions.resolve(value, scope);
    expect(await resolve('${variables.list}')).toEqual([3, 1, 2]);
    expect(await resolve('on ${variables.branch}: ${nodes.test.output} ${variables.nothing}${nodes.none}|${1 + 1}${true}')).toBe('on main: {"passed":false,"exitCode":1,"tail":"Error: \\"x\\"\\n"} |2true');
    expect(await resolve('$${plain} and $${variables.branch} and ${"}".length + `${variables.count}}`.length}')).toBe('${plain} and ${variables.branch} and 3');
    expect(await resolve({ a: ['${variables.count}', 1, null, { b: '${variables.missing}', c: 'x' }], d: '${undefined}', '${e}': 1 })).toEqual({ a: [3, 1, null, { c: 'x' }], '${e}': 1 });
    expect(await resolve(['${variables.missing}', '${nodes.test.outcome.toUpperCase()}'])).toEqual([null, 'FAILED']);
    expect(await resolve('cost $5 {no}')).toBe('cost $5 {no}');
  });

  it('names the one that fails', async () => {
    await expect(expressions.resolve({ a: '${variables.count + 1}', b: 'x ${nodes.gone.output.score} y', c: '${variables.list.map(String)}' }, scope)).rejects.toThrow('The expression "nodes.gone.output.score" failed: TypeError');
    await expect(expressions.resolve(['${variables.count + 1}', '${(() => { for (;;); })()}'], scope)).rejects.toThrow('"(() => { for (;;); })()" failed: it did not end');
    await expectCode(expressions.resolve('${variables.count', scope), 'expression-failed');
    await expectCode(expressions.resolve('a ${} b', scope), 'expression-failed');
  });
});

describe('a script', () => {
  it('is a function of the scope', async () => {
    expect(await expressions.script('({ variables, nodes }) => ({ next: variables.count + nodes.test.pass })', scope)).toEqual({ next: 5 });
    expect(await expressions.script('export default async ({ nodes: { test: { output } }, execution }) => [output.exitCode, execution.name];', scope)).toEqual([1, 'Fix']);
    expect(await expressions.script('const f = (all) => Object.keys(all.variables).length;\nmodule.exports = f;', scope)).toBe(6);
    expect(await expressions.script('function run(context) { return context.variables.branch; }', scope)).toBe('main');
  });

  it('says what is wrong, and where', async () => {
    await expect(expressions.script('({ variables }) => {\n  return variables.none.x;\n}', scope)).rejects.toThrow('failed in line 2: TypeError');
    await expect(expressions.script('({ variables }) => {\n  return variables.;\n}', scope)).rejects.toThrow('cannot be read in line 2');
    for (const text of ['1 + 1', 'const a = 1;', '']) await expectCode(expressions.script(text, scope), 'expression-failed');
  });

  it('ends when it is stopped', async () => {
    const stop = new AbortController();
    const running = expressions.script('() => { for (;;); }', scope, stop.signal);
    await sandbox.prepare();
    stop.abort();
    await expectCode(running, 'stopped');
  });
});

it('runs many at the same time', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, (_, index) => expressions.evaluate(`variables.count + ${index}`, scope)));
  expect(all).toEqual(Array.from({ length: 40 }, (_, index) => index + 3));
});

/** What the sandbox gives, with no short cut. */
async function slowly(texts: readonly string[], data: Readonly<Record<string, unknown>>): Promise<readonly unknown[] | undefined> {
  const { source, values } = expressionProgram(texts.map((text) => `(() => { try { return [(${text}\n)]; } catch (error) { return 'threw'; } })()`), Object.keys(data));
  const result = await sandbox.run({ source, language: 'javascript', kind: 'function', data, deadlineMs: 5000 });
  return result.ok ? values(result.value) : undefined;
}

const name = fc.constantFrom('a', 'b', 'length', 'toString', '__proto__', 'constructor', '0', 'x y', 'toJSON');
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.string({ maxLength: 4, unit: 'binary' }), fc.integer(), fc.double({ noNaN: true }), fc.constantFrom(null, true, false, -0, '', '\uD800'), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(name, tie('value'), { maxKeys: 3 })),
}));
const path = fc.tuple(fc.constantFrom('variables', 'nodes', 'output', 'none', 'undefined'), fc.array(fc.tuple(name, fc.constantFrom('.', '?.')), { maxLength: 3 })).map(([root, members]) =>
  members.reduce<string>((text, [member, link]) => (/^[a-z_]+$/i.test(member) ? `${text}${link}${member}` : `${text}${link === '.' ? '' : link}[${member === '0' ? member : JSON.stringify(member)}]`), root));
const same = fc.constant('(variables === output)');
const literal = fc.oneof(fc.integer({ min: 0 }).map(String), fc.double({ noNaN: true, min: 0 }).map((value) => (Number.isFinite(value) ? String(value) : '1e999')), fc.string({ maxLength: 3 }).map((text) => JSON.stringify(text)), fc.constantFrom('true', 'null', "'\\ud83d'", '-1', '/x/'));
const { expression: simple } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof({ depthSize: 'small' }, path, literal, same, fc.tuple(tie('expression'), fc.constantFrom('===', '===', '!==', '<', '<=', '>', '>=', '==', '&&', '||', '+'), tie('expression')).map(([left, operator, right]) => `(${left} ${operator} ${right})`), fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `(${left}) ?? (${right})`), tie('expression').map((inner) => `!${inner}`), fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`), tie('expression').map((inner) => `(${inner}).a`)),
}));

it('takes a short cut only where it gives what the sandbox gives', async () => {
  let quick = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(simple, { minLength: 20, maxLength: 40 }), json, json, json, fc.boolean(), async (texts, variables, nodes, other, isShared) => {
      // One object at two places is two there.
      const data = { variables, nodes, output: isShared ? variables : other };
      const sound = texts.filter((text) => 'tree' in parseExpression(text));
      const slow = await slowly(sound, data);
      expect(slow).toBeDefined();
      sound.forEach((text, index) => {
        const read = readExpression(text, 'expression');
        const fast = 'tree' in read ? fastValue(read.tree, data) : undefined;
        if (!fast) return;
        quick++;
        const given = slow?.[index];
        expect({ text, value: fast.value === undefined ? [null] : [fast.value] }).toEqual({ text, value: Array.isArray(given) ? (given as unknown[]) : given });
        expect(Object.is(fast.value, -0)).toBe(false);
      });
    }),
    { numRuns: 40 },
  );
  expect(quick).toBeGreaterThan(200);
}, 60_000);

it('knows the names that the engine has', async () => {
  const names = (await expressions.evaluate('Object.getOwnPropertyNames(globalThis)', scope)) as string[];
  expect([...builtIn].filter((known) => !names.includes(known))).toEqual([]);
  expect(names.filter((known) => !builtIn.has(known))).toEqual([]);
});

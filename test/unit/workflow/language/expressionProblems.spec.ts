import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencesOf, scriptReferencesOf } from '../../../../src/model/workflow/expression/expressionReferences';
import { parseExpression, parseScript } from '../../../../src/model/workflow/expression/expressionSyntax';
import { templateParts } from '../../../../src/model/workflow/expression/templateText';
import { workflowView } from '../../../../src/model/workflow/view';
import { completions } from '../../../../src/workflow/language/expressionCompletions';
import { neededData } from '../../../../src/workflow/language/expressionData';
import { expressionNames } from '../../../../src/workflow/language/expressionNames';
import { expressionProblems, type ExpressionKind } from '../../../../src/workflow/language/expressionProblems';
import { soundWorkflow } from '../../../support/workflowDefinitions';

const names = expressionNames(workflowView(soundWorkflow));

/** Paths of what a text speaks of; `*` where it may be anything. */
function spoken(text: string, kind: 'expression' | 'script' = 'expression'): string {
  const parsed = kind === 'script' ? parseScript(text) : parseExpression(text);
  if ('problem' in parsed) return parsed.problem.message;
  const { references, isOpaque } = kind === 'script' ? scriptReferencesOf(parsed) : referencesOf(parsed);
  for (const { path } of references) for (const { name, offset, length } of path.slice(1)) expect(text.slice(offset, offset + length)).toBe(name);
  return [...references.map(({ path, isCalled }) => `${path.map(({ name }) => name).join('.')}${isCalled ? '()' : ''}`), ...(isOpaque ? ['*'] : [])].join(' ');
}

describe('what an expression speaks of', () => {
  it.each([
    ['variables.a + nodes["b-c"].output.x[0].y', 'variables.a nodes.b-c.output.x'],
    ['nodes?.b?.output', 'nodes.b.output'],
    ['(nodes.b).outcome === `x`', 'nodes.b.outcome'],
    ['variables.list.map((x) => x + variables.n)', 'variables.list.map() variables.n'],
    ['nodes[variables.name].output', 'variables.name nodes'],
    ['({ variables: 1, nodes })', 'nodes'],
    ['(({ a, ...b }, [c = variables.d]) => a + b + c)(nodes)', 'variables.d nodes'],
    ['(() => { const x = variables.y; try { return x; } catch (e) { return e; } })()', 'variables.y'],
    ['typeof missing', 'missing'],
    ['this.nodes', '*'],
    ['eval("nodes")', 'eval() *'],
    ['[].constructor', '*'],
    ['nodes.a.b.c.toString()', 'nodes.a.b.c.toString()'],
    ['(class { #x = variables.z; get y() { return this.#x; } })', 'variables.z *'],
  ])('%s', (text, expected) => { expect(spoken(text)).toBe(expected); });

  it.each([
    ['({ variables, nodes: { a: b } }) => variables.x + b.output', 'variables.x nodes.a.output'],
    ['(all) => all.nodes.a', 'nodes.a'],
    ['export default function ({ execution: e = {} }) { return e.name; }', 'execution.name'],
    ['({ nodes }) => Object.keys(nodes)', 'Object.keys() nodes'],
    ['({ nodes }) => [1].map((nodes) => nodes.x)', '*'],
    ['(...all) => all', '*'],
    ['const f = () => 1;\nexport { f as default };', '*'],
  ])('script: %s', (text, expected) => {
    const parsed = parseScript(text);
    if ('problem' in parsed) throw new Error(parsed.problem.message);
    const { references, isOpaque } = scriptReferencesOf(parsed);
    expect([...references.map(({ path, isCalled }) => `${path.map(({ name }) => name).join('.')}${isCalled ? '()' : ''}`), ...(isOpaque ? ['*'] : [])].join(' ')).toBe(expected);
  });

  it('is what is sent of the data', () => {
    const data = { variables: { a: 1, b: { c: 2, d: 3 } }, nodes: { x: { output: { long: 'l', short: 's' }, outcome: 'passed' } } };
    const needed = (text: string): unknown => {
      const parsed = parseExpression(text);
      if ('problem' in parsed) throw new Error(parsed.problem.message);
      const { references, isOpaque } = referencesOf(parsed);
      return neededData(data, references, isOpaque);
    };
    expect(needed('variables.b.c + nodes.x.output.short.length')).toEqual({ variables: { b: { c: 2 } }, nodes: { x: { output: { short: 's' } } } });
    expect(needed('nodes.x.output.hasOwnProperty("long")')).toEqual({ nodes: { x: { output: data.nodes.x.output } } });
    expect(needed('nodes.y?.output + variables.toString')).toEqual({ nodes: {}, variables: {} });
    expect(needed('Object.keys(variables)')).toEqual({ variables: data.variables });
    expect(needed('eval("1")')).toEqual(data);
  });
});

describe('a template', () => {
  it.each([
    ['a ${b} c', ['a ', '‹b›', ' c']],
    ['${a}${b}', ['‹a›', '‹b›']],
    ['$${a} $$${b} $ {c} }', ['${a} $${b} $ {c} }']],
    ['${ { a: "}" }["a"] }', ['‹ { a: "}" }["a"] ›']],
    ['${`x${`}`}`} it\'s', ['‹`x${`}`}`›', " it's"]],
    ['${/[}]/.test("a")} "', ['‹/[}]/.test("a")›', ' "']],
    ['${a /* } */ + 1} ${ \'}\' }', ['‹a /* } */ + 1›', ' ', "‹ '}' ›"]],
    ['${a', ['unclosed 0']],
    ['x ${"a} y', ['x ', '‹"a›', ' y']],
    ['${}', ['‹›']],
  ])('%s', (text, parts) => {
    expect(templateParts(text).map((part) => (part.kind === 'text' ? part.text : part.kind === 'expression' ? `‹${part.source}›` : `unclosed ${part.offset}`))).toEqual(parts);
  });

  it('is made of its parts, whatever it is', () => {
    const piece = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('${', '}', '$', '{', '"', '`', '/', "'", 'a', '*/', '\\'));
    fc.assert(fc.property(fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')), (text) => {
      for (const part of templateParts(text)) if (part.kind !== 'text') expect(text.slice(part.offset)).toContain(part.source);
      const whole = templateParts(text).map((part) => (part.kind === 'text' ? part.text.replaceAll('${', () => '$${') : part.kind === 'expression' ? `\${${part.source}}` : `\${${part.source}`)).join('');
      expect(whole).toBe(text);
    }), { numRuns: 2000 });
  });
});

/** Completions at the `|`. */
function offered(marked: string, kind: ExpressionKind = 'expression', at?: string): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, items } = completions(text, offset, kind, at === undefined ? names : expressionNames(workflowView(soundWorkflow), at));
  return items.length === 0 ? '' : `${text.slice(from, offset)}: ${items.map(({ label }) => label).join(' ')}`;
}

describe('what can follow', () => {
  it.each([
    ['variables.|', ': goal limit files tries last'],
    ['variables.l| + 1', 'l: limit last'],
    ['1 + nodes.imp|', 'imp: implement'],
    ['nodes.test.|', ': status outcome output error session pass'],
    ['nodes?.test?.out|', 'out: outcome output'],
    ['nodes["te|', 'te: test tell'],
    ["nodes['ev|'].output", 'ev: eval'],
    ['execution.st|', 'st: startedAt'],
    ['|', ': variables nodes execution output outcome'],
    ['exec|', 'exec: execution'],
    ['goal|', 'goal: variables.goal'],
    ['"variables.|"', ''],
    ['// variables.|', ''],
    ['`${variables.li|}`', 'li: limit'],
    ['nodes.test.output.|', ''],
    ['f().|', ''],
    ['other.|', ''],
  ])('%s', (marked, expected) => { expect(offered(marked)).toBe(expected); });

  it.each([
    ['Do ${variables.g|} now', 'g: goal'],
    ['Do ${variables.|', ': goal limit files tries last'],
    ['variables.|', ''],
    ['$${variables.|}', ''],
    ['${a} ${nodes.me|', 'me: merge'],
  ])('template: %s', (marked, expected) => { expect(offered(marked, 'template')).toBe(expected); });

  it('knows the place', () => {
    expect(offered('variables.fi|', 'template')).toBe('');
    expect(offered('variables.fi|', 'expression', 'each')).toBe('fi: files file');
  });

  it('is found wherever one asks, without an exception', () => {
    const piece = fc.constantFrom('variables', '.', 'nodes', '?.', '["', '"', "'", '`', '${', '}', ' ', '//', '/*', 'a', '(', ')', '\\', '\n');
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')), fc.nat(40), fc.constantFrom<ExpressionKind>('expression', 'template', 'script'), (text, at, kind) => {
      const offset = Math.min(at, text.length);
      const { from, items } = completions(text, offset, kind, names);
      expect(from).toBeLessThanOrEqual(offset);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(Array.isArray(items)).toBe(true);
    }), { numRuns: 2000 });
  });
});

describe('what is wrong', () => {
  it('is told with its place', () => {
    const told = (text: string, kind: ExpressionKind): string[] => expressionProblems(text, kind, names).map(({ severity, code, message, offset, length }) => `${severity} ${code} ‹${text.slice(offset, offset + length)}› ${message}`);
    expect(told('variables.goal + nodes.test.outcome + output', 'expression')).toEqual([]);
    expect(told('variables.gaol + process.pid', 'expression')).toEqual(['error unknown-variable ‹gaol› There is no variable "gaol". Did you mean "goal"?', 'error unknown-name ‹process› There is no "process" here.']);
    expect(told('a ${nodes["tset"].outcome} ${nodes.test.outcom} ${1 +}', 'template')).toEqual(['error unknown-node ‹tset› There is no node "tset". Did you mean "test"?', 'warning unknown-member ‹outcom› A node has no "outcom", only status, outcome, output, error, session, pass. Did you mean "outcome"?', 'error bad-expression ‹› Something is missing at the end.']);
    expect(told('({ variables }) => variables.none', 'script')).toEqual(['error unknown-variable ‹none› There is no variable "none".']);
    expect(told('typeof missing === "undefined" && Math.max(1, 2) > 0 && variables.goal.trim()', 'expression')).toEqual([]);
  });
});

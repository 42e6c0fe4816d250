import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { reportJUnit } from '../../../../src/evaluation/report/junit';
import { evalFinding, evalReport, evalResult, hostileTexts, reportSaying, richReport } from '../../../support/evalReports';

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Strict: throws for whatever XML 1.0 does not allow. */
function parseXml(xml: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => { throw error; });
  parser.on('opentag', ({ name, attributes }) => {
    const element: XmlElement = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => { open.pop(); });
  parser.on('text', (text) => { const last = open.at(-1); if (last) last.text += text; });
  for (const kind of ['cdata', 'comment', 'processinginstruction', 'doctype'] as const) parser.on(kind, () => { throw new Error(`a ${kind}`); });
  parser.write(xml).close();
  return root;
}

function all(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

/** What a document can hold of a text. */
function writable(text: string): string {
  const isWritable = (code: number): boolean => code === 0x9 || code === 0xa || code === 0xd || (code >= 0x20 && code < 0xfffe) || code > 0xffff;
  return [...text.toWellFormed()].map((character) => (isWritable(character.codePointAt(0) ?? 0) ? character : '\uFFFD')).join('');
}

describe('JUnit', () => {
  it('is strict XML for 500 hostile strings, and says them', () => {
    for (const text of hostileTexts()) {
      const document = parseXml(reportJUnit(reportSaying(text)));
      expect(all(document, 'testcase').map(({ attributes }) => attributes['name'])).toEqual(['eslint', 'tests', 'typescript', 'gate']);
      expect(all(document, 'error')[0]?.attributes['message']).toBe(writable(text));
      expect(all(document, 'skipped')[0]?.attributes['message']).toBe(writable(text));
      expect(all(document, 'system-out')[0]?.text).toBe(writable(text));
      expect(all(document, 'failure')[0]?.text).toContain(writable(text));
    }
  });

  it('counts what it lists', () => {
    const document = parseXml(reportJUnit(richReport()));
    const [suite] = all(document, 'testsuite');
    expect(suite?.attributes).toMatchObject({ tests: '6', failures: '2', errors: '1', skipped: '1', timestamp: '2026-11-22T14:03:12', time: '7.000' });
    expect(['testcase', 'failure', 'error', 'skipped'].map((name) => all(document, name).length)).toEqual([6, 2, 1, 1]);
    expect(Object.fromEntries(all(document, 'property').map(({ attributes }) => [attributes['name'], attributes['value']]))).toMatchObject({ verdict: 'failed', score: '71.46', 'coverage.score': '', 'tests.failed': '2' });
  });

  it('is bounded', () => {
    const findings = Array.from({ length: 2_000 }, (_, index) => evalFinding({ message: `finding ${index}`, file: 'a.ts' }));
    const [failure] = all(parseXml(reportJUnit(evalReport({ results: [evalResult({ name: 'x', verdict: 'failed', findings, moreFindings: 8_000 })] }))), 'failure');
    expect(failure?.text.split('\n')).toHaveLength(201);
    expect(failure?.text).toMatch(/… and 9,800 more findings$/);
  });
});

import { marked, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { reportMarkdown } from '../../../../src/evaluation/report/markdown';
import type { EvalReport } from '../../../../src/model/evalReport';
import { evalFinding, evalReport, evalResult, hostileTexts, reportSaying } from '../../../support/evalReports';

/** Every token of a document, as GitHub's dialect reads it. */
function tokensOf(markdown: string): Token[] {
  const found: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token) => { found.push(token); });
  return found;
}

/** What a document is made of, without its words. */
function shapeOf(report: EvalReport): unknown {
  const tokens = tokensOf(reportMarkdown(report));
  const ofType = (type: string): number => tokens.filter((token) => token.type === type).length;
  const table = tokens.find((token): token is Tokens.Table => token.type === 'table');
  return { html: ofType('html') + ofType('tag'), images: ofType('image'), rows: table?.rows.map((cells) => cells.length), definitions: ofType('def'), items: ofType('list_item'), headings: ofType('heading'), blocks: ofType('code'), rules: ofType('hr'), quotes: ofType('blockquote'), breaks: ofType('br') };
}

function linksOf(report: EvalReport): string[] {
  return tokensOf(reportMarkdown(report)).flatMap((token) => (token.type === 'link' ? [(token as Tokens.Link).href] : []));
}

describe('the Markdown report', () => {
  it('has the same shape whatever tools say: no links, pictures or HTML of theirs, one table', () => {
    const expected = shapeOf(reportSaying('a plain word'));
    expect(expected).toMatchObject({ html: 0, images: 0, rows: [6, 6, 6], definitions: 0, items: 7, blocks: 1 });
    for (const text of hostileTexts()) {
      const report = reportSaying(text);
      expect(shapeOf(report), JSON.stringify(text)).toEqual(expected);
      // Addresses of rules come from evaluators as such, and only those of the web are taken.
      const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
      expect(linksOf(report), JSON.stringify(text)).toHaveLength(isAddress ? 3 : 0);
    }
  });

  it('would show a link that it lets through', () => {
    const tokens = tokensOf('see http://evil.example, <b>x</b>, ![a](b) and [c](d)');
    expect(tokens.map(({ type }) => type)).toEqual(expect.arrayContaining(['link', 'image', 'html']));
  });

  it('leads to the rule, and nowhere else', () => {
    const report = (helpUri: string): EvalReport => evalReport({ results: [evalResult({ name: 'eslint', findings: [evalFinding({ helpUri })] })] });
    expect(linksOf(report('https://eslint.org/rules/a>b (c)'))).toEqual(['https://eslint.org/rules/a%3Eb%20(c)']);
    for (const address of ['javascript:alert(1)', 'file:///etc/passwd', 'command:workbench.action.quit', 'vscode://x', 'rules/no-undef']) expect(linksOf(report(address))).toEqual([]);
  });

  it('is bounded', () => {
    const findings = Array.from({ length: 2_000 }, (_, index) => evalFinding({ message: `finding number ${index}`, file: `src/${index % 7}.ts` }));
    const markdown = reportMarkdown(evalReport({ results: [evalResult({ name: 'x', verdict: 'failed', findings, moreFindings: 8_000, details: 'line\n'.repeat(5_000) })] }));
    expect(markdown.match(/finding number/g)).toHaveLength(100);
    expect(markdown).toContain('… and 9,900 more findings.');
    expect(markdown.length).toBeLessThan(20_000);
  });
});

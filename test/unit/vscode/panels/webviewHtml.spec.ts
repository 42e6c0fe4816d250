import { describe, expect, it } from 'vitest';
import { webviewHtml } from '../../../../src/vscode/panels/webviewHtml';

const page = { title: 'Timeline', cspSource: 'https://csp.example', scriptUri: 'https://csp.example/a.js', styleUri: 'https://csp.example/a.css', subject: 'session-1' };

describe('webviewHtml', () => {
  it('allows nothing but its own script, styles, fonts and images', () => {
    const html = webviewHtml({ ...page, nonce: 'N' });
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'nonce-N'",
      "style-src https://csp.example 'nonce-N'",
      'font-src https://csp.example',
      'img-src https://csp.example',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(html).not.toMatch(/unsafe-|<style|\son[a-z]+=|\sstyle=/);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  it('uses a new nonce each time', () => {
    const nonceOf = (html: string): string | undefined => /script nonce="([^"]+)"/.exec(html)?.[1];
    expect(nonceOf(webviewHtml(page))).toMatch(/^[\w-]{20,}$/);
    expect(nonceOf(webviewHtml(page))).not.toBe(nonceOf(webviewHtml(page)));
  });

  it('cannot be broken by a name or an id', () => {
    const html = webviewHtml({ ...page, title: '</title><script>alert(1)</script>', subject: '"><img src=x onerror=alert(1)>' });
    expect(html).not.toMatch(/<img|<script>/);
  });
});

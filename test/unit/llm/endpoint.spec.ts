import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isOrchestratorError } from '../../../src/base/errors';
import { checkedEndpoint } from '../../../src/llm/endpoint';

function codeOf(text: string): string {
  try {
    return checkedEndpoint(text);
  } catch (error) {
    if (!isOrchestratorError(error)) throw error;
    expect(error.message + error.advice).not.toContain('hunter2');
    return error.code;
  }
}

it('addresses of servers are taken, without the slash at their end', () => {
  expect(checkedEndpoint(' http://127.0.0.1:11434/v1/ ')).toBe('http://127.0.0.1:11434/v1');
  expect(checkedEndpoint('https://api.openai.com')).toBe('https://api.openai.com');
  expect(checkedEndpoint('http://[::1]:8080/v1')).toBe('http://[::1]:8080/v1');
});

it.each(['', 'localhost:11434', '127.0.0.1', 'ftp://host/v1', 'file:///etc/passwd', 'javascript:alert(1)', 'http://', 'https://user:hunter2@host/v1', 'https://hunter2@host', 'https://host/v1?key=hunter2', 'https://host/v1#hunter2', 'hunter2'])('is refused: %s', (text) => {
  expect(codeOf(text)).toBe('endpoint-invalid');
});

it('nothing else comes through', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true, withQueryParameters: true })), (text) => {
    const result = codeOf(text);
    expect(result === 'endpoint-invalid' || /^https?:\/\/[^@?#]+$/.test(result)).toBe(true);
  }));
});

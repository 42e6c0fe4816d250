import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/telemetry/redaction';
import { plantedSecrets } from '../../support/plantedSecrets';

const known = 'known value\nof "two" lines';

function redactorOfKnown(): ReturnType<typeof createRedactor> {
  return createRedactor({ env: { APP_PASSWORD: known } });
}

function streamed(chunks: readonly string[]): string {
  const stream = redactorOfKnown().stream();
  return chunks.map((chunk) => stream.push(chunk)).join('') + stream.end();
}

describe('a stream', () => {
  it.each([...plantedSecrets, { kind: 'known value', text: known, secret: known }])('catches a secret at every split: $kind', ({ text }) => {
    const redactor = redactorOfKnown();
    for (const whole of [`It is ${text} here.\nNext line`, `${'word '.repeat(80)}${text} ${'more '.repeat(80)}`]) {
      const expected = redactor.redact(whole);
      expect(expected).toContain('[redacted');
      for (let at = 0; at <= whole.length; at++) expect(streamed([whole.slice(0, at), whole.slice(at)])).toBe(expected);
      expect(streamed([...whole])).toBe(expected);
    }
  });

  it('says the same as the whole text, however it is cut', () => {
    const piece = fc.oneof(fc.constantFrom(...plantedSecrets.map(({ text }) => text), known, '\n', ' ', '"', 'password', ' = ', 'token: ', 'Bearer '), fc.string({ maxLength: 30 }), fc.constant('plain words of a sentence '));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(60), { minLength: 1, maxLength: 50 }), (pieces, sizes) => {
        const whole = pieces.join('');
        const chunks: string[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const size = 1 + (sizes[turn % sizes.length] ?? 0);
          chunks.push(whole.slice(at, at + size));
          at += size;
        }
        const result = streamed(chunks);
        for (const { secret } of plantedSecrets) if (!redactorOfKnown().redact(whole).includes(secret)) expect(result).not.toContain(secret);
        expect(result.includes(known)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('lets whole lines through at once', () => {
    const stream = redactorOfKnown().stream();
    expect(stream.push('first line\nsecond')).toBe('first line\n');
    expect(stream.push(' line\n')).toBe('second line\n');
    expect(stream.end()).toBe('');
  });

  it('lets long lines through between their words', () => {
    const stream = redactorOfKnown().stream();
    let out = '';
    for (let n = 0; n < 200; n++) out += stream.push('some words ');
    expect(out.length).toBeGreaterThan(1500);
    expect(out + stream.end()).toBe('some words '.repeat(200));
  });

  it('holds back no more than a bounded part, whatever comes', () => {
    for (const endless of ['a', '-----BEGIN RSA PRIVATE KEY-----\n', 'password=', '"', 'eyJ', 'x'.repeat(99)]) {
      const stream = redactorOfKnown().stream();
      let pushed = 0;
      let out = 0;
      for (let n = 0; n < 60; n++) {
        const chunk = endless.repeat(Math.ceil(4_096 / endless.length));
        pushed += chunk.length;
        out += stream.push(chunk).length;
      }
      expect(pushed, endless.slice(0, 12)).toBeGreaterThan(240_000);
      const rest = stream.end().length;
      expect(rest, endless.slice(0, 12)).toBeLessThan(40_000);
      expect(out + rest).toBeGreaterThan(0);
    }
  });
});

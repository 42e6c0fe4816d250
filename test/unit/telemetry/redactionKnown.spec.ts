import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/telemetry/redaction';
import { environmentSecrets } from '../../../src/telemetry/redactionEnvironment';

describe('values of the environment', () => {
  it('are secrets by the names of their variables', () => {
    const secrets = environmentSecrets({
      OPENAI_API_KEY: 'made-up-openai-1',
      DB_PASSWORD: 'correcthorse',
      npm_config__authToken: 'abcdef123456',
      SERVICE_CREDENTIALS: 'user1:pass1word',
      SLACK_WEBHOOK: 'https://hooks.slack.com/services/T0/B0/x1y2z3',
      SENTRY_DSN: 'https://abc123@sentry.example.com/4',
    });
    expect(secrets.map(({ name }) => name)).toEqual(['OPENAI_API_KEY', 'DB_PASSWORD', 'npm_config__authToken', 'SERVICE_CREDENTIALS', 'SLACK_WEBHOOK', 'SENTRY_DSN']);
  });

  it('are none when they are paths, switches, numbers or plain words', () => {
    expect(
      environmentSecrets({
        SSH_AUTH_SOCK: '/run/user/1000/ssh-agent',
        XAUTHORITY: '/home/dev/.Xauthority',
        GIT_ASKPASS: '/usr/lib/git-core/git-gui--askpass',
        PWD: '/home/dev/project',
        AUTH_METHOD: 'kerberos',
        USE_TOKEN: 'required',
        MAX_TOKENS: '20000000',
        TOKEN_URL: 'https://login.example.com/oauth',
        KEYBOARD_LAYOUT: 'german-nodeadkeys',
        GIT_AUTHOR_NAME: 'Ada Lovelace 1815',
        API_KEY: 'short',
        PATH: '/usr/bin:/bin',
        UNSET_TOKEN: undefined,
      }),
    ).toEqual([]);
  });
});

describe('known values', () => {
  const value = 'p@ss "w\\rd"/<1>\n+ü&2';

  it('are found in every form that they take', () => {
    const redactor = createRedactor({ env: { APP_PASSWORD: value } });
    const forms = [
      value,
      JSON.stringify(value).slice(1, -1),
      JSON.stringify(JSON.stringify({ value })),
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
      encodeURIComponent(value).toLowerCase().replace('%0a', '%0a'),
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('base64url'),
      JSON.stringify(value).slice(1, -1).replace('<', '\\u003c').replace('>', '\\u003e').replace('&', '\\u0026'),
    ];
    for (const form of forms) expect(redactor.redact(`before ${form} after`), form).toContain('[redacted: APP_PASSWORD]');
    for (const form of forms.slice(0, 2)) expect(redactor.redact(`before ${form} after`)).toBe('before [redacted: APP_PASSWORD] after');
  });

  it('are found in base64 wherever they stand in what was encoded', () => {
    const redactor = createRedactor({ env: { APP_PASSWORD: 'a-long-enough-password' } });
    for (const user of ['', 'a', 'ab', 'abc', 'longer-user']) {
      expect(redactor.redact(`x ${Buffer.from(`${user}:a-long-enough-password!`).toString('base64')}`), user).toContain('[redacted: APP_PASSWORD]');
    }
  });

  it('are found wherever they stand among others, and no longer once they are forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 8, maxLength: 40 }), { minLength: 1, maxLength: 12 }), fc.string(), fc.string(), fc.nat(), (values, before, after, pick) => {
        const redactor = createRedactor({ env: {} });
        const added = values.map((secret, index) => redactor.addSecret(`S${index}`, secret));
        const secret = values[pick % values.length] ?? '';
        const text = `${before}${secret}${after}`;
        // Part of the marker can be the secret itself.
        fc.pre(!values.some((one) => '[redacted: S10]'.includes(one)));
        const outside = redactor.redact(text).split(/\[redacted: [^\]]*\]/);
        expect(outside.some((piece) => piece.includes(secret))).toBe(false);
        for (const one of added) one.dispose();
        const plain = createRedactor({ env: {} });
        expect(redactor.redact(text)).toBe(plain.redact(text));
      }),
      { numRuns: 300 },
    );
  });

  it('that are too short to be any are left alone', () => {
    const redactor = createRedactor({ env: {} });
    redactor.addSecret('SHORT', 'abc');
    expect(redactor.redact('abc abc')).toBe('abc abc');
  });
});

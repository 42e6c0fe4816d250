import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/telemetry/redaction';
import { plantedSecrets } from '../../support/plantedSecrets';

const redactor = createRedactor({ env: {} });

/** Text that must stay as it is: what agents write all day. */
const harmless: readonly string[] = [
  'commit 3f786850e387550fdab836ed7e6dc881de23001b (HEAD -> main)',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'id 7c9e6679-7425-40de-944b-e07fc1f90ae7, span 019a5c1e7f0abc01',
  '/home/dev/projects/task-runner-with-a-long-name/src/secrets/tokenStore.ts',
  String.raw`C:\Users\dev\AppData\Local\Programs\tokens\key-store.json`,
  `<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4${'A'.repeat(400)}//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==">`,
  '//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJmaWxlIjoiYS5qcyIsInNvdXJjZXMiOltdfQ==',
  'The token count grows with the prompt; a secret of good prompts is to keep the key points first.',
  'password: string; token?: string; const token = getToken(); const secret = process.env.API_SECRET;',
  'const apiKey = config.providers.openai.apiKey; headers.authorization = `Bearer ${apiKey}`;',
  '{"usage":{"input_tokens":123456789012,"output_tokens":42,"max_tokens":8192},"tokensIn":1234567890123456}',
  '{"type":"object","required":["password"],"properties":{"password":{"type":"string","minLength":12}}}',
  '"error": "password must be at least 8 characters long and hold a digit"',
  'git clone https://github.com/acme/app.git && git remote add ssh://git@github.com:22/acme/app.git',
  'curl http://localhost:8080/path@v2/token?page=2 and http://127.0.0.1:11434/v1',
  'PASSWORD=${DB_PASSWORD} TOKEN=$(cat token.txt) API_KEY=<your key> SECRET=******** PWD=/home/dev/project',
  'sk-circle-fade-dot-animation-delay task-force-of-the-month-of-november npm_config_registry npm_lifecycle_event',
  'import { basicAuthenticationMiddleware } from "./basic-auth"; // Basic programming, Bearer of good news',
  'AKIA is the prefix; ghp_ and sk- too; eyJ begins a web token; -----BEGIN CERTIFICATE----- is public',
  '{"errors":{"password":"must be at least 8 characters long"},"secret":"Base64-encoded secret of the webhook, hashed with sha256"}',
  '{"passwordLabel":"Your password","password": "enter your new password", "pwd": "has to be one of your own", "secret": "kept in the vault of the team"}',
  'Password: must be at least 8 characters. Password: stored hashed before anything else sees them',
  'log("password:", user12345, "text of it"); const text = "secret=" + value12345 + " end"; expect({ password: \'wrong one\' })',
  'docker run -u 1000:1000 --user www-data:www-data node:22 && sudo -u postgres psql && git push -u origin HEAD:release-2026 && date -u +%H:%M:%S',
  'git diff -u HEAD:src/app2.ts main:src/app2.ts; sqlmap -u localhost:8080/item2?id=1; the end-user ada:item2024 of a multi-user tool2:mode1234 -u "$USER:$PASSWORD1" -u me:${TOKEN_2}',
  'const accessKey = mySharedServiceAccessKeyProviderV2; secretAccessKey: credentials.secretAccessKey, SECRET_KEY=config/keys/Deploy1Key.pem AUTH_TOKEN=team_deploy_token_number_1',
  '    "integrity": "sha512-XQ0Am2e0l8QyO1mB1Qw4QJ4nq1y5l0iYt0V8cY4k1zvGmXwN5u7p2sRkqZ9j3hF6dT8gB4aE7cS1xU5vW2oKLg==",',
];

describe('patterns of secrets', () => {
  it('are found in nearly all of forty shapes, wherever they stand', () => {
    const places = [
      (text: string) => text,
      (text: string) => `Use ${text} for it.`,
      (text: string) => `line one\n${text}\nline three`,
      (text: string) => JSON.stringify({ prompt: `Deploy with\n${text}\tplease`, count: 3 }),
      (text: string) => JSON.stringify({ input: JSON.stringify({ command: `run\n${text}` }) }),
    ];
    const missed = plantedSecrets.flatMap(({ kind, text, secret }) => places.filter((place) => survives(redactor.redact(place(text)), secret)).map((place) => `${kind}: ${place('…')}`));
    expect(plantedSecrets.length).toBeGreaterThanOrEqual(40);
    expect(missed).toEqual([]);
  });

  it('are named in what replaces them, and what announces them stays', () => {
    expect(redactor.redact('DB_PASSWORD=hunter2hunter')).toBe('DB_PASSWORD=[redacted: DB_PASSWORD]');
    expect(redactor.redact('git push https://deploy:s3cr3tpass@git.example.com/a.git')).toBe('git push https://deploy:[redacted: URL password]@git.example.com/a.git');
    expect(redactor.redact('{"args":["--token","abcd1234efgh5678"]}')).toBe('{"args":["--token","[redacted: token]"]}');
    expect(redactor.redact('{"password":"hunter2 with space9","user":"ada"}')).toBe('{"password":"[redacted: password]","user":"ada"}');
    expect(redactor.redact("curl --user 'ada@example.com:hunter2(Secret9)' https://example.com")).toBe("curl --user 'ada@example.com:[redacted: password]' https://example.com");
    expect(redactor.redact(`key ${plantedSecrets[6]?.text ?? ''}, then`)).toBe('key [redacted: GitHub token], then');
  });

  it.each(harmless)('leave harmless text alone: %s', (text) => {
    expect(redactor.redact(text)).toBe(text);
    const json = JSON.stringify({ text });
    expect(redactor.redact(json)).toBe(json);
  });

  it('change nothing more the second time', () => {
    const all = plantedSecrets.map(({ text }) => text).join('\n');
    const once = redactor.redact(all);
    expect(once).not.toBe(all);
    expect(redactor.redact(once)).toBe(once);
  });
});

describe('JSON', () => {
  it('stays JSON of the same structure, whatever is in it', () => {
    const leaf = fc.oneof(fc.string(), fc.constantFrom(...plantedSecrets.map(({ text }) => text)), fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));
    const tree = fc.letrec((tie) => ({ node: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(fc.constantFrom('password', 'token', 'a', 'api_key', 'text'), tie('node'), { maxKeys: 4 })) })).node;
    const own = createRedactor({ env: {} });
    own.addSecret('ODD', 'a","token":"b');
    own.addSecret('WORDS', 'true,false');
    fc.assert(
      fc.property(tree, (value) => {
        const json = JSON.stringify([value, [true, false], { a: 'a', token: 'b' }]);
        expect(skeleton(JSON.parse(own.redact(json)))).toEqual(skeleton(JSON.parse(json)));
      }),
      { numRuns: 300 },
    );
  });

  it('loses the known values of its strings even when their quotes are like its own', () => {
    const own = createRedactor({ env: {} });
    own.addSecret('ODD', 'pass","word":"x1');
    expect(own.redact(JSON.stringify({ text: 'it is pass","word":"x1 now' }))).toBe('{"text":"it is [redacted: ODD] now"}');
    expect(own.redact('{"is":"pass","word":"x1"}')).toBe('{"is":"pass","word":"x1"}');
  });
});

describe('hostile text', () => {
  const million = 1_000_000;
  const rows: readonly (readonly [string, string])[] = [
    ...['sk-', 'eyJ', 'password=', 'password:', '://a:', '-----BEGIN PRIVATE KEY-----', '-----BEGIN RSA ', 'Bearer ', 'basic ', '\\', '\\"', '"password":"', '--token ', 'token\\\\"', 'AKIA', 'xoxb-1', 'a.', 'SG.', '&sig=', '-u', '-u ', '-u a:', '--user "a:', 'secret="a b', 'API_KEY=Aa1', 'key ', '{"secret', 'PRIVATE KEY-----\\n', 'https://hooks.slack.com/services/', 'eyJaaaaaaaaaaaaaaaa.'].map((piece) => [piece, piece.repeat(Math.ceil(million / piece.length))] as const),
    ['one run', 'a'.repeat(million)],
    ['one web token', `eyJ${'a'.repeat(million)}`],
    ['one URL', `https://${'a'.repeat(million)}:`],
    ['one password', `password="${'\\x'.repeat(million / 2)}`],
  ];

  it.each(rows)('takes no longer than other text: %s', (_name, text) => {
    redactor.redact(text.slice(0, 50_000));
    // The processor's time, and the best of three: the machine may be busy with something else.
    const took = Math.min(...[1, 2, 3].map(() => timed(() => redactor.redact(text))));
    expect(took).toBeLessThan(100);
  });
});

function timed(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** True when a piece of the secret that is long enough to be of use is still there, as it is or as JSON writes it. */
function survives(text: string, secret: string): boolean {
  const written = secret.split('\n').at(secret.includes('\n') ? 1 : 0) ?? '';
  return text.includes(written.slice(0, 12)) || text.includes(written.slice(-12));
}

/** Names, kinds and everything but strings: what redaction must not change. */
function skeleton(value: unknown): unknown {
  if (typeof value === 'string') return 'text';
  if (Array.isArray(value)) return value.map(skeleton);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, skeleton(member)]));
  return value;
}

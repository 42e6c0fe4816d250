import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecretsEvaluator } from '../../../../src/evaluation/builtin/secrets';
import type { EvaluatorOutcome } from '../../../../src/evaluation/evaluator';
import { findSecrets } from '../../../../src/telemetry/redaction';
import { evaluate, type TreeContent } from '../../../support/evalHarness';
import { plantedSecrets } from '../../../support/plantedSecrets';

const evaluator = createSecretsEvaluator();
const [{ text: token, secret }] = plantedSecrets.filter(({ kind }) => kind === 'GitHub token') as [(typeof plantedSecrets)[number]];

function outcomeOf(base: TreeContent, head: TreeContent, options?: Record<string, unknown>): Promise<EvaluatorOutcome> {
  return evaluate(evaluator, { base, head, ...(options && { config: { options } }) });
}

describe('secrets in added lines', () => {
  it('are found where they are, and never told', async () => {
    const outcome = await outcomeOf({ 'a.js': 'a();\n' }, { 'a.js': `a();\nconst key = '${token}';\n` });
    expect(outcome).toMatchObject({ verdict: 'failed', score: 50, metrics: { found: 1, allowed: 0 }, isolation: 'none' });
    expect(outcome.issues).toEqual([
      { ruleId: 'secret-added', severity: 'error', file: 'a.js', range: { startLine: 2, startColumn: 14, endLine: 2, endColumn: 14 + secret.length }, message: 'What looks like a secret (GitHub token, 40 characters) was added. Read it from the environment or a secret store, and revoke it if it is real.' },
    ]);
    expect(JSON.stringify(outcome)).not.toContain(secret);
  });

  it('of every known kind fail, one file each', async () => {
    const head = Object.fromEntries(plantedSecrets.map(({ text }, index) => [`src/file${index}.txt`, `${text}\n`]));
    const outcome = await outcomeOf({}, head);
    const found = new Set(outcome.issues.filter(({ severity }) => severity === 'error').map(({ file }) => file));
    expect(plantedSecrets.filter((_, index) => !found.has(`src/file${index}.txt`)).map(({ kind }) => kind)).toEqual([]);
    for (const planted of plantedSecrets) expect(JSON.stringify(outcome)).not.toContain(planted.secret.split('\n')[1] ?? planted.secret);
  });

  it('count, and those that were there before do not', async () => {
    expect(await outcomeOf({ 'a.js': `const key = '${token}';\na();\n` }, { 'a.js': `const key = '${token}';\nb();\n` })).toMatchObject({ verdict: 'passed', score: 100, issues: [] });
  });

  it('that span lines count when one of them came', async () => {
    const key = plantedSecrets.find(({ text }) => text.includes('PRIVATE KEY') && text.includes('\n'))?.text ?? '';
    const [head = '', ...rest] = key.split('\n');
    const outcome = await outcomeOf({ 'a.txt': `${head}\n${rest.slice(1).join('\n')}\n` }, { 'a.txt': `${key}\n` });
    expect(outcome.issues).toMatchObject([{ ruleId: 'secret-added', range: { startLine: 1 } }]);
  });

  it('that only words announce are warnings in tests', async () => {
    const password = `const password = '${['hunter', 'Two', '2', 'Seven!9x'].join('')}';\n`;
    expect((await outcomeOf({}, { 'src/a.js': password })).issues.map(({ severity }) => severity)).toEqual(['error']);
    expect((await outcomeOf({}, { 'test/a.test.js': password })).issues.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('what is allowed', () => {
  it.each([
    ['in the line', `key('${token}'); // amp-allow-secret: revoked in March\n`],
    ['above it', `# amp-allow-secret: revoked in March\nkey('${token}')\n`],
    ['in a block comment', `/* amp-allow-secret: revoked in March */ key('${token}');\n`],
  ])('says why, %s', async (_where, text) => {
    const outcome = await outcomeOf({}, { 'a.js': text });
    expect(outcome).toMatchObject({ verdict: 'passed', score: 100, metrics: { found: 0, allowed: 1 } });
    expect(outcome.issues).toMatchObject([{ ruleId: 'secret-allowed', severity: 'info' }]);
    expect(outcome.issues[0]?.message).toContain('revoked in March');
  });

  it('is not allowed without a reason', async () => {
    const outcome = await outcomeOf({}, { 'a.js': `key('${token}'); // amp-allow-secret\n` });
    expect(outcome.verdict).toBe('failed');
    expect(outcome.issues[0]?.message).toContain('needs a reason');
  });

  it('is left out by globs', async () => {
    expect(await outcomeOf({}, { 'test/fixtures/a.txt': token, 'b.js': '' }, { allow: ['**/fixtures/**'] })).toMatchObject({ verdict: 'passed', issues: [] });
  });
});

describe('files', () => {
  it('that hold nothing but secrets are warnings, samples are none', async () => {
    const outcome = await outcomeOf({}, { '.env': 'A=1\n', '.env.example': 'A=\n', 'keys/id_ed25519': 'x\n', 'certificate.p12': 'x\n' });
    expect(outcome.issues.map(({ ruleId, file }) => `${ruleId} ${file ?? ''}`)).toEqual(['secret-file .env', 'secret-file certificate.p12', 'secret-file keys/id_ed25519']);
  });

  it('that are too large are told', async () => {
    expect((await outcomeOf({}, { 'huge.txt': 'a\n'.repeat(2_000_000) })).details).toContain('1 file left out');
  });
});

it('finds the same places in any text as redaction replaces', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...plantedSecrets.map(({ text }) => text))), { maxLength: 5 }), (parts) => {
      const text = parts.join('\n');
      const found = findSecrets(text);
      for (const [index, { start, end }] of found.entries()) {
        expect(start).toBeLessThan(end);
        expect(start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});

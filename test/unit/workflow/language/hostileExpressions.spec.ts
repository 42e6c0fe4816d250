import { afterAll, expect, it } from 'vitest';
import { isOrchestratorError } from '../../../../src/base/errors';
import { expressionProblems } from '../../../../src/workflow/language/expressionProblems';
import { createExpressions } from '../../../../src/workflow/language/expressions';
import type { ExpressionScope } from '../../../../src/workflow/language/expressionScope';
import { testAssetsDirectory } from '../../../support/buildAssets';
import { MachineLag } from '../../../support/machineLag';
import { hostileExpressions } from './hostileExpressions';

const mostMs = 60;

const control = new MachineLag();
const expressions = createExpressions({ assetsDirectory: testAssetsDirectory });
afterAll(async () => {
  delete process.env['EXPRESSION_CANARY'];
  expressions.dispose();
  await control.end();
});

const secret = 'the canary sings only for its keeper';
const scope: ExpressionScope = { variables: { branch: 'main' }, nodes: {}, execution: { id: 'x1', workflow: 'w', name: 'W', by: 'Ada', startedAt: 1, costUSD: 0 } };

/** What becomes of it, the time that it took, and what this process has had of the processors meanwhile. */
async function tried(work: () => Promise<unknown>): Promise<{ readonly value?: unknown; readonly error?: unknown; readonly elapsedMs: number; readonly processorMs: number }> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const told = await work().then((value) => ({ value }), (error: unknown) => ({ error }));
  const { user, system } = process.cpuUsage(before);
  return { ...told, elapsedMs: performance.now() - started, processorMs: (user + system) / 1000 };
}

it.each(hostileExpressions.map((hostile) => [hostile.name, hostile] as const))('gives a value or an error in time and touches nothing: %s', async (_name, { text, comes, like }) => {
  process.env['EXPRESSION_CANARY'] = secret;
  expressionProblems(text, 'expression', { extra: [] });
  await expressions.prepare();
  await control.read();
  const { value, error, elapsedMs, processorMs } = await tried(() => expressions.evaluate(text, scope));
  const lagMs = await control.read();
  if (comes !== 'either') expect({ comes: error === undefined ? 'value' : 'error', value, error }).toMatchObject({ comes });
  if (error !== undefined) expect(isOrchestratorError(error) && error.code).toBe('expression-failed');
  if (like) expect(error instanceof Error ? error.message : JSON.stringify(value)).toMatch(like);
  // On a busy machine it waits for a processor: then it is what it had of one that counts.
  expect(Math.min(elapsedMs, processorMs)).toBeLessThan(mostMs + lagMs);
  expect(elapsedMs).toBeLessThan(2500);
  expect(JSON.stringify([value, error instanceof Error ? error.message : ''])).not.toContain(secret);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(([] as unknown as Record<string, unknown>)['polluted']).toBeUndefined();
  // The next one finds everything as it was.
  expect(await expressions.evaluate('variables.branch', scope)).toBe('main');
});

it('has at least twenty-five of them', () => {
  expect(hostileExpressions.length).toBeGreaterThanOrEqual(25);
});

it('tells of them while they are typed, without an exception', () => {
  for (const { text } of hostileExpressions) {
    for (const kind of ['expression', 'template', 'script'] as const) {
      const typed = kind === 'template' ? `a \${${text}} b` : text;
      for (const { offset, length, message } of expressionProblems(typed, kind, { variables: new Set(), nodes: new Set(), extra: [] })) {
        expect(message).not.toBe('');
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset + length).toBeLessThanOrEqual(typed.length);
      }
    }
  }
});

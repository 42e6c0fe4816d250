import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { expectNoUnhandledRejection, makeModels } from '../../support/modelHarness';
import { chat, json, message, startModelServer } from '../../support/modelServer';

/** Settings of the SDKs in an environment; each would send something that a person has not asked this program to send. */
const settings: Readonly<Record<string, string>> = {
  OPENAI_ADMIN_KEY: 'env-admin-key',
  OPENAI_API_KEY: 'env-openai-key',
  OPENAI_ORG_ID: 'env-organization',
  OPENAI_PROJECT_ID: 'env-project',
  OPENAI_BASE_URL: 'http://127.0.0.1:9/env',
  OPENAI_CUSTOM_HEADERS: 'X-Env: env-header',
  OPENAI_LOG: 'debug',
  ANTHROPIC_API_KEY: 'env-anthropic-key',
  ANTHROPIC_AUTH_TOKEN: 'env-anthropic-token',
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/env',
  ANTHROPIC_CUSTOM_HEADERS: 'X-Env: env-header',
  ANTHROPIC_LOG: 'debug',
};

beforeEach(() => {
  expectNoUnhandledRejection();
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
});

it.each(['openai', 'anthropic', 'local'] as const)('nothing of the environment reaches %s, or a log, but what was asked for', async (name) => {
  const logged: unknown[] = [];
  const own = { debug: console.debug, info: console.info, warn: console.warn, error: console.error, log: console.log };
  const keep = (...words: unknown[]): void => void logged.push(words);
  Object.assign(console, { debug: keep, info: keep, warn: keep, error: keep, log: keep });
  onTestFinished(() => void Object.assign(console, own));
  const server = await startModelServer();
  const { models, written } = await makeModels();
  server.answer(json(name === 'anthropic' ? message('x') : chat('x')));
  const provider = models.provider(name, { baseURL: name === 'anthropic' ? server.url : `${server.url}/v1` });
  await provider.complete({ model: 'm', messages: [{ role: 'user', text: 'x' }], origin: { sessionId: 's' } });
  expect(server.seen).toHaveLength(1);
  expect(JSON.stringify([server.seen, written])).not.toMatch(/env-/);
  expect(logged).toEqual([]);
});

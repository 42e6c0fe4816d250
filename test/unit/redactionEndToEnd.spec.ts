import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { expectCode } from '../support/expectCode';
import { makeRepository } from '../support/gitRepository';
import { chat, json, startModelServer, status } from '../support/modelServer';
import { plantedSecrets } from '../support/plantedSecrets';
import { openOrchestrator } from '../support/testOrchestrator';

afterEach(() => { vi.unstubAllEnvs(); });

const known = { APP_PASSWORD: 'known "pass\\word" 1', DEPLOY_TOKEN: 'known-deploy-token-77' };
const apiKey = 'made-up-local-key-31415';

it('no planted secret is left in anything that is kept of a session', { timeout: 120_000 }, async () => {
  for (const [name, value] of Object.entries(known)) vi.stubEnv(name, value);
  const repository = makeRepository();
  const remote = plantedSecrets.find(({ kind }) => kind === 'URL password')?.text ?? '';
  repository.git('remote', 'add', 'origin', remote);
  const server = await startModelServer();
  const orchestrator = await openOrchestrator(repository.root, { keys: { key: () => Promise.resolve(apiKey) } });
  const all = [...plantedSecrets.map(({ text }) => text), ...Object.values(known)].join('\n');

  // The agent repeats its prompt on both streams and in its error.
  const agent = ['node', '-e', 'const text = process.argv[1]; console.log(text); console.error(text); console.log(JSON.stringify({ type: "tool", input: { command: text } })); process.exit(3);', '{prompt}'];
  const session = await orchestrator.sessions.create({ prompt: all, agent: 'command', agentOptions: { argv: agent } });
  await orchestrator.sessions.run(session.id, {});

  const provider = orchestrator.models.provider('local', { baseURL: `${server.url}/v1` });
  const request = { model: 'm', messages: [{ role: 'user' as const, text: `${all} ${apiKey}` }], origin: { sessionId: session.id } };
  server.answer(json(chat(`${all} ${apiKey}`)));
  await provider.complete(request);
  server.answer(status(400, { message: `${all} ${apiKey}` }));
  await expectCode(provider.complete(request), 'model-refused');

  const { directory } = { directory: path.dirname(orchestrator.store.file) };
  const pages = JSON.stringify([await orchestrator.store.spans.bySession(session.id), await orchestrator.store.sessions.list(), await orchestrator.store.iterations.bySession(session.id), orchestrator.logged]);
  await orchestrator.close();
  const kept = [...filesBelow(directory).map((file) => [file, readFileSync(file, 'latin1')] as const), ['pages and log', pages] as const];
  expect(kept.map(([file]) => path.basename(file))).toContain('orchestrator.db');
  expect(pages).toContain('[redacted: ');

  for (const value of [...Object.values(known), apiKey]) for (const form of [value, JSON.stringify(value).slice(1, -1)]) expect(kept.filter(([, text]) => text.includes(form)).map(([file]) => file), form).toEqual([]);
  const left = plantedSecrets.filter(({ secret }) => kept.some(([, text]) => text.includes(secret.split('\n')[secret.includes('\n') ? 1 : 0] ?? secret)));
  expect(left.map(({ kind, secret }) => `${kind} in ${kept.filter(([, text]) => text.includes(secret.split('\n')[secret.includes('\n') ? 1 : 0] ?? secret)).map(([file]) => path.basename(file)).join(', ')}`).slice(Math.floor(plantedSecrets.length * 0.05))).toEqual([]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile());
}

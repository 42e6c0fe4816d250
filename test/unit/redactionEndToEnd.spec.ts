import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { NewSession } from '../../src/sessions/createSession';
import { spanDetails, timelineSnapshot } from '../../src/protocol/timelineSnapshot';
import { cli } from '../support/cli';
import { expectCode } from '../support/expectCode';
import { makeRepository } from '../support/gitRepository';
import { chat, json, startModelServer, status } from '../support/modelServer';
import { plantedSecrets } from '../support/plantedSecrets';
import { claudeStream, garbage, geminiStream, longLastLine, longLastWords, overLimit, overPiece } from '../support/secretStreams';
import { temporaryDirectory } from '../support/temporary';
import { openOrchestrator } from '../support/testOrchestrator';

afterEach(() => { vi.unstubAllEnvs(); });

const deployToken = 'known-deploy-token-77';
const twoLines = 'known first 81\nknown second 92';
const known = { APP_PASSWORD: 'known "pass\\word" 1', DEPLOY_TOKEN: deployToken, SIGNING_SECRET: twoLines };
const apiKey = 'made-up-local-key-31415';
const secrets = [...plantedSecrets.map(({ text }) => text), ...Object.values(known)].join('\n');
const scripted = path.resolve(import.meta.dirname, '../support/fakeAgents/scripted.mjs');

/** Said on both streams, as JSON and as an error, with a private key over several lines. */
const echo = ['node', '-e', 'const text = process.argv[1]; console.log(text); console.error(text); console.log(JSON.stringify({ type: "tool", input: { command: text } })); process.exit(3);', '{prompt}'];

/** Names files and a folder after a secret, and says so. */
const nameFiles = ['node', '-e', 'const fs = require("node:fs"); const token = process.env.DEPLOY_TOKEN; fs.mkdirSync(token); for (const name of [`${token}/a.txt`, `for-${token}.pem`, "b.txt"]) { fs.writeFileSync(name, "1"); console.log(name); }'];

interface Scripted {
  readonly request: Pick<NewSession, 'agent' | 'agentOptions' | 'name'>;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
}

const runs: Readonly<Record<string, Scripted>> = {
  echo: { request: { agent: 'command', agentOptions: { argv: echo } } },
  claude: { request: { agent: 'claudeCode', name: `Deploy ${deployToken}` }, stdout: claudeStream(secrets, deployToken) },
  gemini: { request: { agent: 'gemini' }, stdout: geminiStream(secrets, deployToken) },
  garbage: { request: { agent: 'claudeCode' }, stdout: garbage(deployToken) },
  failing: { request: { agent: 'claudeCode' }, stderr: longLastLine(deployToken), exit: 7 },
  command: { request: { agent: 'command', agentOptions: { argv: [scripted] } }, stdout: overPiece(twoLines), stderr: longLastWords(deployToken), exit: 7 },
  files: { request: { agent: 'command', agentOptions: { argv: nameFiles } } },
};

it('no planted secret is left in anything that is kept, shown or exported of a session', { timeout: 180_000 }, async () => {
  for (const [name, value] of Object.entries(known)) vi.stubEnv(name, value);
  const folder = temporaryDirectory();
  vi.stubEnv('SCRIPTED_AGENT', folder);
  const repository = makeRepository();
  repository.git('remote', 'add', 'origin', plantedSecrets.find(({ kind }) => kind === 'URL password')?.text ?? '');
  const server = await startModelServer();
  const orchestrator = await openOrchestrator(repository.root, { keys: { key: () => Promise.resolve(apiKey) }, programs: { claudeCode: scripted, gemini: scripted } });
  const live: unknown[] = [];
  orchestrator.tracer.on('span:start', (span) => live.push(structuredClone(span)));
  orchestrator.tracer.on('span:finish', (span) => live.push(structuredClone(span)));

  const endings: Record<string, string> = {};
  for (const [name, { request, stdout = '', stderr = '', exit = 0 }] of Object.entries(runs)) {
    for (const [file, text] of Object.entries({ stdout, stderr, exit: String(exit) })) writeFileSync(path.join(folder, file), text);
    const session = await orchestrator.sessions.create({ prompt: name === 'echo' ? secrets : overLimit(4_096, deployToken), ...request });
    endings[name] = (await orchestrator.sessions.run(session.id, {})).iteration.status;
  }
  expect(endings).toEqual({ echo: 'failed', claude: 'succeeded', gemini: 'succeeded', garbage: 'failed', failing: 'failed', command: 'failed', files: 'succeeded' });

  const provider = orchestrator.models.provider('local', { baseURL: `${server.url}/v1` });
  const [first] = await orchestrator.sessions.overview();
  const request = { model: 'm', messages: [{ role: 'user' as const, text: `${secrets} ${apiKey}` }], origin: { sessionId: first?.session.id ?? '' } };
  server.answer(json(chat(`${secrets} ${apiKey}`)));
  await provider.complete(request);
  server.answer(status(400, { message: `${secrets} ${apiKey}` }));
  await expectCode(provider.complete(request), 'model-refused');
  await orchestrator.store.flush();

  const pages: unknown[] = [live, orchestrator.logged, await orchestrator.costs.report({ range: { kind: 'today' }, group: 'session', imported: true })];
  for (const { session, totals } of await orchestrator.sessions.overview()) {
    const [spans, iterations] = await Promise.all([orchestrator.store.spans.bySession(session.id), orchestrator.store.iterations.bySession(session.id)]);
    pages.push(session, iterations, spans, spans.map(spanDetails), timelineSnapshot({ session, iterations, spans, totals, takenAt: 0 }));
  }
  const named = (await orchestrator.sessions.overview()).flatMap(({ iterations }) => iterations).find(({ status, changedFiles }) => status === 'succeeded' && changedFiles.length === 3);
  expect(named?.changedFiles.map((file) => file.path)).toEqual(['b.txt', 'for-[redacted: DEPLOY_TOKEN].pem', '[redacted: DEPLOY_TOKEN]/a.txt']);
  // Git still knows what to show.
  const { files } = await orchestrator.sessions.changes(named?.sessionId ?? '', named?.id);
  expect(files.map((file) => file.path)).toEqual(['b.txt', `for-${deployToken}.pem`, `${deployToken}/a.txt`]);
  const directory = path.dirname(orchestrator.store.file);
  await orchestrator.close();

  const kept = new Map<string, string>([['pages and log', JSON.stringify(pages)], ['commits and branches', repository.git('log', '--all', '--format=%B%D')]]);
  for (const format of ['json', 'csv', 'perfetto', 'otlp']) await cli(repository.root, 'export', `--format=${format}`, '--content', `--out=${path.join(folder, `exported.${format}`)}`);
  for (const name of readdirSync(folder).filter((file) => file.startsWith('exported.'))) kept.set(name, readFileSync(path.join(folder, name), 'latin1'));
  for (const args of [['sessions'], ['timeline', '--json'], ['timeline', '--costs'], ['cost', '--by=session', '--json'], ['delete', secrets], ['run', `--agent=${deployToken}`, 'prompt']]) {
    const { stdout, stderr } = await cli(repository.root, ...args);
    kept.set(`amp-orchestrator ${args[0] ?? ''} ${args[1]?.slice(0, 8) ?? ''}`, stdout + stderr);
  }
  for (const file of filesBelow(directory)) kept.set(file, readFileSync(file, 'latin1'));

  expect([...kept.keys()].map((name) => path.basename(name))).toEqual(expect.arrayContaining(['orchestrator.db', 'exported.json', 'exported.csv', 'exported.perfetto', 'exported.otlp']));
  expect([...kept.keys()].filter((name) => name.endsWith('.jsonl'))).toHaveLength(Object.keys(runs).length);
  for (const [name, text] of kept) expect(text.length, name).toBeGreaterThan(0);
  for (const name of ['pages and log', 'commits and branches', 'exported.json', ...[...kept.keys()].filter((file) => file.endsWith('.jsonl'))]) expect(kept.get(name), name).toContain('[redacted: ');

  // Not even their beginning: half a secret is what is left of one that was cut before it was known.
  for (const value of [...Object.values(known), apiKey]) {
    for (const form of [value, value.slice(0, 8), value.slice(-8)]) for (const shape of [form, JSON.stringify(form).slice(1, -1)]) expect(holders(kept, shape), shape).toEqual([]);
  }
  const left = plantedSecrets.flatMap(({ kind, secret }) => {
    const where = holders(kept, secret.split('\n')[secret.includes('\n') ? 1 : 0] ?? secret);
    return where.length === 0 ? [] : [`${kind} in ${where.join(', ')}`];
  });
  expect(left.slice(Math.floor(plantedSecrets.length * 0.05))).toEqual([]);
});

function holders(kept: ReadonlyMap<string, string>, text: string): string[] {
  return [...kept].filter(([, content]) => content.includes(text)).map(([name]) => path.basename(name));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile());
}

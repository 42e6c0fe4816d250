import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAgentDrivers } from '../../../src/agents/agents';
import { systemClock } from '../../../src/base/clock';
import { spanIds } from '../../../src/base/ids';
import { findRepository } from '../../../src/git/repository';
import type { NewSession } from '../../../src/sessions/createSession';
import { SessionManager } from '../../../src/sessions/sessionManager';
import { openStore } from '../../../src/storage/openStore';
import { createRedactor } from '../../../src/telemetry/redaction';
import { AmpTracer } from '../../../src/telemetry/tracer';
import { traceIdOf } from '../../../src/telemetry/traceContext';
import { testAssetsDirectory } from '../../support/buildAssets';
import { makeRepository } from '../../support/gitRepository';

const secret = 'sk-planted-0123456789';

/** Sessions whose store and log lose the planted secret. */
async function sessionsWithRedaction() {
  const project = makeRepository();
  const repository = await findRepository(project.root);
  const directory = path.join(repository.commonDirectory, 'amp-orchestrator');
  const recordings = path.join(directory, 'recordings');
  mkdirSync(recordings, { recursive: true });
  const redactor = createRedactor({ env: { PLANTED_SECRET: secret } });
  const store = await openStore({ directory, assetsDirectory: testAssetsDirectory, kind: 'test', redact: redactor.redact });
  const tracer = new AmpTracer(store.spans, spanIds(systemClock, store.processNonce), systemClock);
  const drivers = createAgentDrivers({ clock: systemClock, env: { ...process.env, TRACEPARENT: 'not-mine' } });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const sessions = new SessionManager({ repository, store, tracer, drivers, clock: systemClock, log, recordings, closing: new AbortController().signal, redactor });
  onTestFinished(async () => {
    await sessions.shutDown();
    sessions.dispose();
    await store.close();
  });
  return { project, sessions, store, recordings };
}

const writer = (file: string, what: string): Pick<NewSession, 'agent' | 'agentOptions'> => ({ agent: 'command', agentOptions: { argv: ['node', '-e', `require("fs").writeFileSync(${JSON.stringify(file)}, ${what}); console.log(${what})`, '{prompt}'] } });

describe('what an agent is given', () => {
  it('is the prompt as it was said, although what is kept of it has lost its secrets', async () => {
    const { project, sessions, store, recordings } = await sessionsWithRedaction();
    const session = await sessions.create({ prompt: `Use ${secret}`, ...writer('given.txt', 'process.argv[1]') });
    const given = (): string => readFileSync(path.join(session.worktree, 'given.txt'), 'utf8');
    await sessions.run(session.id);
    expect(given()).toBe(`Use ${secret}`);
    await sessions.run(session.id, { prompt: `Once more with ${secret}` });
    expect(given()).toBe(`Once more with ${secret}`);
    const kept = [
      JSON.stringify([await store.sessions.list(), await store.iterations.bySession(session.id), await store.spans.bySession(session.id)]),
      ...readdirSync(recordings).map((file) => readFileSync(path.join(recordings, file), 'utf8')),
      project.git('log', '--all', '--format=%B%D'),
    ].join('\n');
    expect(kept).toContain('Use [redacted: PLANTED_SECRET]');
    expect(kept).not.toContain(secret);
  });

  it('is the trace that its steps belong to', async () => {
    const { sessions, store } = await sessionsWithRedaction();
    const session = await sessions.create({ prompt: 'Trace', ...writer('trace.txt', 'process.env.TRACEPARENT') });
    const { iteration } = await sessions.run(session.id);
    const [, version, traceId, spanId, flags] = /^(00)-([0-9a-f]{32})-([0-9a-f]{16})-(01)$/.exec(readFileSync(path.join(session.worktree, 'trace.txt'), 'utf8')) ?? [];
    expect([version, traceId, flags]).toEqual(['00', traceIdOf({ sessionId: session.id, iterationId: iteration.id }), '01']);
    expect((await store.spans.get(spanId ?? ''))?.attrs).toMatchObject({ 'gen_ai.agent.name': 'command' });
  });
});

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { outsideSessions } from '../../../src/model/session';
import { openStore } from '../../../src/storage/openStore';
import { cliProgram, testAssetsDirectory } from '../../support/buildAssets';
import { cli } from '../../support/cli';
import { makeRepository } from '../../support/gitRepository';
import { makeSpan } from '../../support/storageHarness';
import { otlpReceiver } from '../../support/otlpReceiver';

const recording = path.resolve(import.meta.dirname, '../../fixtures/agents/claude-edit.jsonl');
const prompt = 'Make add() add';

async function repositoryWithSession(): Promise<string> {
  const { root } = makeRepository();
  expect(await cli(root, 'run', '--agent', 'replay', '--recording', recording, '--speed', '0', '--prompt', prompt)).toMatchObject({ code: 0 });
  return root;
}

async function manySpansIn(folder: string): Promise<void> {
  const store = await openStore({ directory: path.join(folder, '.git', 'amp-orchestrator'), assetsDirectory: testAssetsDirectory, kind: 'test' });
  for (let n = 0; n < 4_000; n++) store.spans.write(makeSpan(n.toString(16).padStart(16, '0'), { sessionId: outsideSessions, tsStart: n, tsEnd: n + 1 }));
  await store.close();
}

/** Two programs at a pipe, or one under a limit: what only a shell sets up. */
function shell(cwd: string, script: string): Promise<{ readonly stderr: string }> {
  return promisify(execFile)('sh', ['-c', script], { cwd });
}

describe('export on the command line', () => {
  it('prints or writes a file, without the prompt unless --content is given', async () => {
    const folder = await repositoryWithSession();
    const printed = await cli(folder, 'export', '--format', 'json');
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(printed.stdout)).toMatchObject({ format: 'amp-telemetry', content: false, sessions: [{ agent: 'replay' }] });
    expect(printed.stdout).not.toContain(prompt);
    const written = await cli(folder, 'export', '--format', 'perfetto', '--content', '--out', 'trace.json');
    expect(written.stdout).toMatch(/^Wrote \d+ spans of 1 session to .*trace\.json\.$/m);
    expect(readFileSync(path.join(folder, 'trace.json'), 'utf8')).toContain(prompt);
    expect(JSON.parse((await cli(folder, 'export', '--format', 'json', '--since', '2099-01-01')).stdout)).toMatchObject({ sessions: [] });
  });

  it('sends to a receiver, with headers', async () => {
    const receiver = await otlpReceiver();
    const folder = await repositoryWithSession();
    const sent = await cli(folder, 'export', '--format', 'otlp', '--endpoint', receiver.endpoint, '--header', 'x-team=blue', '--header', 'x-key=a=b');
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(sent.stdout).toContain(`Sent ${receiver.spans.length} spans of 1 session to ${receiver.endpoint}.`);
    expect(receiver.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['iteration 1', 'invoke_agent replay', 'git commit']));
    expect(receiver.requests[0]?.headers).toMatchObject({ 'x-team': 'blue', 'x-key': 'a=b' });
    expect(receiver.requests.map(({ body }) => body.toString('latin1')).join('')).not.toContain(prompt);
  });

  it('is live for a run when the environment names a receiver, with nothing lost at its end', async () => {
    const receiver = await otlpReceiver();
    const { root } = makeRepository();
    const env = { ...process.env, AMP_ORCHESTRATOR_OTLP_ENDPOINT: receiver.endpoint, AMP_ORCHESTRATOR_OTLP_PROTOCOL: 'http/json', AMP_ORCHESTRATOR_OTLP_HEADERS: 'x-team=blue' };
    const { stderr } = await promisify(execFile)(process.execPath, [cliProgram, 'run', '--agent', 'replay', '--recording', recording, '--speed', '0', '--prompt', prompt], { cwd: root, env });
    expect(stderr).toBe('');
    const stored = JSON.parse((await cli(root, 'timeline', '--json')).stdout) as { readonly id: string; readonly type: string }[];
    expect(receiver.spans.map(({ spanId }) => spanId).sort()).toEqual(stored.filter(({ type }) => type !== 'ui').map(({ id }) => id).sort());
    expect(receiver.points.some(({ metric }) => metric === 'gen_ai.client.token.usage')).toBe(true);
    expect(receiver.requests[0]?.headers['x-team']).toBe('blue');
  });

  it.each([
    [['--format', 'xml'], 'There is no format "xml"'],
    [[], 'No format was given'],
    [['--format', 'csv', '--endpoint', 'http://127.0.0.1:1'], 'An endpoint is for --format otlp'],
    [['--format', 'json', '--since', 'yesterday-ish'], 'is no date'],
    [['--format', 'json', '--since', '2026-02-31'], '"2026-02-31" is no date'],
    [['--format', 'json', '--since', '2026-02-31T10:00:00Z'], 'is no date'],
    [['--format', 'json', '--since', '1'], '"1" is no date'],
    [['--format', 'otlp', '--endpoint', 'http://127.0.0.1:1', '--header', 'x-team'], 'A --header has no value'],
  ])('refuses %j', async (args, message) => {
    const { root } = makeRepository();
    const { code, stderr } = await cli(root, 'export', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('says what is wrong with an endpoint or a receiver, and leaves no file', async () => {
    const folder = await repositoryWithSession();
    const receiver = await otlpReceiver();
    receiver.answer = () => ({ status: 403 });
    expect((await cli(folder, 'export', '--format', 'otlp', '--endpoint', 'localhost:4318')).stderr).toContain('is not an http(s) URL');
    const refused = await cli(folder, 'export', '--format', 'otlp', '--endpoint', receiver.endpoint);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('refuses access (403)') as string });
    expect((await cli(folder, 'export', '--format', 'json', '--out', path.join('missing', 'x.json'))).code).toBe(1);
    expect(existsSync(path.join(folder, 'missing'))).toBe(false);
  });

  it.runIf(process.platform !== 'win32')('says so when the file or the pipe ends before the export, and leaves no half file', async () => {
    const folder = await repositoryWithSession();
    await manySpansIn(folder);
    // A reader that goes after the first bytes, and a disk that takes 2 MiB a file and no more.
    const piped = await shell(folder, `{ "${process.execPath}" "${cliProgram}" export --format json; echo "code $?" >&2; } | head -c 10`);
    expect(piped.stderr).toContain('ended before the export did');
    expect(piped.stderr).toContain('code 1');
    const limited = await shell(folder, `ulimit -f 4096; "${process.execPath}" "${cliProgram}" export --format otlp --out out.jsonl; echo "code $?" >&2`);
    expect(limited.stderr).toMatch(/out\.jsonl could not be written: EFBIG/);
    expect(limited.stderr).toContain('code 1');
    expect(readdirSync(folder).filter((name) => name.startsWith('out'))).toEqual([]);
  });

  it.runIf(existsSync('/dev/full'))('says that there is no space left', async () => {
    const full = await shell(await repositoryWithSession(), `"${process.execPath}" "${cliProgram}" export --format json > /dev/full; echo "code $?" >&2`);
    expect(full.stderr).toContain('There is no space left for the output.');
    expect(full.stderr).toContain('code 1');
  });
});

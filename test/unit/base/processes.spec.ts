import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemCode } from '../../../src/base/errors';
import { endMarked } from '../../../src/base/processEnd';
import type { ProcessIdentity } from '../../../src/base/processStat';
import { identifyChild, isAlive } from '../../../src/base/processIdentity';
import { waitUntil } from '../../../src/base/processWait';
import { launch } from '../../../src/base/processLaunch';
import { run, start } from '../../../src/base/processes';
import { endLeftovers, processesNaming } from '../../support/leftovers';

const node = process.execPath;
const familyOfStrays = path.join(import.meta.dirname, '../../support/fakeAgents/familyOfStrays.mjs');
const familySize = 10;
let folder: string;
/** Names the folder, so that whatever a test started can be found. */
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'processes-'));
  env = { PATH: process.env['PATH'], TEST_FOLDER: folder };
});
afterEach(async () => {
  await endLeftovers(folder);
  rmSync(folder, { recursive: true, force: true });
});

describe('run', () => {
  it('gives arguments as they are, without a shell', async () => {
    const args = ['$HOME', '*', "a'b\"c", '', '; echo x'];
    const result = await run(node, ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args], { env });
    expect(JSON.parse(result.stdout)).toEqual(args);
    expect(result).toMatchObject({ exitCode: 0, truncated: false, timedOut: false });
  });

  it('passes input and only the given environment', async () => {
    const script = 'process.stdin.pipe(process.stdout); process.stderr.write(Object.keys(process.env).sort().join())';
    const input = 'häuser '.repeat(200_000);
    const result = await run(node, ['-e', script], { env: { ONLY: 'this' }, input });
    expect(result.stdout).toBe(input);
    expect(result.stderr).toBe('ONLY');
  });

  it('reports exit code and all output of a program that fails', async () => {
    const result = await run(node, ['-e', 'process.stdout.write("x".repeat(300000)); process.exitCode = 3'], { env });
    expect(result.exitCode).toBe(3);
    expect(result.stdout).toHaveLength(300_000);
  });

  it('survives a program that does not read its input', async () => {
    const result = await run(node, ['-e', 'process.exit(0)'], { env, input: 'x'.repeat(5_000_000) });
    expect(result.exitCode).toBe(0);
  });

  it('names the signal that ended a program', async () => {
    const result = await run(node, ['-e', 'process.kill(process.pid, "SIGKILL")'], { env });
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it.each([
    ['program', 'no-such-program-anywhere', {}],
    ['folder', node, { cwd: '/no/such/folder' }],
  ])('rejects with ENOENT for a missing %s', async (_what, file, options) => {
    const error = await run(file, ['-v'], { env, ...options }).catch((reason: unknown) => reason);
    expect(systemCode(error)).toBe('ENOENT');
  });

  it('ends a program that takes too long, also one that ignores signals', async () => {
    const script = 'process.on("SIGTERM", () => {}); console.log("up"); setTimeout(() => {}, 60000)';
    const result = await run(node, ['-e', script], { env, timeoutMs: 500 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null, stdout: 'up\n' });
  });

  it('does not take an endless timeout for none', async () => {
    const result = await run(node, ['-e', 'setTimeout(() => console.log("done"), 50)'], { env, timeoutMs: 2 ** 40 });
    expect(result).toMatchObject({ timedOut: false, stdout: 'done\n' });
  });

  it('keeps what fits and ends a program that writes too much', async () => {
    const result = await run(node, ['-e', 'for (;;) require("fs").writeSync(1, "ä".repeat(1000))'], { env, maxOutputBytes: 10_001 });
    expect(result.truncated).toBe(true);
    expect(result.stdout).toBe('ä'.repeat(5_000));
  });

  it('rejects with `stopped` when aborted, before and during the run', async () => {
    const before = AbortSignal.abort();
    await expect(run(node, ['-v'], { env, signal: before })).rejects.toMatchObject({ code: 'stopped' });
    const during = new AbortController();
    const running = run(node, ['-e', 'setTimeout(() => {}, 60000)'], { env, signal: during.signal });
    during.abort();
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
  });

  it('keeps what a child of the program writes right after its end', async () => {
    const script = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => console.log("late"), 100)'], { stdio: 'inherit' }).unref(); console.log('early')`;
    const result = await run(node, ['-e', script], { env });
    expect(result.stdout).toBe('early\nlate\n');
  });

  it('does not wait for a background process that holds its output open', async () => {
    const script = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 15000)'], { stdio: 'inherit', detached: true }).unref(); console.log('ok')`;
    const started = performance.now();
    const result = await run(node, ['-e', script], { env: { ...env, AMP_ORCHESTRATOR_RUN: 'holder' } });
    expect(result.stdout).toBe('ok\n');
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(await endMarked('holder')).toBe(1);
  });
});

describe.runIf(process.platform === 'linux')('a marked run', () => {
  const server = (file: string): string => `require('fs').writeFileSync(${JSON.stringify(file)}, ''); setTimeout(() => {}, 60000)`;

  it('leaves no server behind after an orderly end', async () => {
    const file = path.join(folder, 'up');
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(server(file))}], { stdio: 'ignore', detached: true }).unref();
      const look = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(file)})) { clearInterval(look); console.log('ok'); } }, 10)`;
    const result = await run(node, ['-e', script], { env, runMarker: path.basename(folder) });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'ok\n' });
    expect(processesNaming(folder)).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('stop', () => {
  const forever = 'process.on("SIGTERM", () => {}); console.log("up"); setTimeout(() => {}, 60000)';

  it('ends the program also when nobody could tell who it is', async () => {
    const running = launch(node, ['-e', forever], { env, identify: () => Promise.reject(new Error('EMFILE')) });
    running.stderr.resume();
    await new Promise((resolve) => running.stdout.once('data', resolve));
    await running.stop({ terminateMs: 200 });
    expect(await running.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  it('asks Windows to end the tree of a child that has not exited, and only of one', async () => {
    const asked = path.join(folder, 'asked');
    mkdirSync(path.join(folder, 'System32'));
    writeFileSync(path.join(folder, 'System32', 'taskkill.exe'), `#!/bin/sh\necho "$@" >> '${asked}'\nkill -9 "$2"\n`, { mode: 0o755 });
    const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
    vi.stubEnv('SystemRoot', folder);
    // As it is there: nobody tells when a process started.
    const running = launch(node, ['-e', 'setTimeout(() => {}, 60000)'], { env, identify: () => Promise.resolve(undefined) }, 'windows');
    running.stdout.resume();
    running.stderr.resume();
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    try {
      await running.stop();
      expect(await running.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
      await running.stop();
      expect(readFileSync(asked, 'utf8')).toBe(`/pid ${running.pid} /T /F\n`);
    } finally {
      Object.defineProperty(process, 'platform', platform);
      vi.unstubAllEnvs();
    }
  });
});

describe('start', () => {
  it('gives whole lines of both streams before `exited` settles', async () => {
    const lines: string[] = [];
    const script = 'process.stdout.write("one\\ntwo"); process.stderr.write("bad\\r\\n"); process.exitCode = 2';
    const running = start(node, ['-e', script], { env, onStdoutLine: (line) => lines.push(`out ${line}`), onStderrLine: (line) => lines.push(`err ${line}`) });
    expect(await running.exited).toEqual({ exitCode: 2 });
    expect(lines.toSorted()).toEqual(['err bad', 'out one', 'out two']);
  });

  it('rejects `exited` for a missing program, and can still be stopped', async () => {
    const running = start('no-such-program-anywhere', [], { env, runMarker: 'none' });
    expect(systemCode(await running.exited.catch((reason: unknown) => reason))).toBe('ENOENT');
    await running.stop();
  });

  it('asks first when told to', async () => {
    const script = 'process.on("SIGINT", () => { console.log("goodbye"); process.exit(0); }); console.log("up"); setTimeout(() => {}, 60000)';
    const lines: string[] = [];
    const running = start(node, ['-e', script], { env, onStdoutLine: (line) => lines.push(line) });
    expect(await waitUntil(() => lines.length > 0, 10_000)).toBe(true);
    await running.stop({ gracefulMs: 10_000 });
    expect(await running.exited).toEqual({ exitCode: 0 });
    expect(lines).toEqual(['up', 'goodbye']);
  });

  it.runIf(process.platform === 'linux')('leaves none of a family that ignores signals, changed groups and forgot the marker', async () => {
    const running = start(node, [familyOfStrays, folder], { env, runMarker: `run-${path.basename(folder)}` });
    expect(await waitUntil(() => readdirSync(folder).length === familySize, 15_000)).toBe(true);
    const family = await Promise.all(readdirSync(folder).map((name) => identifyChild(Number(name))));
    await running.stop({ gracefulMs: 200, terminateMs: 300 });
    expect(await running.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(await alive(family)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('finds by their marker the strays of a program that has ended', async () => {
    const script = `require('child_process').spawn(process.execPath, [${JSON.stringify(familyOfStrays)}, ${JSON.stringify(folder)}], { stdio: 'ignore', detached: true }).unref()`;
    const running = start(node, ['-e', script], { env, runMarker: `run-${path.basename(folder)}` });
    expect(await running.exited).toEqual({ exitCode: 0 });
    expect(await waitUntil(() => readdirSync(folder).length === familySize, 15_000)).toBe(true);
    const family = await Promise.all(readdirSync(folder).map((name) => identifyChild(Number(name))));
    await running.stop({ terminateMs: 200 });
    const left = await alive(family);
    // The one without a marker, whose ancestors had ended before anybody looked, cannot be told from a stranger's.
    for (const one of left) process.kill(one.pid, 'SIGKILL');
    expect(left.length).toBeLessThanOrEqual(1);
  });
});

async function alive(family: readonly (ProcessIdentity | undefined)[]): Promise<readonly ProcessIdentity[]> {
  const states = await Promise.all(family.map(async (one) => (one && (await isAlive(one)) ? [one] : [])));
  return states.flat();
}

describe('a busy machine', () => {
  it('loses nothing of what programs said while this process could look only now and then', async () => {
    const busy = setInterval(() => {
      for (const until = performance.now() + 400; performance.now() < until; );
    }, 5);
    onTestFinished(() => { clearInterval(busy); });
    for (let round = 0; round < 4; round++) {
      const lines: string[] = [];
      await start(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)'], { env: {}, input: 'one\nno end', onStdoutLine: (line) => lines.push(line) }).exited;
      expect(lines).toEqual(['one', 'no end']);
    }
  });
});

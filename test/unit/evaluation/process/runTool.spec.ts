import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunTool, type RunToolOptions } from '../../../../src/evaluation/process/runTool';
import { noSandbox } from '../../../../src/evaluation/process/sandbox';
import { expectCode } from '../../../support/expectCode';
import { endLeftovers, processesNaming } from '../../../support/leftovers';
import { temporaryDirectory } from '../../../support/temporary';
import { waitFor } from '../../../support/waitFor';

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => endLeftovers(directory));

function tool(options: Partial<RunToolOptions> = {}) {
  const runTool = createRunTool({ signal: new AbortController().signal, marker: `runTool-${path.basename(directory)}`, sandbox: noSandbox, ...options });
  return (script: string, more: { readonly folder?: string; readonly env?: Record<string, string>; readonly input?: string; readonly maxOutputBytes?: number } = {}) =>
    runTool({ argv: [process.execPath, '-e', script, directory], tree: { directory, notices: [] }, ...more });
}

describe('a tool', () => {
  it('gets its arguments, its input, its folder and a scrubbed environment', async () => {
    mkdirSync(path.join(directory, 'packages/a'), { recursive: true });
    const script = 'process.stdin.on("data", (text) => console.log(JSON.stringify([process.cwd(), String(text), Object.keys(process.env).filter((name) => /KEY|NODE_OPTIONS|AMP_ORCH/.test(name)), process.env.MORE, process.env.PATH.split(":").slice(0, 3)])))';
    const run = await tool({ environment: { ...process.env, OPENAI_API_KEY: 'sk-1', NODE_OPTIONS: '--no-warnings' } })(script, { folder: 'packages/a', input: 'typed', env: { MORE: 'yes' } });
    expect(run).toMatchObject({ exitCode: 0, isolation: 'process' });
    expect(JSON.parse(run.stdout)).toEqual([path.join(directory, 'packages/a'), 'typed', ['AMP_ORCHESTRATOR_RUN'], 'yes', ['packages/a/node_modules/.bin', 'packages/node_modules/.bin', 'node_modules/.bin'].map((name) => path.join(directory, name))]);
  });

  it('is the project\'s own, where it has one, also in a Python environment', async () => {
    for (const [folder, text] of [['node_modules/.bin', 'own'], ['.venv/bin', 'python']] as const) {
      mkdirSync(path.join(directory, folder), { recursive: true });
      writeFileSync(path.join(directory, folder, `tool-${text}`), `#!/bin/sh\necho ${text} $VIRTUAL_ENV\n`, { mode: 0o755 });
    }
    const runTool = createRunTool({ signal: new AbortController().signal, marker: 'own', sandbox: noSandbox });
    const tree = { directory, notices: [] };
    expect((await runTool({ argv: ['tool-own'], tree })).stdout).toBe(`own ${directory}/.venv\n`);
    expect((await runTool({ argv: ['tool-python'], tree })).stdout).toBe(`python ${directory}/.venv\n`);
  });

  it('has a temporary folder of its own that is gone afterwards', async () => {
    const own = (await tool()('require("fs").mkdirSync(process.env.TMPDIR + "/a"); console.log(process.env.TMPDIR)')).stdout.trim();
    expect(own).toContain('amp-eval-');
    expect(existsSync(own)).toBe(false);
  });

  it('that is not there, or has no folder in the tree, is said to be so', async () => {
    symlinkSync(os.tmpdir(), path.join(directory, 'out'));
    const runTool = createRunTool({ signal: new AbortController().signal, marker: 'missing', sandbox: noSandbox });
    const tree = { directory, notices: [] };
    await expectCode(runTool({ argv: ['no-such-tool'], tree }), 'tool-missing');
    for (const folder of ['gone', '..', 'out']) await expectCode(runTool({ argv: [process.execPath], tree, folder }), 'invalid-argument');
  });

  it('is ended with all it started when it is stopped', async () => {
    const stop = new AbortController();
    const up = path.join(directory, 'up');
    const child = `require('fs').writeFileSync(${JSON.stringify(up)}, ''); setTimeout(() => {}, 60000)`;
    const running = tool({ signal: stop.signal })(`require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}, ${JSON.stringify(directory)}], { detached: true, stdio: 'ignore' }).unref(); setTimeout(() => {}, 60000)`);
    await waitFor('the child', () => existsSync(up));
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
    expect(processesNaming(directory)).toEqual([]);
    await expect(tool({ signal: stop.signal })('')).rejects.toMatchObject({ code: 'stopped' });
  });

  it('does not end another one that runs at the same time', async () => {
    const run = tool();
    const go = path.join(directory, 'go');
    const long = run(`const wait = () => require('fs').existsSync(${JSON.stringify(go)}) ? console.log('done') : setTimeout(wait, 10); wait()`);
    await run('');
    writeFileSync(go, '');
    expect(await long).toMatchObject({ stdout: 'done\n', exitCode: 0 });
  });

  it('that writes too much is ended', async () => {
    expect(await tool()('for (;;) require("fs").writeSync(1, "x".repeat(1000))', { maxOutputBytes: 10_000 })).toMatchObject({ truncated: true });
    expect(readdirSync(directory)).toEqual([]);
  });
});

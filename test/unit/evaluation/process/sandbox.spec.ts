import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bubblewrapArguments } from '../../../../src/evaluation/process/bubblewrap';
import { createRunTool } from '../../../../src/evaluation/process/runTool';
import { findSandbox, systemSandbox } from '../../../../src/evaluation/process/sandbox';
import { toolHomes, type SandboxRequest } from '../../../../src/evaluation/process/sandboxPlaces';
import { seatbeltProfile } from '../../../../src/evaluation/process/seatbelt';
import { temporaryDirectory } from '../../../support/temporary';

const request: SandboxRequest = {
  argv: ['/home/me/.nvm/versions/node/v22/bin/node', 'test.js', '--flag=a b'],
  workingDirectory: '/tmp/eval/head/packages/a',
  writable: ['/tmp/eval/head', '/tmp/eval-run', '/tmp/eval/report "odd"'],
  readable: ['/home/me/.cargo', '/home/me/.nvm/versions/node/v22', '/home/me/project/node_modules'],
  home: '/home/me',
  temporary: '/tmp',
  network: false,
};

/** One option with its values a line. */
function lines(args: readonly string[]): string {
  return `${args.join(' ').replace(/ (?=--)/g, '\n')}\n`;
}

describe('what a sandbox is told', () => {
  it('by bubblewrap\'s arguments, without and with network', async () => {
    await expect(lines(bubblewrapArguments(request))).toMatchFileSnapshot('../../../golden/evaluation/bubblewrap.txt');
    await expect(lines(bubblewrapArguments({ ...request, network: true, temporary: '/var/tmp/me' }))).toMatchFileSnapshot('../../../golden/evaluation/bubblewrapNetwork.txt');
    expect(bubblewrapArguments({ ...request, home: '/' }).join(' ')).not.toContain('--tmpfs / ');
  });

  it('by a profile of macOS, without and with network', async () => {
    await expect(seatbeltProfile(request)).toMatchFileSnapshot('../../../golden/evaluation/seatbelt.txt');
    await expect(seatbeltProfile({ ...request, network: true })).toMatchFileSnapshot('../../../golden/evaluation/seatbeltNetwork.txt');
  });

  it('of tool homes: those below the home folder, never that folder itself', () => {
    const homes = toolHomes({ PATH: '/usr/bin:/home/me/bin:/home/me/.nvm/v22/bin:/home/me', GOPATH: '/home/me', CARGO_HOME: '/home/me/rust/', JAVA_HOME: '/opt/java', FNM_MULTISHELL_PATH: '/run/user/1/fnm' }, ['/home/me', '/run']);
    expect(homes).toEqual(expect.arrayContaining(['/home/me/.nvm/v22', '/home/me/.nvm/v22/bin', '/home/me/bin', '/home/me/rust', '/home/me/.cargo']));
    expect(homes.filter((folder) => !folder.startsWith('/home/me/'))).toEqual(['/run/user/1/fnm']);
    expect(toolHomes({ PATH: '/run:/run/bin:/home' }, ['/home/me', '/run']).filter((folder) => !folder.startsWith('/home/me/'))).toEqual(['/run/bin']);
  });
});

describe('the sandbox of a machine', () => {
  it('is none where bubblewrap is there but does not work, or where there is nothing', async () => {
    const folder = temporaryDirectory();
    expect((await findSandbox('linux', { PATH: folder })).isolation).toBe('process');
    writeFileSync(path.join(folder, 'bwrap'), '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n');
    chmodSync(path.join(folder, 'bwrap'), 0o755);
    expect((await findSandbox('linux', { PATH: folder })).isolation).toBe('process');
    expect((await findSandbox('win32', { PATH: folder })).isolation).toBe('process');
  });

  it('is used where it works, for every run', async () => {
    const folder = temporaryDirectory();
    writeFileSync(path.join(folder, 'bwrap'), '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift\nexec "$@"\n');
    chmodSync(path.join(folder, 'bwrap'), 0o755);
    const sandbox = await findSandbox('linux', { PATH: folder });
    expect(sandbox.isolation).toBe('os');
    expect(sandbox.command(request).slice(-4)).toEqual(['--', ...request.argv]);
    const runTool = createRunTool({ signal: new AbortController().signal, marker: 'sandboxSpec', sandbox });
    expect(await runTool({ argv: ['/bin/echo', 'ran'], tree: { directory: temporaryDirectory(), notices: [] } })).toMatchObject({ stdout: 'ran\n', exitCode: 0, isolation: 'os' });
  });

  it('keeps a tool from what is outside exactly where it says so', async () => {
    const tree = temporaryDirectory();
    const outside = path.join(temporaryDirectory(), 'outside');
    mkdirSync(outside);
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => { server.close(); });
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const script = `
      const fs = require('fs');
      const tried = (work) => { try { work(); return true; } catch { return false; } };
      const result = { inside: tried(() => fs.writeFileSync('inside', '')), temporary: tried(() => fs.writeFileSync(process.env.TMPDIR + '/x', '')), outside: tried(() => fs.writeFileSync(${JSON.stringify(path.join(outside, 'x'))}, '')) };
      const socket = require('net').connect(${port}, '127.0.0.1');
      const end = (connected) => { console.log(JSON.stringify({ ...result, connected })); process.exit(); };
      socket.on('connect', () => end(true)); socket.on('error', () => end(false));`;
    const runTool = createRunTool({ signal: new AbortController().signal, marker: 'sandboxSpec' });
    const result = await runTool({ argv: [process.execPath, '-e', script], tree: { directory: tree, notices: [], reads: [path.dirname(process.execPath)] } });
    const { isolation } = await systemSandbox();
    expect(result.isolation).toBe(isolation);
    const isOpen = isolation !== 'os';
    expect(JSON.parse(result.stdout), result.stderr).toEqual({ inside: true, temporary: true, outside: isOpen, connected: isOpen || os.platform() === 'darwin' });
    expect([existsSync(path.join(tree, 'inside')), existsSync(path.join(outside, 'x'))]).toEqual([true, isOpen]);
  });
});

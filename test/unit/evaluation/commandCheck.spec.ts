import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandCheck, testCommand } from '../../../src/evaluation/commandCheck';
import { endLeftovers, processesNaming } from '../../support/leftovers';
import { temporaryDirectory } from '../../support/temporary';

let tree: string;
beforeEach(() => {
  tree = temporaryDirectory();
});
afterEach(() => endLeftovers(tree));

/** A check that runs a script; the folder among its arguments makes it findable. */
function scripted(script: string): { readonly id: string; readonly name: string; readonly argv: readonly string[]; readonly tree: string } {
  return { id: `check-${path.basename(tree)}`, name: 'tests', argv: [process.execPath, '-e', script, tree], tree };
}

describe('testCommand', () => {
  it.each([
    ['a project with tests', '{"scripts":{"test":"node --test"}}', ['npm', 'test']],
    ['a new npm project', '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}', undefined],
    ['a project without scripts', '{}', undefined],
    ['a broken manifest', '{', undefined],
  ])('of %s', async (_what, manifest, command) => {
    writeFileSync(path.join(tree, 'package.json'), manifest);
    expect(await testCommand(tree)).toEqual(command);
  });

  it('is none without a manifest', async () => {
    expect(await testCommand(tree)).toBeUndefined();
  });
});

describe('runCommandCheck', () => {
  it('passes with exit code 0 and fails with another one, in the tree', async () => {
    const passed = await runCommandCheck(scripted('console.log(process.cwd(), process.env.CI)'));
    expect(passed).toMatchObject({ name: 'tests', passed: true, score: 100, details: `${tree} 1` });
    const failed = await runCommandCheck(scripted('console.error("1 of 2 failed"); process.exitCode = 1'));
    expect(failed).toMatchObject({ passed: false, score: 0, details: '1 of 2 failed' });
    expect(failed.error).toBeUndefined();
  });

  it('says that it took too long, wrote too much, or does not exist', async () => {
    expect(await runCommandCheck({ ...scripted('setTimeout(() => {}, 60000)'), timeoutMs: 300 })).toMatchObject({ passed: false, error: 'It did not end in time.' });
    expect(await runCommandCheck({ ...scripted('for (;;) require("fs").writeSync(1, "x".repeat(1000))'), maxOutputBytes: 10_000 })).toMatchObject({ passed: false, error: 'It wrote more than 10,000 bytes and was ended.' });
    expect(await runCommandCheck({ ...scripted(''), argv: ['no-such-program'] })).toMatchObject({ passed: false, error: 'The program no-such-program was not found.' });
  });

  it('rejects only when it is stopped', async () => {
    const stop = new AbortController();
    const running = runCommandCheck({ ...scripted('setTimeout(() => {}, 60000)'), signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'stopped' });
  });

  it.runIf(process.platform === 'linux')('ends the servers that tests leave behind', async () => {
    const up = path.join(tree, 'up');
    const server = `require('fs').writeFileSync(${JSON.stringify(up)}, ''); setTimeout(() => {}, 60000)`;
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(server)}], { stdio: 'ignore', detached: true }).unref();
      const look = setInterval(() => { if (require('fs').existsSync(${JSON.stringify(up)})) clearInterval(look); }, 10)`;
    expect(await runCommandCheck(scripted(script))).toMatchObject({ passed: true });
    expect(existsSync(up)).toBe(true);
    expect(processesNaming(tree)).toEqual([]);
  });
});

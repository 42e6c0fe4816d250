import { describe, expect, it } from 'vitest';
import { cli } from '../../support/cli';
import { makeRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

describe('the command line', () => {
  it('says what it can do, also of one command', async () => {
    const help = await cli(temporaryDirectory());
    expect(help).toMatchObject({ code: 0, stderr: '' });
    await expect(help.stdout).toMatchFileSnapshot('../../golden/cli/help.txt');
    expect(await cli(temporaryDirectory(), 'help')).toEqual(help);
    expect(await cli(temporaryDirectory(), 'merge', '--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^amp-orchestrator merge \[SESSION\]/) as string });
    expect(await cli(temporaryDirectory(), 'help', 'merge')).toEqual(await cli(temporaryDirectory(), 'merge', '--help'));
  });

  it.each([
    [['dance'], 'There is no command "dance". Commands: run, sessions, timeline, merge, stop, delete, eval, workflow, cost, budget, ask, export, doctor.'],
    [['sessions', '--colour'], "Unknown option '--colour'. Usage: amp-orchestrator sessions"],
    [['run'], 'No prompt was given.'],
    [['run', '--prompt', 'x', '--agent', 'skynet'], 'There is no agent named "skynet". Choose one of:'],
    [['run', '--prompt', 'x', '--speed', 'fast'], 'The speed "fast" is not a number.'],
    [['delete'], 'Which session shall be deleted?'],
    [['cost', 'day'], 'Nobody knows what "day" is for. Usage: amp-orchestrator cost [--by'],
    [['doctor', 'rebuild'], 'Nobody knows what "rebuild" is for. Usage: amp-orchestrator doctor'],
    [['sessions', 'all'], 'Nobody knows what "all" is for.'],
    [['export', '--format', 'json', 'out.json'], 'Nobody knows what "out.json" is for.'],
    [['export', '--format', 'json', '--', 'out.json'], 'Nobody knows what "out.json" is for.'],
    [['timeline', 'one', 'two'], 'Nobody knows what "two" is for.'],
    [['merge', 'one', 'two'], 'Nobody knows what "two" is for.'],
    [['stop', 'one', 'two'], 'Nobody knows what "two" is for.'],
    [['delete', 'one', 'two'], 'Nobody knows what "two" is for.'],
    [['budget', '--session', 'one', '5', '6'], 'Nobody knows what "6" is for.'],
    [['run', '--prompt', 'x', 'y'], 'Nobody knows what "y" is for.'],
    [['run', '--prompt', 'x', '--agent', 'replay', '--', 'true'], 'A program after -- is for --agent command: "true".'],
    [['help', 'merge', 'x'], 'Nobody knows what "x" is for.'],
    [['help', 'dance'], 'There is no command "dance".'],
  ])('refuses %j with exit code 2 and without a stack', async (args, message) => {
    const { code, stdout, stderr } = await cli(makeRepository().root, ...args);
    expect(stderr).toContain(`amp-orchestrator: ${message}`);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says that a folder is no repository, and that there is nothing yet', async () => {
    const nowhere = await cli(temporaryDirectory(), 'sessions');
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/^amp-orchestrator: .*not.* git repository/);
    expect(nowhere.stderr).not.toMatch(/\n\s+at /);
    const { root } = makeRepository();
    expect((await cli(root, 'sessions')).stdout).toContain('No sessions yet.');
    expect(await cli(root, 'timeline', 'nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('No session is called "nobody"') as string });
    expect(await cli(temporaryDirectory(), 'sessions', '--repo', root, '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });
});

import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEvaluationInput, type EvaluationInputOptions } from '../../../../src/evaluation/input/createEvaluationInput';
import { createRunTool } from '../../../../src/evaluation/process/runTool';
import { findRepository } from '../../../../src/git/repository';
import { workTreeAsTree } from '../../../../src/git/trees/workTreeAsTree';
import { expectCode } from '../../../support/expectCode';
import { makeRepository, type TestRepository } from '../../../support/gitRepository';
import { temporaryDirectory } from '../../../support/temporary';

async function inputOf(project: TestRepository, options: Partial<EvaluationInputOptions> = {}) {
  const input = await createEvaluationInput({ repository: await findRepository(project.root), base: 'HEAD~1', head: 'HEAD', dependenciesFrom: { checkout: project.root }, ...options });
  onTestFinished(() => input.dispose());
  return input;
}

/** Puts files below a folder that git ignores. */
function install(root: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

const manifest = (more: object = {}): string => JSON.stringify({ name: 'project', dependencies: { plain: '1.0.0' }, ...more });

/** A project with a package, and a second commit that changes its code. */
function nodeProject(): TestRepository {
  const project = makeRepository();
  project.write('package.json', manifest());
  project.commit('Base');
  project.write('app.js', 'changed\n');
  project.commit('Head');
  install(project.root, { 'node_modules/plain/index.js': 'module.exports = "plain";' });
  return project;
}

describe('an evaluation input', () => {
  it('shows both trees and what differs, without laying anything out', async () => {
    const project = makeRepository();
    project.write('app.js', 'one\ntwo\n');
    project.commit('Next');
    project.write('untracked.txt', 'new\n');
    const repository = await findRepository(project.root);
    const head = await workTreeAsTree(repository.opened);
    const input = await inputOf(project, { head });
    expect(input.head.treeHash).toBe(head);
    expect(input.base.treeHash).toBe(project.git('rev-parse', 'HEAD~1^{tree}'));
    expect(input.changes.map(({ path: file, change, added }) => [file, change, added])).toEqual([['app.js', 'modified', [{ start: 1, count: 2 }]], ['untracked.txt', 'added', [{ start: 1, count: 1 }]]]);
    expect(await Promise.all([input.base, input.head].map(async (tree) => [await tree.list(), String(await tree.read('app.js')).length, await tree.size('untracked.txt')]))).toEqual([[['.gitignore', 'app.js'], 63, undefined], [['.gitignore', 'app.js', 'untracked.txt'], 8, 4]]);
    expect(await input.diff(10_000)).toContain('+++ b/untracked.txt\n@@ -0,0 +1 @@\n+new\n');
  });

  it('lays each side out once, apart from the checkout, and throws it away', async () => {
    const project = makeRepository();
    project.write('app.js', 'head\n');
    project.commit('Next');
    const before = [project.git('for-each-ref'), project.git('status', '--porcelain', '--ignored'), project.git('worktree', 'list')];
    const input = await inputOf(project);
    const [head, again, base] = await Promise.all([input.head.layOut(), input.head.layOut(), input.base.layOut()]);
    expect(again).toBe(head);
    expect(readFileSync(path.join(head.directory, 'app.js'), 'utf8')).toBe('head\n');
    expect(readFileSync(path.join(base.directory, 'app.js'), 'utf8')).toContain('add');
    expect(head.directory).toBe(realpathSync(head.directory));
    expect(head.notices).toEqual([]);
    mkdirSync(path.join(head.directory, 'locked/deeper'), { recursive: true });
    for (const name of ['locked/deeper', 'locked']) chmodSync(path.join(head.directory, name), 0o500);
    await input.dispose();
    expect(existsSync(path.dirname(head.directory))).toBe(false);
    expect([project.git('for-each-ref'), project.git('status', '--porcelain', '--ignored'), project.git('worktree', 'list')]).toEqual(before);
    const other = await inputOf(project);
    await other.dispose();
    await expectCode(other.head.layOut(), 'stopped');
  });

  it('lays a tree out apart, so that what one tool writes changes nothing for another', async () => {
    const project = makeRepository();
    project.write('app.js', 'one\n');
    project.commit('One');
    const input = await inputOf(project, { base: 'HEAD', head: 'HEAD' });
    const shared = await input.head.layOut();
    const apart = await input.head.layOutApart?.();
    const another = await input.head.layOutApart?.();
    if (!apart || !another) throw new Error('it was not laid out');
    expect(new Set([shared, apart, another].map(({ directory }) => directory)).size).toBe(3);
    writeFileSync(path.join(shared.directory, 'app.js'), 'two\n');
    rmSync(path.join(apart.directory, 'app.js'));
    expect(readFileSync(path.join(another.directory, 'app.js'), 'utf8')).toBe('one\n');
    await input.dispose();
    expect([shared, apart, another].filter(({ directory }) => existsSync(directory))).toEqual([]);
    const setUp = await inputOf(project, { base: 'HEAD', head: 'HEAD', setup: [['git', '--version']] });
    expect(setUp.head.layOutApart).toBeUndefined();
    await setUp.dispose();
  });

  it('names a base that is not there', async () => {
    const project = makeRepository();
    await expectCode(inputOf(project, { base: 'no-such-branch', head: 'HEAD' }), 'base-branch-missing');
    await expectCode(inputOf(project, { base: '--output=x', head: 'HEAD' }), 'base-branch-missing');
  });

  it('says what is not laid out: submodules, and the content of large files', async () => {
    const project = makeRepository();
    project.write('.gitattributes', '*.psd filter=lfs diff=lfs merge=lfs -text\n');
    project.git('update-index', '--add', '--cacheinfo', `160000,${project.git('rev-parse', 'HEAD')},lib`);
    project.git('add', '.gitattributes');
    project.git('commit', '--quiet', '-m', 'More');
    const { notices } = await (await inputOf(project)).head.layOut();
    expect(notices).toEqual(['Submodules are empty folders here: lib.', 'Files of Git LFS are only pointers here.']);
  });
});

describe('dependencies of a laid-out tree', () => {
  it('are borrowed from the checkout: own folders of links, with programs, scopes and workspaces in the tree', async () => {
    const project = nodeProject();
    project.write('packages/own/index.js', 'module.exports = "tree";');
    project.write('packages/own/package.json', JSON.stringify({ name: '@scope/own' }));
    project.commit('Workspace');
    install(project.root, { 'node_modules/@scope/other/index.js': '', 'node_modules/plain/cli.js': '#!/usr/bin/env node\nconsole.log(require("@scope/own"))', 'node_modules/.cache/x': '', 'node_modules/.vite/x': '', 'node_modules/.package-lock.json': '{}', 'packages/own/node_modules/deep/index.js': '' });
    mkdirSync(path.join(project.root, 'node_modules/.bin'));
    symlinkSync('../plain/cli.js', path.join(project.root, 'node_modules/.bin/plain'));
    symlinkSync('../../packages/own', path.join(project.root, 'node_modules/@scope/own'));
    const linked = temporaryDirectory();
    symlinkSync(linked, path.join(project.root, 'node_modules/linked'));
    chmodSync(path.join(project.root, 'node_modules/plain/cli.js'), 0o755);
    project.write('packages/own/index.js', 'module.exports = "checkout, not committed";');
    const laidOut = await (await inputOf(project)).head.layOut();
    const there = path.join(laidOut.directory, 'node_modules');
    expect(readdirSync(there).sort()).toEqual(['.bin', '.package-lock.json', '@scope', 'linked', 'plain']);
    expect(lstatSync(there).isDirectory()).toBe(true);
    expect(readlinkSync(path.join(there, 'plain'))).toBe(path.join(project.root, 'node_modules/plain'));
    expect(realpathSync(path.join(there, '@scope/own'))).toBe(path.join(laidOut.directory, 'packages/own'));
    expect(readdirSync(path.join(laidOut.directory, 'packages/own/node_modules'))).toEqual(['deep']);
    expect(laidOut.notices).toEqual([]);
    expect(laidOut.reads).toEqual(expect.arrayContaining([path.join(project.root, 'node_modules'), linked, path.join(project.root, '.git/objects')]));
    const runTool = createRunTool({ signal: new AbortController().signal, marker: 'dependenciesSpec' });
    const run = await runTool({ argv: ['node', '-e', 'console.log(require("plain"), require("@scope/own"))'], tree: laidOut });
    expect(run.stdout, run.stderr).toBe('plain tree\n');
    expect((await runTool({ argv: ['git', 'status', '--porcelain'], tree: laidOut })).stdout).toBe('');
  });

  it('stay in the checkout when the tree is thrown away', async () => {
    const project = nodeProject();
    const input = await inputOf(project);
    await input.head.layOut();
    await input.dispose();
    expect(readFileSync(path.join(project.root, 'node_modules/plain/index.js'), 'utf8')).toContain('plain');
  });

  it('come from the session\'s worktree, with a notice, when it asks for other packages', async () => {
    const project = nodeProject();
    const session = path.join(temporaryDirectory(), 'worktree');
    project.git('worktree', 'add', '--quiet', '--detach', session);
    writeFileSync(path.join(session, 'package.json'), manifest({ devDependencies: { more: '1.0.0' } }));
    install(session, { 'node_modules/more/index.js': '' });
    const head = await workTreeAsTree((await findRepository(session)).opened);
    const input = await inputOf(project, { base: 'HEAD', head, dependenciesFrom: { checkout: project.root, session } });
    const [laidOut, base] = await Promise.all([input.head.layOut(), input.base.layOut()]);
    expect(laidOut.notices).toEqual(['Dependencies come from the session\'s worktree, because it changed package.json.']);
    expect(readdirSync(path.join(laidOut.directory, 'node_modules'))).toEqual(['more']);
    expect([base.notices, readdirSync(path.join(base.directory, 'node_modules'))]).toEqual([[], ['plain']]);
  });

  it('are said to be missing, with what to do', async () => {
    const project = nodeProject();
    project.write('package-lock.json', '{"lockfileVersion":3}');
    project.commit('Lock');
    project.write('package-lock.json', '{"lockfileVersion":3,"packages":{}}');
    const other = await (await inputOf(project)).head.layOut();
    expect(other.notices).toEqual(['There are no dependencies here, because the checkout has another package-lock.json. Install them there, or add "setup": [["npm","ci"]] to .amp/evals.json.']);
    project.git('checkout', '--', 'package-lock.json');
    rmSync(path.join(project.root, 'node_modules'), { recursive: true });
    const none = await (await inputOf(project)).head.layOut();
    expect(none.notices).toEqual(['There are no dependencies here, because they are not installed in the checkout. Install them there, or add "setup": [["npm","ci"]] to .amp/evals.json.']);
    expect(existsSync(path.join(none.directory, 'node_modules'))).toBe(false);
  });

  it('are borrowed although scripts and versions of the manifest differ', async () => {
    const project = nodeProject();
    project.write('package.json', manifest({ version: '2.0.0', scripts: { test: 'x' } }));
    const laidOut = await (await inputOf(project)).head.layOut();
    expect([laidOut.notices, readdirSync(path.join(laidOut.directory, 'node_modules'))]).toEqual([[], ['plain']]);
  });

  it('are told as a text that is another one when others are installed where they come from', async () => {
    const project = nodeProject();
    const session = path.join(temporaryDirectory(), 'worktree');
    project.git('worktree', 'add', '--quiet', '--detach', session);
    writeFileSync(path.join(session, 'package.json'), manifest({ devDependencies: { more: '1.0.0' } }));
    const head = await workTreeAsTree((await findRepository(session)).opened);
    const installed = async (): Promise<readonly string[]> => {
      const input = await inputOf(project, { base: 'HEAD', head, dependenciesFrom: { checkout: project.root, session } });
      return Promise.all([input.head.installed(), input.base.installed()]);
    };
    const [nothing, plain] = await installed();
    expect(await installed()).toEqual([nothing, plain]);
    install(session, { 'node_modules/more/index.js': '' });
    const [more] = await installed();
    expect(more).not.toBe(nothing);
    expect(await installed()).toEqual([more, plain]);
    install(project.root, { 'node_modules/vitest/package.json': '{"version":"5.0.0"}' });
    const [, five] = await installed();
    install(project.root, { 'node_modules/vitest/package.json': '{"version":"5.0.1"}' });
    const [, newer] = await installed();
    install(project.root, { 'node_modules/.package-lock.json': '{}' });
    const states = [plain, five, newer, (await installed())[1]];
    expect(new Set(states).size).toBe(states.length);
    expect((await installed())[0]).toBe(more);
  });

  it('never lie over what the tree holds itself, nor follow its links', async () => {
    const project = nodeProject();
    const outside = temporaryDirectory();
    project.write('node_modules/plain/index.js', 'tree');
    project.write('packages/a/index.js', '');
    symlinkSync(outside, path.join(project.root, 'node_modules/@scope'));
    symlinkSync(outside, path.join(project.root, 'packages/a/node_modules'));
    project.git('add', '--force', 'node_modules');
    project.git('add', '--force', 'packages');
    project.commit('Committed');
    for (const link of ['node_modules/@scope', 'packages/a/node_modules']) rmSync(path.join(project.root, link));
    install(project.root, { 'node_modules/@scope/other/index.js': '', 'packages/a/node_modules/b/index.js': '', 'node_modules/more/index.js': '' });
    const laidOut = await (await inputOf(project)).head.layOut();
    expect(readdirSync(path.join(laidOut.directory, 'node_modules')).sort()).toEqual(['@scope', 'more', 'plain']);
    expect(readFileSync(path.join(laidOut.directory, 'node_modules/plain/index.js'), 'utf8')).toBe('tree');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('of Python are an environment of its own in which the project is the tree', async () => {
    const project = makeRepository();
    project.write('.gitignore', '.venv/\n');
    project.write('pyproject.toml', '[project]\nname = "own"\nversion = "1"\ndependencies = ["other"]\n\n[tool.ruff]\nline-length = 100\n');
    project.write('src/own.py', 'WHERE = "tree"\n');
    project.commit('Python');
    project.write('src/own.py', 'WHERE = "checkout, not committed"\n');
    project.write('pyproject.toml', '[project]\nname = "own"\nversion = "2"\ndependencies = ["other"]\n\n[tool.ruff]\nline-length = 80\n');
    const venv = path.join(project.root, '.venv');
    install(venv, {
      'pyvenv.cfg': 'home = /usr/bin\n', 'bin/tool': `#!${venv}/bin/python\nprint("x")\n`, 'bin/activate': `VIRTUAL_ENV=${venv}\nOTHER=${project.root}2\n`, 'lib/python3.12/site-packages/other/__init__.py': '',
      'lib/python3.12/site-packages/__editable__.own-1.pth': `${project.root}/src\n`, 'lib/python3.12/site-packages/__editable___own_finder.py': `MAPPING = {'own': '${project.root}/src/own.py'}\n`, 'lib/python3.12/site-packages/single.py': '',
    });
    symlinkSync('/usr/bin/python3', path.join(venv, 'bin/python'));
    symlinkSync('lib', path.join(venv, 'lib64'));
    const before = await (await inputOf(project)).head.installed();
    mkdirSync(path.join(venv, 'lib/python3.12/site-packages/other-1.0.dist-info'));
    expect(await (await inputOf(project)).head.installed()).not.toBe(before);
    const { directory, notices } = await (await inputOf(project)).head.layOut();
    const read = (file: string): string => readFileSync(path.join(directory, '.venv', file), 'utf8');
    expect(notices).toEqual([]);
    expect(read('bin/tool')).toBe(`#!${directory}/.venv/bin/python\nprint("x")\n`);
    expect(read('bin/activate')).toBe(`VIRTUAL_ENV=${directory}/.venv\nOTHER=${project.root}2\n`);
    expect(read('lib/python3.12/site-packages/__editable__.own-1.pth')).toBe(`${directory}/src\n`);
    expect(read('lib64/python3.12/site-packages/__editable___own_finder.py')).toContain(`'${directory}/src/own.py'`);
    expect(readlinkSync(path.join(directory, '.venv/bin/python'))).toBe('/usr/bin/python3');
    expect(lstatSync(path.join(directory, '.venv/lib/python3.12/site-packages/other')).isSymbolicLink()).toBe(true);
  });
});

describe('set-up commands', () => {
  it('run in the tree in place of borrowed dependencies', async () => {
    const project = nodeProject();
    const laidOut = await (await inputOf(project, { setup: [['node', '-e', 'require("fs").mkdirSync("made")'], ['node', '-e', 'require("fs").writeFileSync("made/it", process.cwd())']] })).head.layOut();
    expect(readFileSync(path.join(laidOut.directory, 'made/it'), 'utf8')).toBe(laidOut.directory);
    expect(existsSync(path.join(laidOut.directory, 'node_modules'))).toBe(false);
  });

  it('that fail, are missing or stopped are told', async () => {
    const project = nodeProject();
    const failed = await expectCode((await inputOf(project, { setup: [['node', '-e', 'console.error("no registry"); process.exit(4)']] })).head.layOut(), 'setup-failed');
    expect(failed.message).toContain('(exit 4): no registry');
    await expectCode((await inputOf(project, { setup: [['no-such-program']] })).head.layOut(), 'tool-missing');
    await expect((await inputOf(project, { setup: [['node', '-e', '0']], signal: AbortSignal.abort() })).head.layOut()).rejects.toMatchObject({ code: 'stopped' });
  });
});

describe('what a killed process left behind', () => {
  it('is removed by the next run; what is in use and what is not ours stays', async () => {
    const project = nodeProject();
    const input = await inputOf(project);
    const mine = path.basename(path.dirname((await input.head.layOut()).directory));
    const [, machine = '', , start = ''] = /^amp-eval-(\w+)-(\d+)-(\w+)-/.exec(mine) ?? [];
    const folder = (name: string): string => {
      const made = path.join(os.tmpdir(), name);
      mkdirSync(path.join(made, 'head'), { recursive: true });
      onTestFinished(() => { rmSync(made, { recursive: true, force: true }); });
      return made;
    };
    const dead = [folder(`amp-eval-${machine}-4194999-1-abcdef`), folder(`amp-eval-${machine}-${process.pid}-${Number(start) - 1}-abcdef`)];
    const kept = [folder(`amp-eval-000000-4194999-1-abcdef`), folder('amp-eval-notes')];
    await inputOf(project);
    expect(dead.map((place) => existsSync(place))).toEqual([false, false]);
    expect(kept.map((place) => existsSync(place))).toEqual([true, true]);
    expect(existsSync(path.join(os.tmpdir(), mine, 'head/app.js'))).toBe(true);
  });
});

import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findRepository } from '../../../src/git/repository';
import { BatchParser, BlobReader } from '../../../src/git/trees/blobReader';
import { changesOfTrees, patchOfTrees } from '../../../src/git/trees/treeDiff';
import { layOutTree } from '../../../src/git/trees/layOutTree';
import { PatchText } from '../../../src/git/trees/patchText';
import { GitTree } from '../../../src/git/trees/gitTree';
import { makeThrowAwayRepository } from '../../../src/git/trees/throwAwayRepository';
import { workTreeAsTree } from '../../../src/git/trees/workTreeAsTree';
import { makeRepository, testRepositoryAt, type TestRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporary';

/** A repository that borrows the objects of the project's, and the reader of its blobs. */
async function borrowing(project: TestRepository) {
  const { git } = await findRepository(project.root);
  const folder = temporaryDirectory();
  const workTree = path.join(folder, 'empty');
  mkdirSync(workTree);
  const plain = await makeThrowAwayRepository(git, { gitDirectory: path.join(folder, 'git'), workTree });
  const blobs = new BlobReader(plain);
  onTestFinished(() => blobs.close());
  return { git, plain, folder, tree: (hash: string) => new GitTree(hash, plain, blobs) };
}

function treeOf(project: TestRepository, revision = 'HEAD'): string {
  return project.git('rev-parse', `${revision}^{tree}`);
}

describe('the work tree as a tree', () => {
  it('holds tracked and untracked files as they are on disk, and touches nothing', async () => {
    const project = makeRepository();
    project.write('staged.txt', 'staged\n');
    project.git('add', 'staged.txt');
    project.write('staged.txt', 'and changed\n');
    project.write('later.txt', 'promised\n');
    project.git('add', '--intent-to-add', 'later.txt');
    project.write('new/naïve "x"\n.txt', 'new\n');
    project.write('.env', 'SECRET=1\n');
    project.write('node_modules/a/index.js', '');
    const before = { index: readFileSync(path.join(project.root, '.git/index')), status: project.git('status', '--porcelain'), refs: project.git('for-each-ref') };
    const tree = await workTreeAsTree((await findRepository(project.root)).opened);
    expect(project.git('-c', 'core.quotePath=false', 'ls-tree', '-r', '-z', '--name-only', tree).split('\0').filter(Boolean)).toEqual(['.gitignore', 'app.js', 'later.txt', 'new/naïve "x"\n.txt', 'staged.txt']);
    expect(project.git('cat-file', 'blob', `${tree}:staged.txt`)).toBe('and changed');
    expect(project.git('cat-file', 'blob', `${tree}:later.txt`)).toBe('promised');
    expect(readFileSync(path.join(project.root, '.git/index')).equals(before.index)).toBe(true);
    expect({ status: project.git('status', '--porcelain'), refs: project.git('for-each-ref') }).toEqual({ status: before.status, refs: before.refs });
  });

  it('leaves out deleted files and repositories inside, and keeps what is in HEAD when nothing has changed', async () => {
    const project = makeRepository();
    const { opened } = await findRepository(project.root);
    expect(await workTreeAsTree(opened)).toBe(treeOf(project));
    const nested = testRepositoryAt(path.join(project.root, 'inner'));
    nested.git('init', '--quiet', '--initial-branch=main');
    nested.write('file', 'x');
    nested.commit('Inside');
    project.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner');
    rmSync(path.join(project.root, 'app.js'));
    expect(project.git('ls-tree', '-r', '--name-only', await workTreeAsTree(opened))).toBe('.gitignore');
  });

  it('is not fooled by files that git was told not to look at', async () => {
    const project = makeRepository();
    project.write('hidden.js', 'one\n');
    project.commit('More');
    project.git('update-index', '--assume-unchanged', 'app.js');
    project.git('update-index', '--skip-worktree', 'hidden.js', '.gitignore');
    project.write('app.js', 'changed\n');
    project.write('hidden.js', 'two\n');
    rmSync(path.join(project.root, '.gitignore'));
    const tree = await workTreeAsTree((await findRepository(project.root)).opened);
    expect(['app.js', 'hidden.js'].map((file) => project.git('cat-file', 'blob', `${tree}:${file}`))).toEqual(['changed', 'two']);
    expect(project.git('cat-file', 'blob', `${tree}:.gitignore`)).toContain('.env');
  });

  it('sees a change of the same length in the moment in which the index was written', async () => {
    const project = makeRepository();
    const { opened } = await findRepository(project.root);
    const moment = Math.floor(Date.now() / 1000) - 10;
    const file = path.join(project.root, 'app.js');
    const writeThen = (text: string): void => {
      writeFileSync(file, text);
      utimesSync(file, moment, moment);
    };
    // Else the system's own note of the last change would give it away.
    project.git('config', 'core.trustctime', 'false');
    writeThen('zzzz\n');
    project.git('add', 'app.js');
    utimesSync(path.join(project.root, '.git/index'), moment, moment);
    writeThen('aaaa\n');
    expect(project.git('cat-file', 'blob', `${await workTreeAsTree(opened)}:app.js`)).toBe('aaaa');
  });

  it('is made before the first commit too', async () => {
    const project = makeRepository({ empty: true });
    project.write('a.txt', 'a\n');
    expect(project.git('ls-tree', '-r', '--name-only', await workTreeAsTree((await findRepository(project.root)).opened))).toBe('a.txt');
  });
});

describe('files of a tree', () => {
  it('are read byte for byte; links, submodules and what lies outside are not', async () => {
    const project = makeRepository();
    writeFileSync(path.join(project.root, 'binary'), Buffer.from([0, 255, 10, 13, 0]));
    project.write('crlf.txt', 'a\r\nb');
    project.write('odd "name"\n', 'odd');
    project.write('empty', '');
    symlinkSync('/etc/passwd', path.join(project.root, 'link'));
    project.commit('Files');
    const { tree } = await borrowing(project);
    const files = tree(treeOf(project));
    expect(await files.list()).toEqual(['.gitignore', 'app.js', 'binary', 'crlf.txt', 'empty', 'odd "name"\n']);
    const read = async (file: string): Promise<string | undefined> => (await files.read(file))?.toString('latin1');
    expect(await Promise.all(['binary', 'crlf.txt', 'odd "name"\n', 'empty', 'link', 'gone', '../project/app.js', '/etc/passwd'].map(read))).toEqual(['\0\xff\n\r\0', 'a\r\nb', 'odd', '', undefined, undefined, undefined, undefined]);
    expect(await Promise.all(['binary', 'empty', 'link'].map((file) => files.size(file)))).toEqual([5, 0, undefined]);
  });

  it('are parsed whatever pieces they come in', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.uint8Array({ maxLength: 60 }), { nil: undefined }), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }), (objects, sizes) => {
        const stream = Buffer.concat(objects.map((content) => (content === undefined ? Buffer.from('abc missing\n') : Buffer.concat([Buffer.from(`abc blob ${content.length}\n`), content, Buffer.from('\n')]))));
        const found: (string | undefined)[] = [];
        const parser = new BatchParser((content) => found.push(content?.toString('hex')));
        for (let at = 0, piece = 0; at < stream.length; at += sizes[piece++ % sizes.length] ?? 1) parser.push(stream.subarray(at, at + (sizes[piece % sizes.length] ?? 1)));
        expect(found).toEqual(objects.map((content) => (content === undefined ? undefined : Buffer.from(content).toString('hex'))));
      }),
    );
  });

  it('can be asked for again after the reader has closed', async () => {
    const project = makeRepository();
    const { plain } = await borrowing(project);
    const blobs = new BlobReader(plain);
    const files = new GitTree(treeOf(project), plain, blobs);
    const first = await files.read('app.js');
    await blobs.close();
    expect(await files.read('app.js')).toEqual(first);
    await blobs.close();
  });
});

describe('changes of two trees', () => {
  async function change(before: (project: TestRepository) => void, after: (project: TestRepository) => void) {
    const project = makeRepository();
    before(project);
    project.commit('Before');
    after(project);
    project.commit('After');
    const { plain } = await borrowing(project);
    return { project, plain, from: treeOf(project, 'HEAD~1'), to: treeOf(project) };
  }

  async function changesOf(before: (project: TestRepository) => void, after: (project: TestRepository) => void) {
    const { plain, from, to } = await change(before, after);
    return changesOfTrees(plain, from, to);
  }

  it('name the lines, also of odd files', async () => {
    const changes = await changesOf(
      (project) => {
        project.write('edit.txt', '1\n2\n3\n4\n5\n');
        project.write('gone.txt', 'a\nb\n');
        project.write('moved.txt', 'one\ntwo\nthree\nfour\nfive\nsix\n');
        project.write('mode.sh', 'x\n');
        project.write('type', 'was a file\n');
        project.write('binary', 'a\0b');
        project.write('crlf.txt', 'a\nb\n');
      },
      (project) => {
        project.write('edit.txt', '1\nII\n3\n5\n6\n7');
        rmSync(path.join(project.root, 'gone.txt'));
        mkdirSync(path.join(project.root, 'to'));
        renameSync(path.join(project.root, 'moved.txt'), path.join(project.root, 'to/new "ö"\nname.txt'));
        chmodSync(path.join(project.root, 'mode.sh'), 0o755);
        rmSync(path.join(project.root, 'type'));
        symlinkSync('/etc/passwd', path.join(project.root, 'type'));
        project.write('binary', 'a\0c');
        project.write('crlf.txt', 'a\r\nb\r\n');
        project.write('new.txt', '@@ -1 +1 @@\ndiff --git a/x b/x\n--- a\n+++ b\n\n');
      },
    );
    expect(changes).toEqual([
      { path: 'binary', change: 'modified', binary: true, added: [], removed: [] },
      { path: 'crlf.txt', change: 'modified', binary: false, linesAdded: 2, linesDeleted: 2, added: [{ start: 1, count: 2 }], removed: [{ start: 1, count: 2 }] },
      { path: 'edit.txt', change: 'modified', binary: false, linesAdded: 3, linesDeleted: 2, added: [{ start: 2, count: 1 }, { start: 5, count: 2 }], removed: [{ start: 2, count: 1 }, { start: 4, count: 1 }] },
      { path: 'gone.txt', change: 'deleted', binary: false, linesAdded: 0, linesDeleted: 2, added: [], removed: [{ start: 1, count: 2 }] },
      { path: 'mode.sh', change: 'modified', binary: false, linesAdded: 0, linesDeleted: 0, added: [], removed: [] },
      { path: 'new.txt', change: 'added', binary: false, linesAdded: 5, linesDeleted: 0, added: [{ start: 1, count: 5 }], removed: [] },
      { path: 'to/new "ö"\nname.txt', change: 'renamed', previousPath: 'moved.txt', binary: false, linesAdded: 0, linesDeleted: 0, added: [], removed: [] },
      { path: 'type', change: 'modified', binary: false, linesAdded: 1, linesDeleted: 1, added: [], removed: [{ start: 1, count: 1 }] },
    ]);
  });

  it('are none between equal trees', async () => {
    const project = makeRepository();
    const { plain } = await borrowing(project);
    expect(await changesOfTrees(plain, treeOf(project), treeOf(project))).toEqual([]);
    expect(await patchOfTrees(plain, treeOf(project), treeOf(project), 1000)).toBe('');
  });

  it('cannot be hidden by attributes of the tree, drivers or settings of the repository', async () => {
    const marks = temporaryDirectory();
    const { project, plain, from, to } = await change(
      () => undefined,
      (repository) => {
        repository.write('.gitattributes', '*.js -diff\n*.ts diff=evil\n');
        repository.write('app.js', 'hidden\n');
        repository.write('a.ts', 'x\n');
      },
    );
    for (const [name, value] of [['diff.evil.textconv', `touch ${marks}/ran; cat`], ['diff.evil.command', `touch ${marks}/ran`], ['diff.external', `touch ${marks}/ran`], ['diff.noprefix', 'true'], ['core.fsmonitor', `touch ${marks}/ran`]] as const) project.git('config', name, value);
    const changes = await changesOfTrees(plain, from, to);
    expect(changes.map(({ path: name, binary, linesAdded }) => [name, binary, linesAdded])).toEqual([['.gitattributes', false, 2], ['a.ts', false, 1], ['app.js', false, 1]]);
    expect(await patchOfTrees(plain, from, to, 10_000)).toContain('+hidden');
    expect(readdirSync(marks)).toEqual([]);
  });

  it('cannot be hidden by a person\'s own settings either', async () => {
    const home = temporaryDirectory();
    writeFileSync(path.join(home, 'attributes'), '*.js -diff\n');
    writeFileSync(path.join(home, '.gitconfig'), `[core]\n\tattributesFile = ${home}/attributes\n`);
    vi.stubEnv('HOME', home);
    onTestFinished(() => { vi.unstubAllEnvs(); });
    const { plain, from, to } = await change(() => undefined, (project) => { project.write('app.js', 'hidden\n'); });
    expect(await changesOfTrees(plain, from, to)).toMatchObject([{ path: 'app.js', binary: false, linesAdded: 1 }]);
  });

  it('agree with the lines of the files, whatever these are', async () => {
    const project = makeRepository();
    const { plain } = await borrowing(project);
    const lines = fc.array(fc.constantFrom('a', 'b', '', '@@ -1 +1 @@', 'diff --git a/a b/b', '-', '+x', '\\ No newline at end of file'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lines, lines, async (before, after) => {
        const trees = [before, after].map((text) => {
          project.write('f', text.map((line) => `${line}\n`).join(''));
          project.git('add', 'f');
          return project.git('write-tree');
        });
        const [found] = await changesOfTrees(plain, trees[0] ?? '', trees[1] ?? '');
        const kept = (all: readonly string[], gone: readonly { readonly start: number; readonly count: number }[]): readonly string[] => all.filter((_, index) => !gone.some(({ start, count }) => index + 1 >= start && index + 1 < start + count));
        expect(kept(after, found?.added ?? [])).toEqual(kept(before, found?.removed ?? []));
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('are shown as whole files within the bound, and what is left out is named', async () => {
    const { plain, from, to } = await change(
      () => undefined,
      (project) => {
        project.write('a-small.txt', 'a\n');
        project.write('b-large.txt', `${'x'.repeat(100)}\n`.repeat(50_000));
        project.write('c-binary', 'a\0b');
        project.write('d-text.txt', 'Binary files a and b differ\n');
        project.write('e-after.txt', 'no end');
      },
    );
    const text = await patchOfTrees(plain, from, to, 1000);
    expect(text.match(/^diff --git a\/(\S+)/gm)).toEqual(['diff --git a/a-small.txt', 'diff --git a/d-text.txt', 'diff --git a/e-after.txt']);
    expect(text).toContain('+no end\n\\ No newline at end of file\n');
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual(['# "b-large.txt" is not shown: it is binary or too large.', '# "c-binary" is not shown: it is binary or too large.']);
    expect(Buffer.byteLength(text.split('\n').filter((line) => !line.startsWith('#')).join('\n'))).toBeLessThanOrEqual(1000);
    expect(await patchOfTrees(plain, from, to, 0)).not.toContain('diff --git');
    expect((await patchOfTrees(plain, from, to, 10_000_000)).match(/^diff --git/gm)).toHaveLength(4);
  });
});

describe('a patch', () => {
  it('is cut into the same files whatever pieces it comes in', () => {
    const patch = Buffer.from(['a', 'b', 'c'].map((name) => `diff --git a/${name} b/${name}\n@@ -1 +1 @@\n-x\n+${name.repeat(name === 'b' ? 100 : 1)}\n`).join(''));
    const cut = (sizes: readonly number[]): string => {
      const text = new PatchText(120);
      for (let at = 0, piece = 0; at < patch.length; at += sizes[piece++ % sizes.length] ?? 1) text.push(patch.subarray(at, at + (sizes[piece % sizes.length] ?? 1)));
      return text.end(['a', 'b', 'c']);
    };
    const whole = cut([patch.length]);
    expect(whole.match(/^diff --git .*|^#.*/gm)).toEqual(['diff --git a/a b/a', 'diff --git a/c b/c', '# "b" is not shown: it is binary or too large.']);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 }), (sizes) => { expect(cut(sizes)).toBe(whole); }));
  });
});

describe('a tree that is laid out', () => {
  it('is a clean checkout of its own, with the base as the commit before', async () => {
    const project = makeRepository();
    project.write('run.sh', '#!/bin/sh\n');
    chmodSync(path.join(project.root, 'run.sh'), 0o755);
    symlinkSync('/etc/passwd', path.join(project.root, 'link'));
    project.write('.gitattributes', '*.txt filter=evil\n');
    project.write('a.txt', 'a\n');
    project.commit('More');
    const marks = temporaryDirectory();
    for (const [name, value] of [['core.hooksPath', marks], ['filter.evil.smudge', `touch ${marks}/ran; cat`]] as const) project.git('config', name, value);
    writeFileSync(path.join(marks, 'post-checkout'), `#!/bin/sh\ntouch ${marks}/ran\n`, { mode: 0o755 });
    const { git, folder } = await borrowing(project);
    const directory = path.join(folder, 'head');
    const refs = project.git('for-each-ref');
    await layOutTree(git, { directory, tree: treeOf(project), parentTree: treeOf(project, 'HEAD~1') });
    const there = testRepositoryAt(directory);
    expect(there.git('status', '--porcelain')).toBe('');
    expect(there.git('diff', '--name-only', 'HEAD^', 'HEAD').split('\n')).toEqual(['.gitattributes', 'a.txt', 'link', 'run.sh']);
    expect(there.git('rev-parse', 'HEAD^{tree}')).toBe(treeOf(project));
    expect(there.git('for-each-ref')).toBe('');
    expect(lstatSync(path.join(directory, 'link')).isSymbolicLink()).toBe(true);
    expect(lstatSync(path.join(directory, 'run.sh')).mode & 0o111).not.toBe(0);
    there.write('app.js', 'changed\n');
    there.commit('Inside');
    expect(project.git('for-each-ref')).toBe(refs);
    expect(readdirSync(marks)).toEqual(['post-checkout']);
  });

  it('works for a repository whose path and object format are unusual', async () => {
    const project = testRepositoryAt(path.join(temporaryDirectory(), '#odd "x" \\name'));
    project.git('init', '--quiet', '--initial-branch=main', '--object-format=sha256');
    project.write('a.txt', 'a\n');
    project.commit('Start');
    const { git, folder, tree } = await borrowing(project);
    expect((await tree(treeOf(project)).read('a.txt'))?.toString()).toBe('a\n');
    await layOutTree(git, { directory: path.join(folder, 'head'), tree: treeOf(project) });
    expect(readFileSync(path.join(folder, 'head', 'a.txt'), 'utf8')).toBe('a\n');
  });
});

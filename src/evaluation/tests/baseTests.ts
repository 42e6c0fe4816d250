import { cp, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { systemCode } from '../../base/errors';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import type { LaidOutTree, TreeFiles } from '../evaluationInput';

/** What is usually a test, a helper of tests, or what they compare with. */
export const usualTestFiles = ['**/*.{test,spec}.*', '**/{test,tests,__tests__,__snapshots__,testdata}/**', '**/test_*.py', '**/*_test.{py,go}', '**/conftest.py'];

/**
 * Copies a laid-out tree to a folder of its own, with the base's test files in the place of its own ones: tests that were edited or deleted
 * cannot hide what they would have found. Tests that are new stay. Gives the tree and what removes it.
 */
export async function withBaseTests(laidOut: LaidOutTree, base: TreeFiles, globs: readonly string[] = usualTestFiles): Promise<{ readonly laidOut: LaidOutTree; readonly remove: () => Promise<void> }> {
  const isTest = picomatch([...globs], { dot: true });
  const root = await makeThrowAwayFolder();
  const remove = (): Promise<void> => removeFolder(root);
  try {
    const directory = path.join(root, 'tree');
    // Links stay as they are: installed dependencies are borrowed by links, and are not to be copied.
    await cp(laidOut.directory, directory, { recursive: true, verbatimSymlinks: true });
    for (const file of (await base.list()).filter((name) => isTest(name))) {
      await clearWay(directory, file);
      await writeFile(path.join(directory, file), (await base.read(file)) ?? '');
    }
    return { laidOut: { ...laidOut, directory, reads: [...(laidOut.reads ?? []), laidOut.directory] }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Makes the folders of a file. A link or a file on the way goes: a link that an agent put there would lead the writing out of the tree. */
async function clearWay(directory: string, file: string): Promise<void> {
  const parts = file.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const place = path.join(directory, ...parts.slice(0, depth));
    const isFolder = await lstat(place).then((found) => found.isDirectory(), missing);
    if (depth < parts.length && isFolder === true) continue;
    await rm(place, { recursive: true, force: true });
    if (depth < parts.length) await mkdir(place);
  }
}

function missing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
  return undefined;
}

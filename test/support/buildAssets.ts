import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const out = path.join(root, 'out');

/** Folder with the built command line, the engines, their workers and what these read, made once before the tests run. */
export const testAssetsDirectory = path.join(out, 'test-assets');
/** The command line as it is shipped. */
export const cliProgram = path.join(testAssetsDirectory, 'cli.js');
/** A program that opens the storage and dies where it is told to. */
export const storageCrashProgram = path.join(testAssetsDirectory, 'storageCrashProgram.js');
/** A program that runs a workflow and dies where it is told to. */
export const workflowCrashProgram = path.join(testAssetsDirectory, 'workflowCrashProgram.js');

export default async function buildAssets(): Promise<void> {
  await mkdir(testAssetsDirectory, { recursive: true });
  // Built aside and moved: another run of the tests may be executing the files that are there.
  const fresh = await mkdtemp(path.join(out, 'test-assets-'));
  try {
    const { bundles, copyAssets } = (await import('../../esbuild.mjs' as string)) as { bundles: Record<string, BuildOptions>; copyAssets: (folder: string) => Promise<void> };
    const programs = Object.entries(bundles).filter(([name]) => !['extension', 'panels', 'commands', 'workflows', 'webview'].includes(name));
    await Promise.all([
      ...programs.map(([, options]) => build({ ...options, outdir: fresh })),
      build({ entryPoints: { storageCrashProgram: path.join(root, 'test/support/storageCrashProgram.ts'), workflowCrashProgram: path.join(root, 'test/support/workflowCrashProgram.ts') }, outdir: fresh, bundle: true, platform: 'node', format: 'cjs', target: 'node22', logLevel: 'warning' }),
      copyAssets(fresh),
    ]);
    for (const entry of await readdir(fresh, { withFileTypes: true })) {
      const place = path.join(testAssetsDirectory, entry.name);
      // A folder is not replaced by a rename.
      if (entry.isDirectory()) await rm(place, { recursive: true, force: true });
      await rename(path.join(fresh, entry.name), place);
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

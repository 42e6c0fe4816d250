import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** Folder with `storageWorker.js` and `sql-wasm.wasm`, made once before the tests run. */
export const testAssetsDirectory = path.join(root, 'out/test-assets');
/** A program that opens the storage and dies where it is told to. */
export const storageCrashProgram = path.join(testAssetsDirectory, 'storageCrashProgram.js');

export default async function buildAssets(): Promise<void> {
  await mkdir(testAssetsDirectory, { recursive: true });
  await build({
    entryPoints: {
      storageWorker: path.join(root, 'src/storage/storeWorker.ts'),
      storageCrashProgram: path.join(root, 'test/support/storageCrashProgram.ts'),
    },
    outdir: testAssetsDirectory,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'warning',
  });
  await copyFile(path.join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'), path.join(testAssetsDirectory, 'sql-wasm.wasm'));
}

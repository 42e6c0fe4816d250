import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { temporaryDirectory } from './temporary';

const root = path.resolve(import.meta.dirname, '../..');

/** A folder with what counting tokens needs, as the built program has it; removed after the test. */
export function tokenAssets(): string {
  const folder = temporaryDirectory();
  buildSync({ entryPoints: { tokenWorker: path.join(root, 'src/llm/tokenWorker.ts') }, outdir: folder, bundle: true, platform: 'node', format: 'cjs', target: 'node22', logLevel: 'error' });
  copyFileSync(path.join(root, 'node_modules/@dqbd/tiktoken/lite/tiktoken_bg.wasm'), path.join(folder, 'tiktoken_bg.wasm'));
  copyFileSync(path.join(root, 'node_modules/@dqbd/tiktoken/encoders/o200k_base.json'), path.join(folder, 'o200k_base.json'));
  return folder;
}

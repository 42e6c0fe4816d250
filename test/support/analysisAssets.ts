import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { onTestFinished } from 'vitest';
import { createAnalyser, type Analyser, type AnalyserOptions } from '../../src/evaluation/analysis/analyser';

const root = path.resolve(import.meta.dirname, '../..');
let built: string | undefined;

/** A folder with the analysis worker, as the built program has it, made once for a file of tests. */
export function analysisAssets(): string {
  if (built === undefined) {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'amp-test-')));
    // CommonJS first: the ESM build of a package that ESLint requires has its functions elsewhere.
    buildSync({ entryPoints: { evalAnalysisWorker: path.join(root, 'src/evaluation/analysis/analysisWorker.ts') }, outdir: folder, bundle: true, platform: 'node', format: 'cjs', target: 'node22', mainFields: ['main', 'module'], logLevel: 'error' });
    process.once('exit', () => { rmSync(folder, { recursive: true, force: true }); });
    built = folder;
  }
  return built;
}

/** An analyser for the test that is running. */
export function testAnalyser(options: Partial<AnalyserOptions> = {}): Analyser {
  const analyser = createAnalyser({ assetsDirectory: analysisAssets(), ...options });
  onTestFinished(() => { analyser.dispose(); });
  return analyser;
}

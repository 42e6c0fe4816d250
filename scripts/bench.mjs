// `npm run bench -- NAME…`: runs benchmarks (all of test/bench/*.bench.ts, or those named) and prints one JSON line a figure.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { childEnvironment, ensureInstalled, isInstalled, markInstalled, node24, npm, reexecOnNode24, root, say } from './bootstrap.mjs';
import { ensureBuilt } from './build.mjs';
import { run } from './processes.mjs';

const folder = path.join(root, 'test', 'bench');
const limitMs = 20 * 60_000;

await ensureInstalled();
await reexecOnNode24(import.meta.url);
if (!isInstalled(folder)) {
  say('Installing the peers that the benchmarks measure against …');
  // Not `ci`: of a peer with a binary for each system the lock names only some. No scripts: a native module that cannot be built here is not worth a failure.
  await npm(['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
  markInstalled(folder);
}
await ensureBuilt();

const known = readdirSync(folder).flatMap((file) => (file.endsWith('.bench.ts') ? [file.replace(/\.bench\.ts$/, '')] : []));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark named ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

let failed = false;
for (const name of wanted.length > 0 ? wanted : known) {
  const bundle = path.join(root, 'out', 'bench', `${name}.mjs`);
  const { build } = await import('esbuild');
  await build({
    entryPoints: [path.join(folder, `${name}.bench.ts`)],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // As the product is bundled.
    mainFields: ['module', 'main'],
    external: ['esbuild'],
    nodePaths: existsSync(path.join(folder, 'node_modules')) ? [path.join(folder, 'node_modules')] : [],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  const { code } = await run(node24(), ['--expose-gc', bundle], { cwd: root, env: { ...childEnvironment(), AMP_BENCH_ASSETS: path.join(root, 'dist') }, timeLimitMs: limitMs });
  failed ||= code !== 0;
}
process.exitCode = failed ? 1 : 0;

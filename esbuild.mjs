// Builds everything that runs: `node esbuild.mjs [--watch] [--minify]`. Writes dist/ and, for the architecture test, dist/meta/*.json.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, 'dist');
const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');

/**
 * Modules that a bundle loads by `import()` at first use and that are bundles of their own. They keep activation small: the
 * extension's entry holds no engine, no schema compiler and no WebAssembly.
 */
const lazyBundles = new Map([
  [path.join(root, 'src/orchestrator'), 'orchestrator'],
  [path.join(root, 'src/errorRedactor'), 'errorRedactor'],
  [path.join(root, 'src/vscode/panels/panels'), 'panels'],
  [path.join(root, 'src/vscode/commands/commandTable'), 'commands'],
  [path.join(root, 'src/vscode/workflows/workflowParts'), 'workflows'],
  [path.join(root, 'src/llm/prices/priceData'), 'prices'],
  [path.join(root, 'src/llm/openaiClient'), 'openai'],
  [path.join(root, 'src/llm/anthropicClient'), 'anthropic'],
  [path.join(root, 'src/telemetry/export/otlpSerializers'), 'otlp'],
]);

const lazy = {
  name: 'lazy-bundles',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ kind, resolveDir, path: request }) => {
      const name = kind === 'dynamic-import' ? lazyBundles.get(path.resolve(resolveDir, request)) : undefined;
      return name ? { path: `./${name}.js`, external: true } : undefined;
    });
  },
};

const node = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  outdir: dist,
  // ESM first: the CommonJS builds of some packages cannot be tree-shaken.
  mainFields: ['module', 'main'],
  sourcemap: minify ? false : 'linked',
  minify,
  keepNames: true,
  legalComments: 'external',
  logLevel: 'warning',
  metafile: true,
  absWorkingDir: root,
  plugins: [lazy],
};

const quickjsLoader = '@jitl/quickjs-wasmfile-release-sync/emscripten-module';

/** Name → options. Only what may import `vscode` has it as an external: anywhere else such an import breaks the build. */
export const bundles = {
  extension: { ...node, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'] },
  commands: { ...node, entryPoints: { commands: 'src/vscode/commands/commandTable.ts' }, external: ['vscode'] },
  workflows: { ...node, entryPoints: { workflows: 'src/vscode/workflows/workflowParts.ts' }, external: ['vscode'] },
  panels: { ...node, entryPoints: { panels: 'src/vscode/panels/panels.ts' }, external: ['vscode'] },
  orchestrator: { ...node, entryPoints: { orchestrator: 'src/orchestrator.ts' } },
  errorRedactor: { ...node, entryPoints: { errorRedactor: 'src/errorRedactor.ts' } },
  prices: { ...node, entryPoints: { prices: 'src/llm/prices/priceData.ts' } },
  openai: { ...node, entryPoints: { openai: 'src/llm/openaiClient.ts' } },
  anthropic: { ...node, entryPoints: { anthropic: 'src/llm/anthropicClient.ts' } },
  otlp: { ...node, entryPoints: { otlp: 'src/telemetry/export/otlpSerializers.ts' } },
  tokenWorker: { ...node, entryPoints: { tokenWorker: 'src/llm/tokenWorker.ts' } },
  importWorker: { ...node, entryPoints: { importWorker: 'src/telemetry/import/importWorker.ts' } },
  // CommonJS first: the ESM build of a package that ESLint requires has its functions elsewhere.
  evalAnalysisWorker: { ...node, keepNames: false, mainFields: ['main', 'module'], entryPoints: { evalAnalysisWorker: 'src/evaluation/analysis/analysisWorker.ts' } },
  // The ESM build of the engine's loader asks for its own address, which a CommonJS bundle has not.
  evalSandboxWorker: { ...node, alias: { [quickjsLoader]: path.join(root, 'node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.cjs') }, entryPoints: { evalSandboxWorker: 'src/evaluation/sandbox/sandboxWorker.ts' } },
  layoutWorker: { ...node, entryPoints: { layoutWorker: 'src/vscode/editors/layoutWorker.ts' } },
  storageWorker: { ...node, entryPoints: { storageWorker: 'src/storage/storeWorker.ts' } },
  cli: { ...node, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  webview: {
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    entryPoints: { sessionTimeline: 'webview/sessionTimeline/index.tsx', costDashboard: 'webview/costDashboard/index.tsx', workflowEditor: 'webview/workflowEditor/index.tsx' },
    outdir: path.join(dist, 'webview'),
    define: { 'process.env.NODE_ENV': watch ? '"development"' : '"production"' },
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    jsx: 'automatic',
    sourcemap: false,
    minify: !watch,
    legalComments: 'external',
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
  },
};

const assets = [
  ['node_modules/sql.js/dist/sql-wasm.wasm', 'sql-wasm.wasm'],
  ['node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm', 'quickjs.wasm'],
  ['node_modules/@dqbd/tiktoken/lite/tiktoken_bg.wasm', 'tiktoken_bg.wasm'],
  ['node_modules/@dqbd/tiktoken/encoders/o200k_base.json', 'o200k_base.json'],
  ['media/templates', 'templates'],
];

/** Copies what the bundles read beside them. @param {string} folder */
export async function copyAssets(folder) {
  for (const [from, to] of assets) await cp(path.join(root, from), path.join(folder, to), { recursive: true });
}

async function main() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(path.join(dist, 'meta'), { recursive: true });
  await copyAssets(dist);
  if (watch) {
    for (const options of Object.values(bundles)) await (await esbuild.context(options)).watch();
    return;
  }
  await Promise.all(
    Object.entries(bundles).map(async ([name, options]) => {
      const { metafile } = await esbuild.build(options);
      await writeFile(path.join(dist, 'meta', `${name}.json`), JSON.stringify(metafile));
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

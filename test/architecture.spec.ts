import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildForInspection } from './support/buildForInspection';

/** Who may import whom, as in the plan of the house. `base` is seen by all and need not be listed. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  model: [],
  protocol: ['model'],
  storage: ['model'],
  git: ['model'],
  telemetry: ['model'],
  llm: ['model', 'telemetry'],
  agents: ['model'],
  evaluation: ['model', 'git', 'telemetry', 'llm'],
  sessions: ['model', 'storage', 'git', 'telemetry', 'llm', 'agents', 'evaluation'],
  workflow: ['model', 'storage', 'git', 'telemetry', 'llm', 'agents', 'evaluation', 'sessions'],
  'orchestrator.ts': ['model', 'storage', 'git', 'telemetry', 'llm', 'agents', 'evaluation', 'sessions', 'workflow'],
  'errorRedactor.ts': ['telemetry'],
  cli: ['model', 'orchestrator.ts', 'errorRedactor.ts'],
  vscode: ['model', 'protocol', 'orchestrator.ts', 'errorRedactor.ts'],
  'extension.ts': ['vscode'],
};

const root = path.resolve(import.meta.dirname, '..');

interface Metafile {
  readonly inputs: Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>;
}

let metafiles: Record<string, Metafile>;
beforeAll(async () => {
  metafiles = await buildForInspection();
}, 60_000);

function room(file: string): string | undefined {
  const match = /^src\/([^/]+)/.exec(file);
  return match?.[1];
}

function inputsOf(bundle: string): string[] {
  const metafile = metafiles[bundle];
  if (!metafile) throw new Error(`no bundle named ${bundle}`);
  return Object.keys(metafile.inputs);
}

describe('the house', () => {
  it('lets every room import only the rooms below it', () => {
    const breaches = new Set<string>();
    for (const { inputs } of Object.values(metafiles)) {
      for (const [from, { imports }] of Object.entries(inputs)) {
        const own = room(from);
        if (!own) continue;
        for (const { path: to } of imports) {
          const other = room(to);
          if (other && other !== own && other !== 'base' && !mayImport[own]?.includes(other)) breaches.add(`${from} imports ${to}`);
        }
      }
    }
    expect([...breaches]).toEqual([]);
  });

  it('has no import cycles, those of types included', () => {
    const files = ['src', 'webview'].flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file))).filter((file) => /\.tsx?$/.test(file));
    const edges = new Map(files.map((file) => [file, importsOf(file, new Set(files))]));
    expect([...edges.values()].reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(files.length);
    expect(findCycle(edges)).toBeUndefined();
  });

  it('shows pages only base, model and protocol of src', () => {
    const seen = new Set(inputsOf('webview').map(room).filter((name) => name !== undefined));
    expect([...seen].filter((name) => !['base', 'model', 'protocol'].includes(name))).toEqual([]);
  });

  it('imports vscode only in src/vscode and src/extension.ts', () => {
    const importers = Object.values(metafiles)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { imports }]) => imports.some(({ path: to, external }) => external && to === 'vscode'))
      .map(([file]) => file);
    expect(importers.filter((file) => !file.startsWith('src/vscode/') && file !== 'src/extension.ts')).toEqual([]);
    expect(importers.length).toBeGreaterThan(0);
  });

  it('keeps engines, schema compiler, WebAssembly and React out of what activation loads', () => {
    const heavy = /node_modules\/(sql\.js|ajv|react|react-dom|execa|@sinclair\/typebox)\/|^src\/(storage|git|agents|sessions|telemetry|workflow)\//;
    expect(inputsOf('extension').filter((file) => heavy.test(file))).toEqual([]);
  });

  it('loads redaction alone to tell an error', () => {
    expect(inputsOf('errorRedactor').filter((file) => !/^src\/(errorRedactor|base\/|telemetry\/redaction)/.test(file))).toEqual([]);
  });

  it('gives every room of src a place in the plan', () => {
    const rooms = readdirSync(path.join(root, 'src'));
    expect(rooms.filter((name) => !(name in mayImport))).toEqual([]);
  });

  it('uses the UI toolkit only behind webview/shared/ui', () => {
    const importers = Object.entries(metafiles['webview']?.inputs ?? {})
      .filter(([file, { imports }]) => file.startsWith('webview/') && imports.some(({ path: to }) => to.includes('webview-ui-toolkit')))
      .map(([file]) => file);
    expect(importers).not.toEqual([]);
    expect(importers.filter((file) => !file.startsWith('webview/shared/ui/'))).toEqual([]);
  });

  it('has no file in src that no bundle uses, types aside', () => {
    const used = new Set(Object.values(metafiles).flatMap(({ inputs }) => Object.keys(inputs)));
    const unused = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .map((file) => `src/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts') && !used.has(file))
      .filter((file) => /^export (?!type|interface)/m.test(readFileSync(path.join(root, file), 'utf8')));
    expect(unused).toEqual([]);
  });
});

/** The files of ours that a file imports, as its text says: bundles know nothing of type imports. */
function importsOf(file: string, known: ReadonlySet<string>): Set<string> {
  const text = readFileSync(path.join(root, file), 'utf8');
  const targets = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, request]) => path.join(path.dirname(file), request ?? ''));
  return new Set(targets.flatMap((target) => [`${target}.ts`, `${target}.tsx`].filter((candidate) => known.has(candidate))));
}

/** The first cycle met, as a list of files, or undefined. */
function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const stack: string[] = [];
  function visit(file: string): string[] | undefined {
    const at = stack.indexOf(file);
    if (at >= 0) return [...stack.slice(at), file];
    if (done.has(file)) return undefined;
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    stack.pop();
    done.add(file);
    return undefined;
  }
  for (const file of edges.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}

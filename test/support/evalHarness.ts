import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OrchestratorError, systemCode } from '../../src/base/errors';
import { run } from '../../src/base/processes';
import type { EvalChange, EvaluatedTree, EvaluationInput, LineSpan } from '../../src/evaluation/evaluationInput';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome, RunTool } from '../../src/evaluation/evaluator';
import { changedFiles } from '../../src/git/changes';
import { Git } from '../../src/git/git';
import type { EvalConfig } from '../../src/model/evalConfig';
import { temporaryDirectory } from './temporary';

/** Content of a tree by path, relative and with forward slashes. */
export type TreeContent = Readonly<Record<string, string | Uint8Array>>;

export interface EvaluationSetup {
  readonly head: TreeContent;
  /** Default: the same as the head, so that nothing has changed. */
  readonly base?: TreeContent;
  readonly config?: Partial<EvalConfig>;
  /** Packages of this project that the laid-out trees find in their node_modules. */
  readonly packages?: readonly string[];
  /** What else differs from an ordinary run. */
  readonly context?: Partial<Omit<EvaluatorContext, 'config' | 'input' | 'tree' | 'isBase'>>;
}

const projectRoot = path.resolve(import.meta.dirname, '../..');

/** The outcome of one evaluator on the head, as the runner would ask for it, with real git, real files and real processes. */
export async function evaluate(evaluator: Evaluator, setup: EvaluationSetup): Promise<EvaluatorOutcome> {
  return evaluator.evaluate(await evaluatorContext(evaluator, setup));
}

/** What the runner would give an evaluator for the head of a change. */
export async function evaluatorContext(evaluator: Evaluator, setup: EvaluationSetup): Promise<EvaluatorContext> {
  const input = await evaluationInput(setup);
  const timeoutMs = setup.context?.timeoutMs ?? setup.config?.timeout ?? 60_000;
  const head: EvaluatorContext = {
    input,
    tree: input.head,
    isBase: false,
    config: { name: 'evaluator', ...setup.config },
    timeoutMs,
    signal: new AbortController().signal,
    runTool: processTool(timeoutMs, setup.context?.signal),
    atBase: () => (base ??= evaluator.evaluate({ ...head, tree: input.base, isBase: true, atBase: () => Promise.resolve(undefined) })),
    metrics: {},
    origin: { sessionId: 'session-of-the-test' },
    readDefinition: () => Promise.resolve(undefined),
    selected: () => true,
    ...setup.context,
  };
  let base: Promise<EvaluatorOutcome> | undefined;
  return head;
}

/** Both sides of a change, as git sees them. */
export async function evaluationInput({ head, base = head, packages = [] }: Pick<EvaluationSetup, 'head' | 'base' | 'packages'>): Promise<EvaluationInput> {
  const root = temporaryDirectory();
  const git = new Git({ gitDirectory: path.join(root, 'git'), commonDirectory: path.join(root, 'git'), workTree: root });
  execFileSync('git', ['init', '--quiet', '--bare', git.location.gitDirectory]);
  const [headTree, baseTree] = [folderTree(path.join(root, 'head'), head, git, packages), folderTree(path.join(root, 'base'), base, git, packages)];
  const files = await changedFiles(git, baseTree.treeHash, headTree.treeHash);
  const changes = await Promise.all(files.map(async (file): Promise<EvalChange> => {
    const paths = [...(file.previousPath === undefined ? [] : [file.previousPath]), file.path];
    const diff = await git.output(['diff-tree', '-r', '-p', '-U0', '--no-ext-diff', '--find-renames', baseTree.treeHash, headTree.treeHash, '--', ...paths]);
    return { ...file, binary: file.linesAdded === undefined, ...changedLines(diff) };
  }));
  return {
    head: headTree,
    base: baseTree,
    changes,
    diff: async (maxBytes) => (await git.output(['diff-tree', '-r', '-p', '--no-ext-diff', '--find-renames', baseTree.treeHash, headTree.treeHash])).slice(0, maxBytes),
    dispose: () => Promise.resolve(),
  };
}

/** A tree that is a folder from the start. */
function folderTree(directory: string, content: TreeContent, git: Git, packages: readonly string[]): EvaluatedTree {
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of Object.entries(content)) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  }
  const env = { ...process.env, GIT_DIR: git.location.gitDirectory, GIT_WORK_TREE: directory, GIT_INDEX_FILE: `${directory}.index` };
  execFileSync('git', ['add', '--all', '--force', '.'], { cwd: directory, env });
  const treeHash = execFileSync('git', ['write-tree'], { cwd: directory, env, encoding: 'utf8' }).trim();
  linkPackages(directory, packages);
  return {
    treeHash,
    read: (file) => Promise.resolve(file in content ? Buffer.from(content[file] ?? '') : undefined),
    size: (file) => Promise.resolve(file in content ? Buffer.byteLength(content[file] ?? '') : undefined),
    list: () => Promise.resolve(Object.keys(content).sort()),
    layOut: () => Promise.resolve({ directory, notices: [] }),
    installed: () => Promise.resolve(packages.join(' ')),
  };
}

/** Links to single packages: what a tool writes beside them stays in the tree. */
function linkPackages(directory: string, packages: readonly string[]): void {
  for (const name of packages) {
    const link = path.join(directory, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(projectRoot, 'node_modules', name), link, 'junction');
  }
}

/** Lines of a diff without context: `@@ -start,count +start,count @@`. */
function changedLines(diff: string): { readonly added: LineSpan[]; readonly removed: LineSpan[] } {
  const hunks = [...diff.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)];
  const span = (start: string | undefined, count: string | undefined): LineSpan[] => (count === '0' ? [] : [{ start: Number(start), count: Number(count ?? 1) }]);
  return { removed: hunks.flatMap(([, start, count]) => span(start, count)), added: hunks.flatMap(([, , , start, count]) => span(start, count)) };
}

/** Runs tools as child processes with little of this process's environment. */
export function processTool(timeoutMs: number, signal?: AbortSignal): RunTool {
  return async ({ argv, tree, folder = '.', env, input, maxOutputBytes }) => {
    const [program, ...args] = argv;
    const home = path.join(tree.directory, '..', 'home');
    mkdirSync(home, { recursive: true });
    try {
      const result = await run(program, args, {
        cwd: path.join(tree.directory, folder),
        env: { PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`, HOME: home, CI: '1', NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...toolHomes(), ...env },
        timeoutMs,
        runMarker: `eval-harness-${randomUUID()}`,
        ...(input !== undefined && { input }),
        ...(maxOutputBytes !== undefined && { maxOutputBytes }),
        ...(signal && { signal }),
      });
      return { ...result, isolation: 'process' };
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw new OrchestratorError('tool-missing', `The program ${program} was not found.`, `Install ${program}, or make sure that it is on the PATH.`, { cause: error });
      throw error;
    }
  };
}

/** Where tool chains live that look below the home folder for themselves. */
function toolHomes(): Record<string, string> {
  const homes = { CARGO_HOME: '.cargo', RUSTUP_HOME: '.rustup', PYENV_ROOT: '.pyenv' };
  return Object.fromEntries(Object.entries(homes).flatMap(([name, folder]) => {
    const directory = process.env[name] ?? path.join(process.env['HOME'] ?? '', folder);
    return existsSync(directory) ? [[name, directory]] : [];
  }));
}

/** The files of a folder as the content of a tree; node_modules and git's folder are left out. */
export function contentOf(directory: string): TreeContent {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  return Object.fromEntries(files.filter((file) => !/(^|\/)(node_modules|\.git)(\/|$)/.test(file) && statSync(path.join(directory, file)).isFile()).map((file) => [file, readFileSync(path.join(directory, file))]));
}

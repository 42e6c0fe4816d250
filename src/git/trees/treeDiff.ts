import { OrchestratorError } from '../../base/errors';
import type { ChangedFile } from '../../model/session';
import { gitFailed, type Git } from '../git';
import { DiffOutput, sectionsOf, type PatchSink, type RawChange } from './diffOutput';
import { HunkHeads, type Hunks } from './hunkHeads';
import { PatchText } from './patchText';
import { plainConfiguration } from './throwAwayRepository';

/** A changed file, with the lines that differ; see `LineSpan`. */
export interface TreeChange extends ChangedFile, Hunks {
  readonly binary: boolean;
}

const diffCommand = ['diff-tree', '-r', '-z', '--raw', '-p', '--find-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--src-prefix=a/', '--dst-prefix=b/'];

/**
 * What differs between two trees, in git's order. Only content decides what is binary: attributes of either tree are not looked at, as the
 * git given has an empty work tree.
 */
export async function changesOfTrees(git: Git, from: string, to: string): Promise<readonly TreeChange[]> {
  const heads = new HunkHeads();
  const raw = await diff(git, ['--numstat', '--unified=0', from, to], heads);
  const sections = heads.end();
  if (sections.length !== raw.reduce((sum, change) => sum + sectionsOf(change), 0)) throw new OrchestratorError('git-failed', `git told ${raw.length} changed files and ${sections.length} patches.`, 'Please report this, with the version of git.');
  let at = 0;
  return raw.map((change) => treeChange(change, sections.slice(at, (at += sectionsOf(change)))));
}

/** Unified diff of the text files: at most `maxBytes` of it, whole files only, and after it a line for each file that was left out (at most 50 of them). */
export async function patchOfTrees(git: Git, from: string, to: string, maxBytes: number): Promise<string> {
  const text = new PatchText(maxBytes);
  const raw = await diff(git, [from, to], text);
  return text.end(raw.flatMap((change) => Array.from({ length: sectionsOf(change) }, () => change.path)));
}

async function diff(git: Git, args: readonly string[], sink: PatchSink): Promise<readonly RawChange[]> {
  const output = new DiffOutput(sink);
  const said: Buffer[] = [];
  const child = await git.launch([...diffCommand, ...args, '--'], { env: plainConfiguration });
  child.stdout.on('data', (chunk: Buffer) => { output.push(chunk); });
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const { exitCode } = await child.exited;
  if (exitCode !== 0) throw gitFailed(['diff-tree'], { exitCode: exitCode ?? -1, stdout: '', stderr: Buffer.concat(said).toString('utf8') });
  return output.changes();
}

function treeChange(raw: RawChange, sections: readonly Hunks[]): TreeChange {
  return {
    path: raw.path,
    change: raw.status === 'R' || raw.status === 'C' ? 'renamed' : raw.status === 'A' ? 'added' : raw.status === 'D' ? 'deleted' : 'modified',
    ...(raw.previousPath !== undefined && { previousPath: raw.previousPath }),
    ...(raw.lines && { linesAdded: raw.lines.added, linesDeleted: raw.lines.deleted }),
    binary: raw.lines === undefined,
    // A link's target and a submodule's commit are lines for git, but no lines of a file that anybody can read.
    added: isFile(raw.newMode) ? sections.flatMap(({ added }) => added) : [],
    removed: isFile(raw.oldMode) ? sections.flatMap(({ removed }) => removed) : [],
  };
}

function isFile(mode: string): boolean {
  return mode.startsWith('100');
}

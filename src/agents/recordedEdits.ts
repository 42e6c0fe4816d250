import { constants } from 'node:fs';
import { lstat, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, isOrchestratorError, OrchestratorError, systemCode } from '../base/errors';
import type { JsonObject } from '../base/jsonShape';
import { asName, asNumber, asObjects, asText } from '../base/jsonShape';
import { readRecordedTools } from './recordedTools';

interface Replacement {
  readonly from: string;
  readonly to: string;
  readonly everywhere: boolean;
}

type Edit =
  | { readonly kind: 'write'; readonly file: string; readonly content: string }
  | { readonly kind: 'replace'; readonly file: string; readonly replacements: readonly Replacement[] };

/**
 * Does again, in a worktree, the file edits that a recorded agent did with its tools. Only edits whose recorded result was a success are done,
 * at the moment of that result; nothing else of a recording is ever executed.
 */
export class RecordedEdits {
  private readonly pending = new Map<string, Edit>();

  /** `worktree` is absolute. */
  constructor(private readonly worktree: string) {}

  /** Takes note of tool calls, and applies those whose result comes now. Throws `recording-does-not-fit`. */
  async follow(line: JsonObject): Promise<void> {
    for (const tool of readRecordedTools(line)) {
      if (tool.kind === 'call') this.note(tool);
      else await this.settle(tool.id, tool.failed);
    }
  }

  private note({ id, name, input }: { readonly id: string; readonly name: string; readonly input: JsonObject }): void {
    const edit = readEdit(name, input);
    if (edit) this.pending.set(id, { ...edit, file: this.short(edit.file) });
  }

  /** Relative to the worktree where it is inside: that is how a person knows the file. */
  private short(file: string): string {
    const relative = path.relative(this.worktree, file);
    return path.isAbsolute(file) && !relative.startsWith('..') && !path.isAbsolute(relative) ? relative : file;
  }

  private async settle(id: string, failed: boolean): Promise<void> {
    const edit = this.pending.get(id);
    this.pending.delete(id);
    if (!edit || failed) return;
    try {
      await this.apply(edit);
    } catch (error) {
      throw editFailure(edit.file, error);
    }
  }

  private async apply(edit: Edit): Promise<void> {
    const target = await this.place(edit.file);
    const content = edit.kind === 'write' ? edit.content : replaceAll(edit, await this.read(edit, target));
    await mkdir(path.dirname(target), { recursive: true });
    // A link put there since the check would be followed otherwise.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
    await writeFile(target, content, { flag: flags });
  }

  private async read(edit: Edit, target: string): Promise<string> {
    try {
      return await readFile(target, 'utf8');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      const createsIt = edit.kind === 'replace' && edit.replacements[0]?.from === '';
      if (createsIt) return '';
      throw doesNotFit(edit.file, 'the file does not exist');
    }
  }

  /** Where the edit really goes, links followed: inside the worktree and not into git's own files, or not at all. */
  private async place(file: string): Promise<string> {
    const root = await realpath(this.worktree);
    const asked = path.resolve(root, path.isAbsolute(file) ? path.relative(this.worktree, file) : file);
    const target = await realTarget(asked);
    const inside = path.relative(root, target);
    if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) throw doesNotFit(file, 'it is outside the worktree');
    if (inside.split(path.sep).some((part) => part.toLowerCase() === '.git')) throw doesNotFit(file, 'it belongs to git');
    return target;
  }
}

/** The real path of a file that need not exist yet: links in what does exist are followed, dangling ones too. */
async function realTarget(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const isDanglingLink = await lstat(file).then((found) => found.isSymbolicLink(), () => false);
  if (isDanglingLink) throw doesNotFit(file, 'it is a link to nowhere');
  const parent = path.dirname(file);
  return parent === file ? file : path.join(await realTarget(parent), path.basename(file));
}

function readEdit(tool: string, input: JsonObject): Edit | undefined {
  const file = asName(input['file_path']) ?? asName(input['path']) ?? asName(input['filePath']);
  if (file === undefined) return undefined;
  const content = asText(input['content']);
  switch (tool) {
    case 'Write':
    case 'create_file':
    case 'write_file':
    case 'write':
      return content === undefined ? undefined : { kind: 'write', file, content };
    case 'Edit':
    case 'edit_file':
    case 'replace':
    case 'edit':
      return { kind: 'replace', file, replacements: [readReplacement(input)] };
    case 'MultiEdit':
      return { kind: 'replace', file, replacements: asObjects(input['edits']).map(readReplacement) };
    default:
      return undefined;
  }
}

function readReplacement(input: JsonObject): Replacement {
  return {
    from: asText(input['old_string']) ?? asText(input['old_str']) ?? asText(input['oldString']) ?? '',
    to: asText(input['new_string']) ?? asText(input['new_str']) ?? asText(input['newString']) ?? '',
    everywhere: input['replace_all'] === true || input['replaceAll'] === true || input['allow_multiple'] === true || (asNumber(input['expected_replacements']) ?? 1) > 1,
  };
}

function replaceAll(edit: { readonly file: string; readonly replacements: readonly Replacement[] }, content: string): string {
  return edit.replacements.reduce((text, replacement) => replaceOne(edit.file, text, replacement), content);
}

function replaceOne(file: string, text: string, { from, to, everywhere }: Replacement): string {
  if (from === '') {
    if (text !== '') throw doesNotFit(file, 'the file should be new or empty');
    return to;
  }
  // Agents see every line end as `\n`, whatever the file has.
  const isWindowsFile = !text.includes(from) && text.includes('\r\n');
  const wanted = isWindowsFile ? from.replaceAll('\n', '\r\n') : from;
  const given = isWindowsFile ? to.replaceAll('\n', '\r\n') : to;
  const parts = text.split(wanted);
  if (parts.length === 1) throw doesNotFit(file, `it does not contain ${quoted(from)}`);
  if (parts.length > 2 && !everywhere) throw doesNotFit(file, `it contains ${quoted(from)} more than once`);
  return parts.join(given);
}

function editFailure(file: string, error: unknown): OrchestratorError {
  if (isOrchestratorError(error)) return error;
  if (systemCode(error) === 'ENOSPC') return new OrchestratorError('disk-full', `The disk is full: ${file} could not be written.`, 'Free some space, then run the iteration again.', { cause: error });
  return doesNotFit(file, errorMessage(error), error);
}

function quoted(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}

function doesNotFit(file: string, why: string, cause?: unknown): OrchestratorError {
  const advice = 'Replay it on the project and commit it was recorded on; what was replayed so far can be seen in the worktree.';
  return new OrchestratorError('recording-does-not-fit', `The recording does not fit ${file}: ${why}.`, advice, { cause });
}

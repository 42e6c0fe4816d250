import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, OrchestratorError, systemCode } from '../../base/errors';
import { asName, asObject, parseObject, present, type JsonObject } from '../../base/jsonShape';
import { workflowFolder, type WorkflowDefinition } from '../../model/workflow/definition';
import { readWorkflow } from './workflowFile';
import type { KnownNames, OpenedWorkflow, WorkflowFile } from '../workflowService';

export interface WorkflowFilesOptions {
  /** The checkout whose workflows these are. */
  readonly root: string;
  /** Folder of the workflows that come with the product. */
  readonly bundled: string;
}

interface ReadOnce {
  readonly stamp: string;
  readonly workflow: OpenedWorkflow;
}

const largestBytes = 10 * 1024 * 1024;
const mostFiles = 500;

/** The workflows that can be run in a checkout: its own and those that come with the product; its own hide others of the same id. */
export class WorkflowFiles {
  /** By real path: views ask for all of them several times a second. */
  private readonly read = new Map<string, ReadOnce>();

  constructor(private readonly options: WorkflowFilesOptions) {}

  /** By name. Broken ones too, with the number of their errors. */
  async list(known?: KnownNames): Promise<WorkflowFile[]> {
    return (await this.all(known)).map(({ file }) => file);
  }

  /**
   * By id; or by path, absolute or relative to the checkout, which may be anywhere: a person names it.
   * @throws OrchestratorError `workflow-missing`
   */
  async open(idOrPath: string, known?: KnownNames): Promise<OpenedWorkflow> {
    const all = await this.all(known);
    const byId = all.find(({ file }) => file.id === idOrPath);
    if (byId) return byId;
    if (!looksLikePath(idOrPath)) throw missing(idOrPath);
    const place = path.resolve(this.options.root, idOrPath);
    // What keeps it from being listed as sound, such as a link out of the repository, holds for its path too.
    const listed = all.find(({ file }) => file.file === place);
    if (listed) return listed;
    const text = await readBounded(place).catch((error: unknown) => error);
    if (typeof text === 'string') return opened(place, text, this.originOf(place), known);
    if (systemCode(text) === 'ENOENT') throw missing(idOrPath);
    throw new OrchestratorError('workflow-missing', `The workflow ${idOrPath} could not be read: ${errorMessage(text)}.`, 'Make its file readable.', { cause: text });
  }

  /**
   * What another workflow calls by its id. Never a path: the id may come from what an agent wrote.
   * @throws OrchestratorError `workflow-missing`, `workflow-invalid`
   */
  async definition(id: string): Promise<WorkflowDefinition> {
    const found = (await this.all()).find(({ file }) => file.id === id);
    if (!found) throw missing(id);
    return soundDefinition(found);
  }

  private async all(known?: KnownNames): Promise<OpenedWorkflow[]> {
    const { root, bundled } = this.options;
    const [own, others] = await Promise.all([this.folder(path.join(root, workflowFolder), 'repository', root, known), this.folder(bundled, 'bundled', bundled, known)]);
    const ids = new Set(own.map(({ file }) => file.id));
    return [...withoutDoubles(own), ...others.filter(({ file }) => !ids.has(file.id))].sort((one, other) => compare(one.file.name, other.file.name) || compare(one.file.id, other.file.id));
  }

  private async folder(folder: string, origin: WorkflowFile['origin'], within: string, known?: KnownNames): Promise<OpenedWorkflow[]> {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort(compare).slice(0, mostFiles);
    const limit = await realpath(within).catch(() => within);
    return Promise.all(names.map(async (name) => {
      const file = path.join(folder, name);
      try {
        // A link out of the repository would read, and show in messages, what the repository does not hold.
        const real = await realpath(file);
        if (!isInside(limit, real)) return broken(file, origin, 'It is a link to a place outside of the repository, which is not followed.');
        return await this.once(file, real, origin, known);
      } catch (error) {
        return systemCode(error) === 'ENOENT' ? broken(file, origin, 'It is a link to nothing.') : broken(file, origin, `It could not be read: ${errorMessage(error)}.`);
      }
    }));
  }

  /** What was read before, while the file is the same and what it is checked against is, too. */
  private async once(file: string, real: string, origin: WorkflowFile['origin'], known?: KnownNames): Promise<OpenedWorkflow> {
    const { ino, size, mtimeNs, ctimeNs } = await stat(real, { bigint: true });
    const stamp = [file, ino, size, mtimeNs, ctimeNs, JSON.stringify(known ?? null)].join(' ');
    const before = this.read.get(real);
    if (before?.stamp === stamp) return before.workflow;
    const workflow = opened(file, await readBounded(real), origin, known);
    if (this.read.size >= 2 * mostFiles) this.read.clear();
    this.read.set(real, { stamp, workflow });
    return workflow;
  }

  private originOf(file: string): WorkflowFile['origin'] {
    return isInside(this.options.bundled, file) ? 'bundled' : 'repository';
  }
}

/** Of two files with one id the first one counts; the other one is listed by its name, so that somebody sees it. */
function withoutDoubles(workflows: readonly OpenedWorkflow[]): OpenedWorkflow[] {
  const first = new Map<string, string>();
  return workflows.map((workflow) => {
    const { file } = workflow;
    const taken = first.get(file.id);
    if (taken === undefined) {
      first.set(file.id, path.basename(file.file));
      return workflow;
    }
    const { definition: _definition, ...rest } = workflow;
    const issue = { severity: 'error', code: 'double-workflow', message: `${taken} has the id "${file.id}" already.`, path: '/id' } as const;
    return { ...rest, issues: [...workflow.issues, issue], file: { ...file, id: path.basename(file.file), errors: file.errors + 1 } };
  });
}

/** @throws OrchestratorError `workflow-invalid` naming the first error */
function soundDefinition({ file, definition, issues }: OpenedWorkflow): WorkflowDefinition {
  const [first, ...others] = issues.filter(({ severity }) => severity === 'error');
  if (definition !== undefined && first === undefined) return definition;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new OrchestratorError('workflow-invalid', `The workflow ${file.id} is not right: ${first === undefined ? 'it cannot be read.' : `${first.path === '' ? '' : `${first.path}: `}${first.message}`}${more}`, `Correct ${file.file}; amp-orchestrator workflow validate lists all problems.`);
}

async function readBounded(file: string): Promise<string> {
  const found = await stat(file);
  // A pipe would never come to its end.
  if (!found.isFile()) throw new Error('it is no file');
  const { size } = found;
  if (size > largestBytes) throw new Error(`it has ${Math.ceil(size / 1024 / 1024)} MB, and ${largestBytes / 1024 / 1024} MB are the most`);
  return readFile(file, 'utf8');
}

function opened(file: string, text: string, origin: WorkflowFile['origin'], known?: KnownNames): OpenedWorkflow {
  const read = readWorkflow(text, known);
  // What is wrong with a file must not keep it from being listed under the id that it gives itself.
  const said: JsonObject = asObject(read.definition) ?? parseObject(text) ?? {};
  const errors = read.issues.filter(({ severity }) => severity === 'error').length;
  const id = asName(said['id']) ?? nameOf(file);
  return { ...read, text, file: { id, name: asName(said['name']) ?? id, file, origin, errors: read.definition === undefined ? Math.max(1, errors) : errors, ...present({ description: asName(said['description']) }) } };
}

function broken(file: string, origin: WorkflowFile['origin'], message: string): OpenedWorkflow {
  const id = nameOf(file);
  return { file: { id, name: id, file, origin, errors: 1 }, text: '', issues: [{ severity: 'error', code: 'unreadable', message, path: '' }] };
}

function nameOf(file: string): string {
  return path.basename(file, '.json');
}

function looksLikePath(text: string): boolean {
  return text.endsWith('.json') || text.includes('/') || text.includes(path.sep);
}

function isInside(folder: string, file: string): boolean {
  const way = path.relative(folder, file);
  return way !== '' && !way.startsWith('..') && !path.isAbsolute(way);
}

function missing(idOrPath: string): OrchestratorError {
  return new OrchestratorError('workflow-missing', `There is no workflow "${idOrPath}".`, `Workflows are files in ${workflowFolder}; list them with: amp-orchestrator workflow list --files.`);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

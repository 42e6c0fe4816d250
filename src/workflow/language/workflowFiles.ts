import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, OrchestratorError, systemCode } from '../../base/errors';
import { asName, asObject, parseObject, present, type JsonObject } from '../../base/jsonShape';
import { workflowFolder, type WorkflowDefinition } from '../../model/workflow/definition';
import { readWorkflow } from './workflowFile';
import type { KnownNames, ReadWorkflow, WorkflowFile } from '../workflowService';

export interface WorkflowFilesOptions {
  /** The checkout whose workflows these are. */
  readonly root: string;
  /** Folder of the workflows that come with the product. */
  readonly bundled: string;
}

/** A file with what it says. */
export interface OpenedWorkflow extends ReadWorkflow {
  readonly file: WorkflowFile;
  readonly text: string;
}

const largestBytes = 10 * 1024 * 1024;
const mostFiles = 500;

/** The workflows that can be run in a checkout: its own and those that come with the product; its own hide others of the same id. */
export class WorkflowFiles {
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
    const byId = (await this.all(known)).find(({ file }) => file.id === idOrPath);
    if (byId) return byId;
    if (!looksLikePath(idOrPath)) throw missing(idOrPath);
    const place = path.resolve(this.options.root, idOrPath);
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
    const [own, others] = await Promise.all([readFolder(path.join(root, workflowFolder), 'repository', root, known), readFolder(bundled, 'bundled', bundled, known)]);
    const byId = new Map<string, OpenedWorkflow>();
    for (const workflow of [...own, ...others]) if (!byId.has(workflow.file.id)) byId.set(workflow.file.id, workflow);
    return [...byId.values()].sort((one, other) => compare(one.file.name, other.file.name) || compare(one.file.id, other.file.id));
  }

  private originOf(file: string): WorkflowFile['origin'] {
    return isInside(this.options.bundled, file) ? 'bundled' : 'repository';
  }
}

/** @throws OrchestratorError `workflow-invalid` naming the first error */
export function soundDefinition({ file, definition, issues }: OpenedWorkflow): WorkflowDefinition {
  const [first, ...others] = issues.filter(({ severity }) => severity === 'error');
  if (definition !== undefined && first === undefined) return definition;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new OrchestratorError('workflow-invalid', `The workflow ${file.id} is not right: ${first === undefined ? 'it cannot be read.' : `${first.path === '' ? '' : `${first.path}: `}${first.message}`}${more}`, `Correct ${file.file}; amp-orchestrator workflow validate lists all problems.`);
}

async function readFolder(folder: string, origin: WorkflowFile['origin'], within: string, known?: KnownNames): Promise<OpenedWorkflow[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort(compare).slice(0, mostFiles);
  const limit = await realpath(within).catch(() => within);
  const read = await Promise.all(names.map(async (name) => {
    const file = path.join(folder, name);
    try {
      // A link out of the repository would read, and show in messages, what the repository does not hold.
      const real = await realpath(file);
      if (!isInside(limit, real)) return broken(file, origin, 'It is a link to a place outside of the repository, which is not followed.');
      return opened(file, await readBounded(real), origin, known);
    } catch (error) {
      return systemCode(error) === 'ENOENT' ? broken(file, origin, 'It is a link to nothing.') : broken(file, origin, `It could not be read: ${errorMessage(error)}.`);
    }
  }));
  return read;
}

async function readBounded(file: string): Promise<string> {
  const { size } = await stat(file);
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

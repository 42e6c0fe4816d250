import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type * as vscode from 'vscode';
import { systemClock } from '../../base/clock';
import { explain } from '../../base/errors';
import { workflowView, type WorkflowView } from '../../model/workflow/view';
import type { ExecutionView, ReadWorkflow, WorkflowService } from '../../orchestrator';
import type { WorkflowEditorSnapshot } from '../../protocol/workflowEditor';
import type { Engines } from '../platform/engines';
import { parsedText, type ParsedText } from './parsedText';
import { readOnlyReason } from './readOnlyReason';
import { liveExecution, workflowId, workflowSnapshot } from './workflowSnapshot';
import { placeOf, type WorkflowPlace } from './workflowPlace';

/** What a person chose to see: an execution's id, `none`, or nothing yet. */
export interface Choice {
  readonly execution: string | 'none' | undefined;
  readonly reveal: string | undefined;
}

type Known = WorkflowEditorSnapshot['known'];

const listed = 50;
const nothingKnown: Known = { agents: [], suites: [], evaluators: [], workflows: [] };
/** Names change seldom, and a text is read while it is typed. */
const knownForMs = 2_000;

/** Reads a workflow's document for its page. */
export class WorkflowSource {
  /** The execution that is shown without having been chosen. */
  private live: string | undefined;
  private lastParsed: { readonly version: number; readonly parsed: ParsedText } | undefined;
  private lastRead: { readonly version: number; readonly known: Known | undefined; readonly read: ReadWorkflow } | undefined;
  private known: { readonly names: Promise<Known>; readonly at: number } | undefined;

  constructor(
    private readonly document: vscode.TextDocument,
    private readonly engines: Engines,
    private readonly extensionUri: vscode.Uri,
  ) {}

  place(): Promise<WorkflowPlace> {
    return placeOf(this.document.uri, this.engines);
  }

  view(): WorkflowView {
    return workflowView(this.parsed().value);
  }

  /** Read once a version: a run asks for a snapshot several times a second, and the text is the same. */
  private parsed(): ParsedText {
    const { version } = this.document;
    if (this.lastParsed?.version !== version) this.lastParsed = { version, parsed: parsedText(this.document.getText()) };
    return this.lastParsed.parsed;
  }

  private checked(language: Pick<WorkflowService, 'read'>, known: Known | undefined): ReadWorkflow {
    const { version } = this.document;
    if (this.lastRead?.version === version && isDeepStrictEqual(this.lastRead.known, known)) return this.lastRead.read;
    const read = language.read(this.document.getText(), known && { agents: known.agents, suites: known.suites, evaluators: known.evaluators, workflows: known.workflows.map(({ id }) => id) });
    this.lastRead = { version, known, read };
    return read;
  }

  async snapshot({ execution, reveal }: Choice): Promise<WorkflowEditorSnapshot> {
    const { document } = this;
    const { orchestrator, problem } = await this.place();
    const service = orchestrator?.workflows;
    const [known, readOnly] = await Promise.all([service ? this.names(service) : nothingKnown, readOnlyReason(document.uri, this.extensionUri)]);
    // From here to the text nothing is awaited that it could change in.
    const language = service ?? { read: (await import('../../orchestrator')).readWorkflow };
    const documentVersion = document.version;
    const parsed = this.parsed();
    const read = this.checked(language, service ? known : undefined);
    const id = workflowId(parsed);
    const executions = service && id !== undefined ? await service.executions({ workflow: id, limit: listed }) : [];
    this.live = liveExecution(executions, this.live);
    const wanted = execution === 'none' ? undefined : (execution ?? this.live);
    const placeAt = (offset: number): { line: number; column: number } => {
      const { line, character } = document.positionAt(offset);
      return { line: line + 1, column: character + 1 };
    };
    const shown = service && wanted !== undefined ? await viewOf(service, wanted) : undefined;
    return workflowSnapshot({ documentVersion, fileName: path.posix.basename(document.uri.path), parsed, placeAt, read, readOnly, known, cannotRun: problem && explain(problem), executions, shown, reveal, now: systemClock.now() });
  }

  private names(service: WorkflowService): Promise<Known> {
    const now = systemClock.now();
    if (this.known && now - this.known.at < knownForMs) return this.known.names;
    const names = Promise.all([service.knownNames(), service.files()])
      .then(([{ agents = [], suites = [], evaluators = [] }, files]): Known => ({ agents: [...agents], suites: [...suites], evaluators: [...evaluators], workflows: files.map(({ id, name }) => ({ id, name })) }))
      .catch(() => nothingKnown);
    this.known = { names, at: now };
    return names;
  }
}

/** Nothing for one that was removed meanwhile. */
function viewOf(service: WorkflowService, id: string): Promise<ExecutionView | undefined> {
  return service.execution(id).catch(() => undefined);
}

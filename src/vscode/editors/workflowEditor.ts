import * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import { Emitter } from '../../base/events';
import type { WorkflowService } from '../../orchestrator';
import { WorkflowEditorPageMessage, type WorkflowEditorContract } from '../../protocol/workflowEditor';
import type { HostHandlers } from '../../protocol/hostPeer';
import { validator } from '../../protocol/validate';
import { guarded, PagePanel } from '../panels/pagePanel';
import { resumeOrTakeOver, runWorkflow, soundWorkflow } from '../workflows/runWorkflow';
import type { DocumentEdits } from './documentEdits';
import type { FieldEditors } from './fieldEditors';
import { layoutGraph } from './layoutThread';
import { openStep } from './openStep';
import { parsedText } from './parsedText';
import type { ShownInWorkflow, WorkflowEditorContext } from './workflowEditorContext';
import { expressionRequests } from './expressionRequests';
import { WorkflowSource, type Choice } from './workflowSource';

type Actions = HostHandlers<WorkflowEditorContract>['action'];

const checkMessage = validator(WorkflowEditorPageMessage);

/** One visual editor of a workflow's text document. The document is the truth: the page asks for operations, and is sent what the text says then. */
export class WorkflowEditor implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changed = new Emitter<void>();
  private readonly source: WorkflowSource;
  private readonly page: PagePanel<WorkflowEditorContract>;
  private choice: Choice;
  private watchedService: WorkflowService | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly document: vscode.TextDocument,
    private readonly context: WorkflowEditorContext,
    private readonly edits: DocumentEdits,
    private readonly fields: FieldEditors,
    shown: ShownInWorkflow,
  ) {
    this.choice = { execution: shown.execution, reveal: shown.node };
    this.source = new WorkflowSource(document, context.engines, context.extensionUri);
    this.page = this.disposables.add(
      new PagePanel<WorkflowEditorContract>(panel, context, {
        page: 'workflowEditor',
        icon: 'workflow',
        subject: document.uri.toString(),
        what: `The workflow ${document.fileName}`,
        check: checkMessage,
        read: () => this.read(),
        onDidChange: this.changed.listen,
        handlers: { request: this.requests(), action: this.actions() },
      }),
    );
    this.disposables.add(vscode.workspace.onDidChangeTextDocument(({ document: other }) => { if (other === document) this.changed.fire(); }));
    this.disposables.add(context.engines.onDidChange(() => { this.changed.fire(); }));
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(() => { this.changed.fire(); }));
  }

  show({ execution, node }: ShownInWorkflow): void {
    this.choice = { execution: execution ?? this.choice.execution, reveal: node };
    this.panel.reveal();
    this.page.refresh();
  }

  dispose(): void {
    this.disposables.dispose();
    this.changed.dispose();
  }

  private async read(): Promise<WorkflowEditorContract['snapshot']> {
    const { choice } = this;
    await this.watch();
    const snapshot = await this.source.snapshot(choice);
    // A node is shown once, and not again with each change.
    if (choice.reveal !== undefined && this.choice === choice) this.choice = { ...choice, reveal: undefined };
    return snapshot;
  }

  private async watch(): Promise<void> {
    const service = (await this.source.place()).orchestrator?.workflows;
    if (!service || service === this.watchedService) return;
    this.watchedService = service;
    this.disposables.add(service.onDidChange(() => { this.changed.fire(); }));
    this.disposables.add(service.onDidAppend(() => { this.changed.fire(); }));
  }

  private choose(execution: Choice['execution']): void {
    this.choice = { ...this.choice, execution };
    this.page.refresh();
  }

  /** @throws OrchestratorError saying why nothing can be run here: `untrusted-workspace`, `not-a-repository` … */
  private async service(): Promise<WorkflowService> {
    const { orchestrator, problem } = await this.source.place();
    if (!orchestrator) throw problem;
    return orchestrator.workflows;
  }

  private requests(): HostHandlers<WorkflowEditorContract>['request'] {
    const assets = vscode.Uri.joinPath(this.context.extensionUri, 'dist').fsPath;
    return {
      events: async ({ execution, after }) => (await this.service()).events(execution, after),
      layout: ({ nodes, edges }, signal) => layoutGraph(assets, nodes, edges, signal),
      ...expressionRequests(() => this.source.view()),
      artifact: async ({ sha256 }) => ({ value: await (await this.service()).artifact(sha256) }),
      readClipboard: async () => ({ text: await vscode.env.clipboard.readText() }),
    };
  }

  private actions(): Actions {
    const { document, context } = this;
    const command = async (id: string, ...values: unknown[]): Promise<void> => { await vscode.commands.executeCommand(id, ...values); };
    const act = <P>(run: (params: P) => Promise<void> | void): ((params: P) => Promise<void>) => guarded(run, context.failed);
    return {
      edit: act(async ({ operations }) => {
        const skipped = await this.edits.apply(operations);
        // What had no effect was made on an older text: the page shows the present one again.
        if (skipped.length > 0) this.page.refresh();
      }),
      undo: act(() => command('undo')),
      redo: act(() => command('redo')),
      save: act(async () => {
        await this.edits.done();
        await document.save();
      }),
      writeClipboard: act(async ({ text }) => { await vscode.env.clipboard.writeText(text); }),
      openAsText: act(async ({ offset }) => {
        const at = offset ?? parsedText(document.getText()).unreadable?.offset;
        const place = at === undefined ? undefined : document.positionAt(at);
        await command('vscode.openWith', document.uri, 'default', { viewColumn: this.panel.viewColumn ?? vscode.ViewColumn.Active, ...(place ? { selection: new vscode.Range(place, place) } : {}) });
      }),
      openField: act((field) => this.fields.open(document, field)),
      run: act(({ mode, node }) => this.run(mode, node)),
      cancel: act(async ({ execution }) => { await (await this.service()).cancel(execution); }),
      resume: act(async ({ execution }) => { await this.resume(execution); }),
      showExecution: act(({ execution }) => { this.choose(execution ?? 'none'); }),
      decide: act(async ({ execution, approval, decision, hash, comment }) => { await (await this.service()).decide({ execution, approval, decision, hash, ...(comment === undefined || comment === '' ? {} : { comment }) }); }),
      answer: act(async (answer) => { await (await this.service()).answer(answer); }),
      openStep: act(async (step) => openStep(await this.service(), context, step)),
      showLog: act(() => command('ampOrchestrator.showLog')),
    };
  }

  private async run(mode: 'all' | 'trial' | 'node' | 'from', node: string | undefined): Promise<void> {
    const service = await this.service();
    const definition = soundWorkflow(service.read(this.document.getText(), await service.knownNames()));
    const { execution } = await this.source.snapshot(this.choice);
    const run = await runWorkflow(service, definition, { mode, node, execution: execution?.id });
    if (run) this.choose(run.id);
  }

  private async resume(execution: string): Promise<void> {
    const service = await this.service();
    const { record } = await service.execution(execution);
    if (await resumeOrTakeOver(service, record)) this.choose(execution);
  }
}

import { act } from '@testing-library/react';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { WorkflowDefinition } from '../../../src/model/workflow/definition';
import { asObject } from '../../../src/base/jsonShape';
import { textEditsOf } from '../../../src/model/workflow/text/textEdits';
import { editedText } from '../../../src/model/workflow/text/textChanges';
import { workflowView } from '../../../src/model/workflow/view';
import { WorkflowEditorPageMessage, type WorkflowEditorContract, type WorkflowEditorSnapshot } from '../../../src/protocol/workflowEditor';
import { validator } from '../../../src/protocol/validate';
import { completions } from '../../../src/workflow/language/expressionCompletions';
import { expressionNames } from '../../../src/workflow/language/expressionNames';
import { expressionProblems } from '../../../src/workflow/language/expressionProblems';
import { readWorkflow } from '../../../src/workflow/language/workflowFile';
import { connectHost } from '../../../webview/shared/host';
import { mountPage } from '../../../webview/shared/mountPage';
import { Inspector } from '../../../webview/workflowEditor/parts/inspector/Inspector';
import { RunBar } from '../../../webview/workflowEditor/parts/run/RunBar';
import { useRunOverlay } from '../../../webview/workflowEditor/parts/run/useRunOverlay';
import { readSnapshot } from '../../../webview/workflowEditor/readSnapshot';
import { nothingSelected, type EditorHost, type Selection } from '../../../webview/workflowEditor/slots';
import { useEdit } from '../../../webview/workflowEditor/useEdit';
import { runArtifact, runEvents } from '../../support/webviewRuns';
import { workflowSnapshot } from '../../support/webviewWorkflows';
import { openPage, type OpenedPage } from '../pageHarness';

const checkMessage = validator(WorkflowEditorPageMessage);

export interface PanelPage extends OpenedPage<WorkflowEditorContract> {
  /** What the page started, other than edits, as `name:parameters`. */
  readonly actions: readonly string[];
  /** Labels of the edits, in their order. */
  readonly edits: readonly string[];
  /** What the file says now. */
  readonly text: () => string;
  readonly workflow: () => WorkflowDefinition;
  /** Things of the file by their ids. */
  readonly thing: (id: string) => Readonly<Record<string, unknown>>;
  readonly select: (selection: Partial<Selection>) => void;
  readonly show: (part: Partial<WorkflowEditorSnapshot>) => void;
  /** Edits come to nothing, as where the file cannot be written. */
  readonly refuseEdits: () => void;
  /** Requests for events are answered only up to there. */
  readonly breakEvents: (error: Error | undefined) => void;
  readonly eventRequests: readonly number[];
}

/** The run bar and the inspector over a real host that edits, validates and checks a real text. */
export function openPanel(definition: unknown, part: Partial<WorkflowEditorSnapshot> = {}, selection: Partial<Selection> = {}): PanelPage {
  let text = JSON.stringify(definition, undefined, 2);
  let version = 1;
  let more = part;
  let refusing = false;
  let eventsError: Error | undefined;
  const actions: string[] = [];
  const edits: string[] = [];
  const eventRequests: number[] = [];
  let selectFromOutside: (selection: Selection) => void = () => undefined;

  const parsed = (): unknown => JSON.parse(text) as unknown;
  const snapshot = (): WorkflowEditorSnapshot => workflowSnapshot(parsed(), { documentVersion: version, issues: [...readWorkflow(text).issues], ...more });
  const note = (name: string) => (params: unknown): void => void actions.push(`${name}:${JSON.stringify(params)}`);

  const page = openPage<WorkflowEditorContract>({
    state: undefined,
    check: checkMessage,
    mount: (root, api, incoming) => {
      const host = connectHost<WorkflowEditorContract>(api, incoming, readSnapshot);
      return mountPage(root, { host, what: 'The panel', comfort: '', onShowLog: () => undefined, children: <Panel host={host} initial={{ ...nothingSelected, ...selection }} onReady={(select) => (selectFromOutside = select)} /> });
    },
    handlers: (peer) => ({
      ready: () => peer().sendSnapshot(snapshot()),
      request: {
        events: ({ after }) => {
          eventRequests.push(after);
          return eventsError ? Promise.reject(eventsError) : Promise.resolve(runEvents.slice(after, more.execution?.lastSeq));
        },
        layout: () => Promise.resolve([]),
        checkExpression: ({ text: source, kind, node }) => Promise.resolve({ problems: expressionProblems(source, kind, expressionNames(workflowView(parsed()), node)).map(({ message, offset, length }) => ({ message, offset, length })) }),
        complete: ({ text: source, offset, kind, node }) => {
          const { from, items } = completions(source, offset, kind, expressionNames(workflowView(parsed()), node));
          return Promise.resolve({ from, items: [...items] });
        },
        artifact: ({ sha256 }) => (sha256 === runArtifact.sha256 ? Promise.resolve({ value: runArtifact.value }) : Promise.reject(new Error('no such artifact'))),
        readClipboard: () => Promise.resolve({ text: '' }),
      },
      action: {
        edit: ({ operations, label }) => {
          edits.push(label);
          const edited = textEditsOf(text, operations);
          if (refusing || 'refused' in edited) throw new Error('The file cannot be written.');
          if (edited.skipped.length > 0) throw new Error(`skipped: ${JSON.stringify(edited.skipped)}`);
          text = editedText(text, edited.edits);
          version += 1;
          act(() => peer().sendSnapshot(snapshot()));
        },
        undo: note('undo'), redo: note('redo'), save: note('save'), writeClipboard: note('writeClipboard'), openAsText: note('openAsText'), openField: note('openField'), run: note('run'), cancel: note('cancel'),
        resume: note('resume'), showExecution: note('showExecution'), decide: note('decide'), answer: note('answer'), openStep: note('openStep'), showLog: note('showLog'),
      },
    }),
  });

  const workflow = (): WorkflowDefinition => parsed() as WorkflowDefinition;
  return {
    ...page,
    actions,
    edits,
    eventRequests,
    text: () => text,
    workflow,
    thing: (id) => asObject([...workflow().nodes, ...workflow().edges].find((thing) => thing.id === id)) ?? {},
    select: (next) => act(() => selectFromOutside({ ...nothingSelected, ...next })),
    show: (next) => {
      more = { ...more, ...next };
      act(() => page.peer.sendSnapshot(snapshot()));
    },
    refuseEdits: () => {
      refusing = true;
    },
    breakEvents: (error) => {
      eventsError = error;
    },
  };
}

interface PanelProps {
  readonly host: EditorHost;
  readonly initial: Selection;
  readonly onReady: (select: (selection: Selection) => void) => void;
}

function Panel({ host, initial, onReady }: PanelProps): ReactElement | null {
  const [snapshot, setSnapshot] = useState<WorkflowEditorSnapshot>();
  const [selection, setSelection] = useState(initial);
  const [open, setOpen] = useState(true);
  useEffect(() => {
    const listening = host.onSnapshot(setSnapshot);
    host.ready();
    onReady(setSelection);
    return () => listening.dispose();
  }, [host, onReady]);
  const overlay = useRunOverlay(host, snapshot);
  const edit = useEdit(host, snapshot?.readOnly === undefined);
  if (snapshot === undefined) return null;
  const common = { snapshot, workflow: workflowView(snapshot.workflow), issues: snapshot.issues, overlay, host, selection, onSelect: setSelection };
  return (
    <>
      <RunBar {...common} />
      {open ? <Inspector {...common} edit={edit} readOnly={snapshot.readOnly} onClose={() => setOpen(false)} /> : <p>closed</p>}
    </>
  );
}

import { act } from '@testing-library/react';
import { expect } from 'vitest';
import type { WorkflowDefinition } from '../../../src/model/workflow/definition';
import { editedText } from '../../../src/model/workflow/text/textChanges';
import { textEditsOf } from '../../../src/model/workflow/text/textEdits';
import { validator } from '../../../src/protocol/validate';
import type { WorkflowEditorContract, WorkflowEditorSnapshot } from '../../../src/protocol/workflowEditor';
import { WorkflowEditorPageMessage } from '../../../src/protocol/workflowEditor';
import { mountWorkflowEditor } from '../../../webview/workflowEditor/mount';
import { workflowSnapshot } from '../../support/webviewWorkflows';
import { openPage, type OpenedPage } from '../pageHarness';

const subject = 'file:///invoices/.amp/workflows/release.json';
const checkMessage = validator(WorkflowEditorPageMessage);

export interface EditorPage extends OpenedPage<WorkflowEditorContract> {
  /** The document as it is now. */
  readonly workflow: () => WorkflowDefinition;
  readonly text: () => string;
  /** Names of the edits that were made, oldest first. */
  readonly edits: readonly string[];
  /** Other things that the page started, as `name:parameter`. */
  readonly actions: readonly string[];
  readonly clipboard: { text: string };
  /** Somebody else changes the document. */
  readonly write: (text: string) => void;
  /** Sends what is there now, with parts of the snapshot changed. */
  readonly show: (part?: Partial<WorkflowEditorSnapshot>) => void;
  /** From now on edits are posted and nothing comes of them. */
  readonly holdEdits: () => void;
}

interface EditorOptions {
  readonly state?: object;
  readonly part?: Partial<WorkflowEditorSnapshot>;
  readonly clipboard?: { text: string };
}

/** The real page over the real host peer and a real document text, to which each gesture is one edit that can be undone. Without a workflow the host stays silent. */
export function openEditor(workflow: WorkflowDefinition | string | undefined, { state, part = {}, clipboard = { text: '' } }: EditorOptions = {}): EditorPage {
  const versions: string[] = [typeof workflow === 'string' ? workflow : JSON.stringify(workflow ?? {}, undefined, 2)];
  const undone: string[] = [];
  const edits: string[] = [];
  const actions: string[] = [];
  let documentVersion = 1;
  let held = false;
  let shown = part;
  const text = (): string => versions.at(-1) ?? '';
  const snapshot = (): WorkflowEditorSnapshot => {
    try {
      return { ...workflowSnapshot(JSON.parse(text())), documentVersion, ...shown };
    } catch {
      const { workflow: _, ...rest } = workflowSnapshot(undefined);
      return { ...rest, documentVersion, unreadable: { message: 'A value is expected.', line: 3, column: 7 }, ...shown };
    }
  };
  const page = openPage<WorkflowEditorContract>({
    state: state === undefined ? undefined : { subject, ...state },
    subject,
    check: checkMessage,
    mount: mountWorkflowEditor,
    handlers: (peer) => {
      const changed = (): void => {
        documentVersion++;
        act(() => peer().sendSnapshot(snapshot()));
      };
      const note = (name: string) => (params: object) => void actions.push(`${name}:${Object.values(params).join(',')}`);
      return {
        ready: () => {
          if (workflow !== undefined) peer().sendSnapshot(snapshot());
        },
        request: {
          events: () => Promise.resolve([]),
          layout: ({ nodes, edges }) => {
            actions.push(`layout:${nodes.length} nodes, ${edges.length} edges`);
            return Promise.resolve(nodes.map(({ id }, index) => ({ id, x: index * 300, y: 7 })));
          },
          checkExpression: () => Promise.resolve({ problems: [] }),
          complete: () => Promise.resolve({ from: 0, items: [] }),
          artifact: () => Promise.resolve({ value: undefined }),
          readClipboard: () => Promise.resolve({ text: clipboard.text }),
        },
        action: {
          edit: ({ operations, label }) => {
            edits.push(label);
            if (held) return;
            const edited = textEditsOf(text(), operations);
            if ('refused' in edited) expect.unreachable(edited.refused);
            expect(edited.skipped).toEqual([]);
            versions.push(editedText(text(), edited.edits));
            undone.length = 0;
            changed();
          },
          undo: () => {
            if (versions.length > 1) undone.push(versions.pop() ?? '');
            changed();
          },
          redo: () => {
            const next = undone.pop();
            if (next !== undefined) versions.push(next);
            changed();
          },
          writeClipboard: (params) => {
            clipboard.text = params.text;
          },
          save: note('save'),
          openAsText: note('openAsText'),
          openField: note('openField'),
          run: note('run'),
          cancel: note('cancel'),
          resume: note('resume'),
          showExecution: note('showExecution'),
          decide: note('decide'),
          answer: note('answer'),
          openStep: note('openStep'),
          showLog: note('showLog'),
        },
      };
    },
  });
  return {
    ...page,
    workflow: () => JSON.parse(text()) as WorkflowDefinition,
    text,
    edits,
    actions,
    clipboard,
    write: (next) => {
      versions.push(next);
      documentVersion++;
      act(() => page.peer.sendSnapshot(snapshot()));
    },
    show: (next = {}) => {
      shown = { ...part, ...next };
      act(() => page.peer.sendSnapshot(snapshot()));
    },
    holdEdits: () => {
      held = true;
    },
  };
}

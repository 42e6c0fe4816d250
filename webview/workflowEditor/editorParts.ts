import type { WorkflowGraph } from '../../src/model/workflow/graph';
import type { WorkflowView } from '../../src/model/workflow/view';
import type { AddMenuPlace } from './editorActions';
import type { PageState } from './pageState';
import type { Edit, EditorHost, Selection } from './slots';
import type { LocalPlaces } from './useLocalPlaces';

/** What is open over the editor. */
export type Popup = { readonly kind: 'add'; readonly place: AddMenuPlace } | { readonly kind: 'search' } | { readonly kind: 'help' };

/** An edge that is being drawn by keyboard. */
export interface Connecting {
  readonly source: string;
  readonly target: string;
}

/** What actions see of the editor, and what they change of it. */
export interface EditorParts {
  readonly host: EditorHost;
  readonly workflow: WorkflowView;
  readonly graph: WorkflowGraph;
  /** What the text says. */
  readonly raw: unknown;
  readonly canEdit: boolean;
  /** The tree is shown in place of the graph. */
  readonly isTree: boolean;
  readonly selection: Selection;
  readonly current: string | undefined;
  readonly connecting: Connecting | undefined;
  readonly local: LocalPlaces;
  readonly edit: Edit;
  readonly change: (part: Partial<PageState>) => void;
  /** A node, or the key of a group. */
  readonly setRenaming: (key: string | undefined) => void;
  readonly setWriting: (note: string | undefined) => void;
  readonly setPopup: (popup: Popup | undefined) => void;
  readonly setConnecting: (connecting: Connecting | undefined) => void;
  readonly reveal: (nodes: readonly string[]) => void;
  readonly say: (text: string) => void;
  readonly focus: () => void;
  /** Moves the focus to the inspector, as soon as it shows so many things. */
  readonly focusInspector: (count: number) => void;
}

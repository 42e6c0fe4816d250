import type { NanoDollars } from '../../src/model/money';
import type { WorkflowIssue } from '../../src/model/workflow/definition';
import type { WorkflowEvent } from '../../src/model/workflow/event';
import type { WorkflowOperation } from '../../src/model/workflow/operation';
import type { ApprovalState, ExecutionState, StepStatus } from '../../src/model/workflow/state';
import type { WorkflowView } from '../../src/model/workflow/view';
import type { WorkflowEditorContract, WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';
import type { Host } from '../shared/host';
import type { FocusWish } from './useFocus';

/** What the graph gives the inspector and the run bar, and what it takes from them. */

export type EditorHost = Host<WorkflowEditorContract>;

/** Ids of what is selected; all empty: the workflow itself. */
export interface Selection {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly notes: readonly string[];
}

export const nothingSelected: Selection = { nodes: [], edges: [], notes: [] };

/** One gesture: posted as one edit, which is one step of undo. Does nothing while the workflow cannot be changed. */
export type Edit = (operations: readonly WorkflowOperation[], label: string) => void;

/** What an execution did with a node; the same object as long as nothing of it changes. */
export interface NodeRun {
  /** Id of the newest step of the node. */
  readonly step: string;
  readonly status: StepStatus;
  /** From 1: how often the node has been run. */
  readonly pass: number;
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Milliseconds that the newest run took, or had taken at the place that is shown. */
  readonly elapsedMs?: number;
  /** In place of it while the run goes on: the page's `performance.now()` when it began, by the host's clock. */
  readonly since?: number;
  readonly outcome?: string;
  /** Cost and tokens are those of all its runs together. */
  readonly costNano?: NanoDollars;
  /** As it is told, with how certain it is. */
  readonly cost?: string;
  readonly tokens?: number;
  readonly session?: string;
  /** Why it failed or is tried again. */
  readonly problem?: string;
  /** The open or last question of an approval node. */
  readonly approval?: ApprovalState;
}

/** Where in the journal the overlay stands. */
export interface Replay {
  readonly execution: string;
  /** All that are here, by their `seq` from 1. */
  readonly events: readonly WorkflowEvent[];
  /** Of the last event that is folded in. */
  readonly seq: number;
  readonly lastSeq: number;
  /** Each new event moves it on. */
  readonly following: boolean;
  readonly playing: boolean;
  /** Host's time less the page's `performance.now()`. */
  readonly clockOffset: number;
  /** Why the events cannot be shown. */
  readonly problem?: string;
  readonly show: (seq: number) => void;
  readonly follow: () => void;
  readonly play: () => void;
  readonly pause: () => void;
  readonly retry: () => void;
}

/** The shown execution, laid over the graph. Without one all is empty. */
export interface RunOverlay {
  readonly state?: ExecutionState;
  readonly nodes: ReadonlyMap<string, NodeRun>;
  /** How often an edge was taken. */
  readonly edges: ReadonlyMap<string, number>;
  readonly replay?: Replay;
}

export interface RunBarProps {
  readonly snapshot: WorkflowEditorSnapshot;
  readonly workflow: WorkflowView;
  readonly issues: readonly WorkflowIssue[];
  readonly overlay: RunOverlay;
  readonly host: EditorHost;
  readonly selection: Selection;
  /** Selects, and brings into sight. */
  readonly onSelect: (selection: Selection) => void;
}

export interface InspectorProps {
  readonly snapshot: WorkflowEditorSnapshot;
  readonly workflow: WorkflowView;
  readonly issues: readonly WorkflowIssue[];
  readonly overlay: RunOverlay;
  readonly host: EditorHost;
  readonly selection: Selection;
  readonly edit: Edit;
  /** Why nothing can be changed. */
  readonly readOnly: string | undefined;
  readonly onSelect: (selection: Selection) => void;
  readonly wish?: FocusWish | undefined;
  readonly onClose: () => void;
}

export interface NodeBadgeProps {
  readonly run: NodeRun;
}

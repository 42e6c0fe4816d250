import { useMemo, useState } from 'react';
import type { WorkflowGraph } from '../../src/model/workflow/graph';
import type { WorkflowIssue } from '../../src/model/workflow/definition';
import { workflowView, type WorkflowView } from '../../src/model/workflow/view';
import type { WorkflowEditorSnapshot } from '../../src/protocol/workflowEditor';
import { viewGraph } from './viewGraph';

/** What is drawn. */
export interface ShownWorkflow {
  readonly raw: unknown;
  readonly workflow: WorkflowView;
  readonly graph: WorkflowGraph;
  readonly issues: readonly WorkflowIssue[];
  /** `text`: what the document says · `before`: what it said before it became unreadable · `pinned`: what the shown execution ran. */
  readonly source: 'text' | 'before' | 'pinned';
}

const noIssues: readonly WorkflowIssue[] = [];

/** Undefined when the document never said anything that can be drawn. */
export function useShownWorkflow(snapshot: WorkflowEditorSnapshot | undefined, showPinned: boolean): ShownWorkflow | undefined {
  const [before, setBefore] = useState<unknown>();
  const text = snapshot?.workflow;
  // While somebody types the text may be no JSON for a moment: the picture stays.
  if (text !== undefined && text !== before) setBefore(text);
  const pinned = showPinned ? snapshot?.execution?.pinned : undefined;
  const raw = pinned ?? text ?? (snapshot === undefined ? undefined : before);
  const source = pinned !== undefined ? 'pinned' : text !== undefined ? 'text' : 'before';
  const drawn = useMemo(() => {
    const workflow = workflowView(raw);
    return { workflow, graph: viewGraph(workflow) };
  }, [raw]);
  return useMemo(() => (raw === undefined ? undefined : { raw, ...drawn, issues: source === 'text' ? (snapshot?.issues ?? noIssues) : noIssues, source }), [raw, drawn, source, snapshot?.issues]);
}

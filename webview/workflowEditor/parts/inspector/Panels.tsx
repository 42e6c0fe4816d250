import type { ReactElement, ReactNode } from 'react';
import type { JsonObject } from '../../../../src/base/jsonShape';
import type { WorkflowIssue } from '../../../../src/model/workflow/definition';
import { isNodeType } from '../../../../src/model/workflow/nodeConfig';
import type { WorkflowOperation } from '../../../../src/model/workflow/operation';
import type { EdgeView, NodeView, NoteView } from '../../../../src/model/workflow/view';
import { nameOf } from '../../gestures';
import { nothingSelected, type InspectorProps } from '../../slots';
import { StepSection } from '../run/StepSection';
import { EdgeForm } from './EdgeForm';
import { FormContext, type Form } from './form';
import { issuesAt } from './issues';
import { IdField } from './IdField';
import { NodeForm } from './NodeForm';
import { IssueList, PlainField } from './Parts';
import { setMember, setWorkflowMember, valueAt, type Path } from './setValue';
import { Tabs } from './Tabs';
import { UnknownNode } from './UnknownNode';
import { WorkflowForm } from './WorkflowForm';

export type Tab = 'settings' | 'run';

interface ThingFormProps extends Pick<InspectorProps, 'host' | 'edit' | 'readOnly'> {
  readonly raw: JsonObject;
  readonly issues: readonly WorkflowIssue[];
  readonly node?: string;
  readonly opens?: string;
  readonly operation: (path: Path, value: unknown) => WorkflowOperation;
  readonly children: ReactNode;
}

function ThingForm({ host, edit, readOnly, raw, issues, node, opens, operation, children }: ThingFormProps): ReactElement {
  const form: Form = {
    host,
    node,
    opens,
    disabled: readOnly !== undefined,
    issuesOf: (path) => issuesAt(issues, path),
    get: (path) => valueAt(raw, path),
    set: (path, value, label) => edit([operation(path, value)], label.slice(0, 200)),
  };
  return (
    <FormContext.Provider value={form}>
      <IssueList issues={issues} />
      <div className="form-fields">{children}</div>
    </FormContext.Provider>
  );
}

interface NodePanelProps extends InspectorProps {
  readonly node: NodeView;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
}

export function NodePanel({ node, tab, onTab, ...props }: NodePanelProps): ReactElement {
  const { snapshot, overlay, host, workflow } = props;
  const issues = props.issues.filter((issue) => issue.node === node.id && issue.edge === undefined);
  const run = overlay.nodes.get(node.id);
  const shown = run === undefined ? 'settings' : tab;
  const settings = isNodeType(node.type) ? (
    <ThingForm {...props} raw={node.raw} issues={issues} node={node.id} opens={node.id} operation={(path, value) => setMember('nodes', node, path, value)}>
      <NodeForm type={node.type} known={snapshot.known} />
      <IdField id={node.id} taken={workflow.nodes} edit={props.edit} onSelect={props.onSelect} />
    </ThingForm>
  ) : (
    <UnknownNode node={node} issues={issues} host={host} />
  );
  if (run === undefined || overlay.state === undefined || overlay.replay === undefined) return settings;
  return (
    <Tabs label={nameOf(workflow, node.id)} tabs={[{ id: 'settings', label: 'Settings' }, { id: 'run', label: 'Run' }]} shown={shown} onShow={onTab}>
      {shown === 'settings' ? settings : <StepSection key={overlay.replay.execution} node={node} run={run} state={overlay.state} replay={overlay.replay} cannotRun={snapshot.cannotRun} host={host} />}
    </Tabs>
  );
}

export function EdgePanel({ edge, ...props }: InspectorProps & { readonly edge: EdgeView }): ReactElement {
  const { workflow, snapshot, onSelect } = props;
  const issues = props.issues.filter((issue) => issue.edge === edge.id);
  const node = (id: string): NodeView | undefined => workflow.nodes.find((one) => one.id === id);
  const raw = { ...edge };
  return (
    <ThingForm {...props} raw={raw} issues={issues} node={edge.source} operation={(path, value) => setMember('edges', { id: edge.id, raw }, path, value)}>
      <EdgeForm edge={edge} source={node(edge.source)} target={node(edge.target)} known={snapshot.known} onSelectNode={(id) => onSelect({ ...nothingSelected, nodes: [id] })} />
    </ThingForm>
  );
}

export function NotePanel({ note, ...props }: InspectorProps & { readonly note: NoteView }): ReactElement {
  const raw = { ...note };
  return (
    <ThingForm {...props} raw={raw} issues={[]} operation={(path, value) => setMember('notes', { id: note.id, raw }, path, value ?? '')}>
      <PlainField path={['text']} label="Text" long />
    </ThingForm>
  );
}

export function WorkflowPanel(props: InspectorProps): ReactElement {
  const { workflow, snapshot } = props;
  const issues = props.issues.filter((issue) => issue.node === undefined && issue.edge === undefined);
  const { name, description, version, budgetUSD, variables } = workflow;
  const raw = { ...(name === '' ? {} : { name }), ...(description === '' ? {} : { description }), ...(version === '' ? {} : { version }), ...(budgetUSD === undefined ? {} : { budgetUSD }), variables };
  return (
    <ThingForm {...props} raw={raw} issues={issues} operation={(path, value) => setWorkflowMember(raw, path, value)}>
      <WorkflowForm known={snapshot.known} />
    </ThingForm>
  );
}

// Entry of one bundle, loaded when the first page is opened: the pages share the schema compiler.
export { createCostPanel } from './costPanel';
export { createTimelinePanels } from './timelinePanel';
export { createWorkflowEditors } from '../editors/workflowEditors';

import { workflowFolder } from '../../model/workflow/fileFormat';

/** The editor's type, as the manifest declares it. Apart, so that activation need not load the editor. */
export const workflowViewType = 'ampOrchestrator.workflow';

/** Whether a path (with `/`) is one of a workflow's file. */
export function isWorkflowPath(file: string): boolean {
  const at = file.lastIndexOf(`/${workflowFolder}/`);
  return at >= 0 && /^[^/]+\.json$/i.test(file.slice(at + workflowFolder.length + 2));
}

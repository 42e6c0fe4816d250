import { slug } from '../../base/slug';
import { workflowSchemaVersion } from '../../model/workflow/fileFormat';
import { editedText } from '../../model/workflow/text/textChanges';
import { textEditsOf } from '../../model/workflow/text/textEdits';

/** Letters, digits and hyphens of a name: what a workflow's id and file are called. */
export function workflowSlug(name: string): string {
  return slug(name, { longest: 60, otherwise: 'workflow' });
}

/** A workflow that does nothing yet, or a copy of another one's text with its comments, under another id and name. */
export function newWorkflowText({ id, name, created, from }: { readonly id: string; readonly name: string; readonly created: string; readonly from?: string | undefined }): string {
  if (from !== undefined) {
    const copied = textEditsOf(from, [{ kind: 'setWorkflow', path: ['id'], value: id }, { kind: 'setWorkflow', path: ['name'], value: name }, { kind: 'setWorkflow', path: ['created'], value: created }, { kind: 'setWorkflow', path: ['updated'], value: created }]);
    if (!('refused' in copied)) return editedText(from, copied.edits);
  }
  const header = JSON.stringify({ schemaVersion: workflowSchemaVersion, id, name, version: '1.0.0', created }, null, 2).replace(/\n\}$/, '');
  return `${header},
  "variables": {},
  "nodes": [
    {
      "id": "start",
      "type": "start",
      "name": "Start",
      "config": {},
      "position": { "x": 0, "y": 0 }
    },
    {
      "id": "end",
      "type": "end",
      "name": "End",
      "config": {},
      "position": { "x": 320, "y": 0 }
    }
  ],
  "edges": [{ "id": "start-end", "source": "start", "target": "end" }]
}
`;
}

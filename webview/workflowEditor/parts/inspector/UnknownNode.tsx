import type { ReactElement } from 'react';
import type { WorkflowIssue } from '../../../../src/model/workflow/definition';
import type { NodeView } from '../../../../src/model/workflow/view';
import { TextBlock } from '../../../shared/Facts';
import { Button } from '../../../shared/ui/Button';
import type { EditorHost } from '../../slots';
import { IssueList } from './Parts';

/** A node of a type that this version has no form for: as it is written. */
export function UnknownNode({ node, issues, host }: { readonly node: NodeView; readonly issues: readonly WorkflowIssue[]; readonly host: EditorHost }): ReactElement {
  const offset = issues.find((issue) => issue.offset !== undefined)?.offset;
  return (
    <>
      <IssueList issues={issues} />
      <p className="remark">{node.type === '' ? 'It has no type.' : `This version does not know the type ${node.type}.`} It can be changed as text.</p>
      <div className="details-actions">
        <Button icon="go-to-file" onClick={() => host.act('openAsText', offset === undefined ? {} : { offset })}>
          Open as text
        </Button>
      </div>
      <TextBlock name="JSON" text={JSON.stringify(node.raw, undefined, 2)} />
    </>
  );
}

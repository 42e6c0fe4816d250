import type { WorkflowIssue } from '../../../../src/model/workflow/definition';
import type { Path } from './setValue';

/** Members of a thing's list entry, as a JSON pointer names them: `/nodes/3/config/prompt` → `config`, `prompt`. */
export function memberPath(pointer: string): Path {
  const parts = pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return parts[0] === 'nodes' || parts[0] === 'edges' ? parts.slice(2) : parts;
}

/** Those of a member and of what is in it, for a form that is about one thing. */
export function issuesAt(issues: readonly WorkflowIssue[], path: Path): readonly WorkflowIssue[] {
  return issues.filter((issue) => {
    const place = memberPath(issue.path);
    return place.length >= path.length && path.every((key, index) => place[index] === key);
  });
}

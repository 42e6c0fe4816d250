import { useCallback } from 'react';
import type { Edit, EditorHost } from './slots';

/** As many as one message may hold. */
const mostOperations = 5_000;

/** Posts gestures; a very large one as several edits. */
export function useEdit(host: EditorHost, canEdit: boolean): Edit {
  return useCallback(
    (operations, label) => {
      if (!canEdit) return;
      for (let from = 0; from < operations.length; from += mostOperations) host.act('edit', { operations: operations.slice(from, from + mostOperations), label: label.slice(0, 200) });
    },
    [host, canEdit],
  );
}

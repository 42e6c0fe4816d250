import { keepTrying, type Trying } from '../../sessions/keepTrying';
import type { Artifacts, ExecutionParts } from './executionParts';

/** A step that has been done waits until its output can be kept: to fail for a full disk would be to do it again. */
export function patientArtifacts({ id, artifacts }: Pick<ExecutionParts, 'id' | 'artifacts'>, { patience }: { readonly patience: Trying }): Artifacts {
  return {
    read: (hash) => artifacts.read(hash),
    keep: (json) => keepTrying(patience, `An output of the execution ${id}`, () => artifacts.keep(json)),
  };
}

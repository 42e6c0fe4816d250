import type { ReactElement } from 'react';

/** Why something cannot be done now, also for those who hear it. */
export function Remark({ text }: { readonly text: string | undefined }): ReactElement | null {
  if (text === undefined) return null;
  return (
    <p className="remark" role="status">
      {text}
    </p>
  );
}

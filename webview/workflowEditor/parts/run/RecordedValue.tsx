import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { formatCount } from '../../../../src/base/format';
import type { Recorded } from '../../../../src/model/workflow/event';
import { TextBlock } from '../../../shared/Facts';
import { Button } from '../../../shared/ui/Button';
import type { EditorHost } from '../../slots';

interface RecordedValueProps {
  readonly name: string;
  readonly recorded: Recorded;
  readonly host: EditorHost;
}

/** A recorded value as JSON; of a long one the beginning, and the whole when it is asked for. */
export function RecordedValue({ name, recorded, host }: RecordedValueProps): ReactElement | null {
  if ('artifact' in recorded) return <Artifact key={recorded.artifact} name={name} recorded={recorded} host={host} />;
  return recorded.value === undefined ? null : <TextBlock name={name} text={jsonText(recorded.value)} prose={typeof recorded.value === 'string'} />;
}

type Asked = { readonly kind: 'no' | 'asking' } | { readonly kind: 'here'; readonly value: unknown } | { readonly kind: 'failed'; readonly problem: string };

function Artifact({ name, recorded: { artifact, bytes, preview }, host }: RecordedValueProps & { readonly recorded: Extract<Recorded, { readonly artifact: string }> }): ReactElement {
  const [asked, setAsked] = useState<Asked>({ kind: 'no' });
  const isAsking = asked.kind === 'asking';
  useEffect(() => {
    if (!isAsking) return undefined;
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const { value } = await host.request('artifact', { sha256: artifact }, controller.signal);
        setAsked({ kind: 'here', value });
      } catch (error) {
        if (!controller.signal.aborted) setAsked({ kind: 'failed', problem: error instanceof Error ? error.message : String(error) });
      }
    };
    void ask();
    return () => controller.abort();
  }, [isAsking, host, artifact]);
  if (asked.kind === 'here') return <TextBlock name={name} text={jsonText(asked.value)} />;
  return (
    <>
      <TextBlock name={name} text={preview} />
      {asked.kind === 'failed' && (
        <p className="remark" role="alert">
          It could not be read: {asked.problem}
        </p>
      )}
      <Button disabled={isAsking} onClick={() => setAsked({ kind: 'asking' })}>
        {`Show all ${formatCount(bytes)} bytes`}
      </Button>
    </>
  );
}

export function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, undefined, 2) ?? '');
}

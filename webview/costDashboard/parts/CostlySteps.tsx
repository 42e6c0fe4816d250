import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { formatCost, formatExactCost, formatTimestamp, formatTokens } from '../../../src/base/format';
import type { CostContract, CostlyStep } from '../../../src/protocol/costDashboard';
import type { Host } from '../../shared/host';
import { readSteps } from '../readSnapshot';

interface CostlyStepsProps {
  readonly host: Host<CostContract>;
  readonly sessionId: string;
  /** Another one when the session has spent more. */
  readonly version: number;
}

/** The dearest steps of a session, asked for when a person wants to see them. */
export function CostlySteps({ host, sessionId, version }: CostlyStepsProps): ReactElement {
  const [steps, setSteps] = useState<readonly CostlyStep[]>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    const controller = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const answer = readSteps(await host.request('costlySteps', { sessionId }, controller.signal));
        setSteps(answer);
        setProblem(answer === undefined ? 'The extension sent something that cannot be shown.' : undefined);
      } catch (error) {
        if (!controller.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    void ask();
    return () => controller.abort();
  }, [host, sessionId, version]);

  if (problem !== undefined) return <p className="quiet">The steps could not be read: {problem}</p>;
  if (steps === undefined) return <p className="quiet">Reading…</p>;
  if (steps.length === 0) return <p className="quiet">No step of this session has a known cost of its own.</p>;
  return (
    <ol className="steps" aria-label="Most expensive steps">
      {steps.map(({ id, name, model, tsStart, costNano, approximate, tokens }) => (
        <li key={id}>
          <button type="button" className="link" dir="auto" title="Show it in the timeline" onClick={() => host.act('openSession', { sessionId, stepId: id })}>
            {name}
          </button>
          <span className="quiet">{model}</span>
          <span className="quiet number">{formatTimestamp(tsStart).slice(0, 16)}</span>
          <span className="number">{formatTokens(tokens)}</span>
          <span className="number" title={formatExactCost(costNano)}>
            {formatCost(costNano, { estimate: approximate })}
          </span>
        </li>
      ))}
    </ol>
  );
}

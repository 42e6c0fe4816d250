import type { ReactElement } from 'react';
import { explainCost } from '../../../src/model/explainCost';
import type { SpanDetails, TimelineContract } from '../../../src/protocol/sessionTimeline';
import { FactList, optional, TextBlock } from '../../shared/Facts';
import type { Host } from '../../shared/host';
import { Button } from '../../shared/ui/Button';
import { useSlow } from '../../shared/useTick';
import type { Node } from '../node';
import { costFacts, idFacts, otherAttributes, passages, tokenFacts } from '../spanFacts';
import { useSpanDetails } from '../useSpanDetails';

interface SpanSectionsProps {
  readonly node: Extract<Node, { kind: 'step' }>;
  readonly host: Host<TimelineContract>;
}

export function SpanSections({ node, host }: SpanSectionsProps): ReactElement | null {
  const { step } = node;
  const { details, problem } = useSpanDetails(host, step.id, `${step.status} ${step.tsEnd} ${step.tokensOut} ${step.subject}`);
  const slow = useSlow(details === undefined && problem === undefined);
  if (details !== undefined) return <Loaded {...details} />;
  return (
    <>
      {step.errorMessage !== undefined && <TextBlock name="Error" text={step.errorMessage} tone="error" />}
      {problem !== undefined && (
        <div role="alert">
          <p className="note">The details could not be read: {problem}</p>
          <Button onClick={() => host.act('showLog', {})}>Show log</Button>
        </div>
      )}
      {slow && <div className="skeleton skeleton-details" role="status" aria-label="Loading the details" />}
    </>
  );
}

function Loaded({ span, cut }: SpanDetails): ReactElement {
  const { errorMessage, stackTrace, attrs } = span;
  const explanation = explainCost(span);
  return (
    <>
      {errorMessage !== undefined && <TextBlock name="Error" text={errorMessage} wholeLength={cut['errorMessage']} tone="error" />}
      <FactList title={span.model === undefined ? undefined : 'Model'} facts={[...optional('Model', span.model), ...optional('Provider', span.model === undefined ? undefined : span.provider), ...costFacts(span)]} />
      <FactList title="Tokens" facts={tokenFacts(span.usage)} />
      {explanation.length > 0 && <TextBlock name="Explain cost" text={explanation.join('\n')} prose />}
      {passages(attrs).map((passage) => (
        <TextBlock key={passage.name} name={passage.name} text={passage.text} wholeLength={cut[passage.path]} prose={passage.name === 'Text' || passage.name === 'Thinking'} />
      ))}
      {stackTrace !== undefined && <TextBlock name="Stack" text={stackTrace} wholeLength={cut['stackTrace']} />}
      <FactList title="Attributes" facts={otherAttributes(attrs)} />
      <FactList title="Ids" facts={idFacts(span)} />
    </>
  );
}

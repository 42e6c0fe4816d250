import type { KeyboardEvent, ReactElement } from 'react';
import { formatDuration } from '../../../src/base/format';
import type { TimelineContract, TimelineIteration } from '../../../src/protocol/sessionTimeline';
import { FactList, optional, TextBlock, type Fact } from '../../shared/Facts';
import type { Host } from '../../shared/host';
import { Button, IconButton } from '../../shared/ui/Button';
import { Icon } from '../../shared/ui/Icon';
import { costFigure, tokenFigure } from '../../shared/figures';
import { iconOf, statusLooks, statusOf, titleOf } from '../looks';
import type { Node } from '../node';
import { durationOf, endOf, isRunning, startOf } from '../model';
import { timeFacts } from '../spanFacts';
import { SpanSections } from './SpanSections';

interface DetailsProps {
  readonly node: Node;
  readonly now: number;
  readonly host: Host<TimelineContract>;
  readonly onClose: () => void;
}

/** All that is known of the selected row. */
export function Details({ node, now, host, onClose }: DetailsProps): ReactElement {
  const { name, rest } = titleOf(node);
  const look = statusLooks[statusOf(node)];
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
  };
  return (
    <aside className="details" aria-label="Details" onKeyDown={pressed}>
      <div className="details-head">
        <Icon name={iconOf(node)} />
        <h2 dir="auto" title={`${name} ${rest}`}>
          {name}
        </h2>
        <IconButton icon="close" label="Close details" onClick={onClose} />
      </div>
      <div className="details-body">
        {rest !== '' && node.kind === 'step' && node.step.type !== 'agent' && (
          <p className="details-subject" dir="auto">
            {rest}
          </p>
        )}
        <p className={`status tone-${look.tone}`}>
          <Icon name={look.icon} tone={look.tone} spin={look.spin ?? false} />
          {look.label}
          <span className="details-duration">{formatDuration(durationOf(node, now))}</span>
        </p>
        {node.kind === 'iteration' ? <IterationSections iteration={node.iteration} host={host} /> : null}
        <FactList facts={timeFacts(startOf(node), isRunning(node) ? undefined : endOf(node, now))} />
        {node.kind === 'step' ? <SpanSections node={node} host={host} /> : null}
        {node.children.length > 0 && <FactList title="With everything below" facts={sums(node)} />}
      </div>
    </aside>
  );
}

function IterationSections({ iteration, host }: { readonly iteration: TimelineIteration; readonly host: Host<TimelineContract> }): ReactElement {
  const { id, commitSha, changedFiles, prompt, summary, errorMessage } = iteration;
  return (
    <>
      {(commitSha !== undefined || changedFiles > 0) && (
        <div className="details-actions">
          {changedFiles > 0 && (
            <Button icon="diff-multiple" onClick={() => host.act('showChanges', { iterationId: id })}>
              Show changes
            </Button>
          )}
          {commitSha !== undefined && (
            <Button icon="git-commit" onClick={() => host.act('openCommit', { sha: commitSha })} title={commitSha}>
              {`Open ${commitSha.slice(0, 7)}`}
            </Button>
          )}
        </div>
      )}
      {errorMessage !== undefined && <TextBlock name="Error" text={errorMessage} tone="error" />}
      <TextBlock name="Prompt" text={prompt} prose />
      {summary !== undefined && <TextBlock name="Summary" text={summary} prose />}
    </>
  );
}

function sums(node: Node): readonly Fact[] {
  const cost = costFigure(node.rollUp);
  const tokens = tokenFigure(node.rollUp);
  return [
    { name: 'Steps', value: String(node.rollUp.steps) },
    ...optional('Errors', node.rollUp.errors > 0 ? String(node.rollUp.errors) : undefined),
    ...optional('Tokens', tokens?.title),
    ...(cost === undefined ? [] : [{ name: 'Cost', value: cost.text, title: cost.title }]),
  ];
}

import { describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../src/base/errors';
import type { AgentEvent } from '../../../src/model/agentEvent';
import { noUsage } from '../../../src/model/usage';
import { redactedEvent, redactedOutcome } from '../../../src/sessions/redactedEvents';
import { createRedactor } from '../../../src/telemetry/redaction';

const known = 'known-deploy-token-77';
const { redact } = createRedactor({ env: { DEPLOY_TOKEN: known } });

describe('redactedEvent', () => {
  const events: readonly AgentEvent[] = [
    { kind: 'sessionStarted', ts: 1, agentSessionId: 's', attrs: { version: known } },
    { kind: 'callFinished', ts: 1, callId: 'c', errorMessage: `failed with ${known}` },
    { kind: 'text', ts: 1, text: `It is ${known}` },
    { kind: 'thought', ts: 1, text: `It is ${known}` },
    { kind: 'toolStarted', ts: 1, toolId: 't', name: `tool ${known}`, input: { command: [`echo ${known}`], [known]: 1 } },
    { kind: 'toolFinished', ts: 1, toolId: 't', isError: false, output: `It is ${known}` },
    { kind: 'turnFinished', ts: 1, ok: false, text: known, errorMessage: known, attrs: { about: known } },
    { kind: 'notice', ts: 1, severity: 'info', message: known },
    { kind: 'raw', ts: 1, line: JSON.stringify({ a: known }) },
  ];

  it.each(events)('takes secrets out of $kind', (event) => {
    const clean = JSON.stringify(redactedEvent(event, redact));
    expect(clean).not.toContain(known);
    expect(JSON.parse(clean)).toEqual(JSON.parse(JSON.stringify(event).replaceAll(known, '[redacted: DEPLOY_TOKEN]')));
  });

  it('takes out what only the name of a member announces', () => {
    expect(redactedEvent({ kind: 'toolStarted', ts: 1, toolId: 't', name: 'login', input: { client_secret: 'Zx81qPLmKJh27aa' } }, redact)).toMatchObject({ input: { client_secret: '[redacted: client_secret]' } });
  });

  it('leaves figures as they are', () => {
    const usage: AgentEvent = { kind: 'usage', ts: 1, scope: 'run', provider: 'openai', usage: noUsage, costBasis: 'unknown' };
    expect(redactedEvent(usage, redact)).toBe(usage);
  });
});

it('redactedOutcome takes secrets out of the summary and the error, whose code and advice stay', () => {
  const error = new OrchestratorError('agent-failed', `It said ${known}.`, 'Look.');
  const clean = redactedOutcome({ status: 'failed', summary: known, error }, redact);
  expect(clean).toMatchObject({ summary: '[redacted: DEPLOY_TOKEN]', error: { code: 'agent-failed', message: 'It said [redacted: DEPLOY_TOKEN].', advice: 'Look.' } });
  expect(clean.error?.stack).not.toContain(known);
});

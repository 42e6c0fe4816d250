import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { OrchestratorError } from '../../../src/base/errors';
import type { HostHandlers, Transport } from '../../../src/protocol/hostPeer';
import { HostPeer } from '../../../src/protocol/hostPeer';
import type { SpanDetails, TimelineContract } from '../../../src/protocol/sessionTimeline';
import { TimelineHostMessage, TimelinePageMessage } from '../../../src/protocol/sessionTimeline';
import { spanDetails } from '../../../src/protocol/timelineSnapshot';
import { validator } from '../../../src/protocol/validate';
import { realisticStory, storySnapshot } from '../../support/webviewStories';

const checkPage = validator(TimelinePageMessage);
const checkHost = validator(TimelineHostMessage);
const story = realisticStory();
const span = story.spans[0] ?? expect.unreachable();

let sent: unknown[];
let called: unknown[];
let logged: string[];
let deliver: (message: unknown) => void;
let transport: Transport;

const details = (spanId: string): Promise<SpanDetails> => Promise.resolve(spanDetails({ ...span, id: spanId }));

function peer(part: Partial<HostHandlers<TimelineContract>['request']> = {}, stop = (): void => void called.push('stop')): HostPeer<TimelineContract> {
  return new HostPeer<TimelineContract>(
    transport,
    checkPage,
    {
      ready: () => void called.push('ready'),
      request: { snapshot: () => Promise.resolve(storySnapshot(story)), spanDetails: ({ spanId }) => details(spanId), ...part },
      action: {
        stop,
        runIteration: () => void called.push('runIteration'),
        showLog: () => void called.push('showLog'),
        openCommit: ({ sha }) => void called.push(['openCommit', sha]),
        showChanges: ({ iterationId }) => void called.push(['showChanges', iterationId]),
      },
    },
    { warn: (message) => void logged.push(message), error: (message) => void logged.push(message) },
  );
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  sent = [];
  called = [];
  logged = [];
  transport = {
    post: (message) => void sent.push(message),
    onMessage: (listener) => {
      deliver = listener;
      return { dispose: () => (deliver = () => undefined) };
    },
  };
});

describe('HostPeer', () => {
  it('hands on what the page says and answers its requests', async () => {
    peer();
    deliver({ type: 'ready' });
    deliver({ type: 'action', action: 'openCommit', params: { sha: 'abcdef1' } });
    deliver({ type: 'request', id: 7, resource: 'spanDetails', params: { spanId: 'x' } });
    await turn();
    expect(called).toEqual(['ready', ['openCommit', 'abcdef1']]);
    expect(sent).toMatchObject([{ type: 'response', id: 7, ok: true, result: { span: { id: 'x' } } }]);
  });

  it('sends only messages that its schemas allow', async () => {
    const host = peer();
    host.sendSnapshot(storySnapshot(story));
    host.sendError('snapshot', new Error('no'));
    deliver({ type: 'request', id: 1, resource: 'snapshot', params: {} });
    deliver({ type: 'request', id: 2, resource: 'spanDetails', params: { spanId: 'x' } });
    deliver({ type: 'request', id: 3, resource: 'nothing', params: {} });
    await turn();
    expect(sent.map((message) => checkHost(message))).toEqual(sent.map((value) => ({ ok: true, value })));
    expect(sent).toHaveLength(5);
  });

  it('tells code and advice of our errors, and never a stack', async () => {
    const stop = (): void => {
      throw new Error('it broke');
    };
    peer({ spanDetails: () => Promise.reject(new OrchestratorError('store-locked', 'Locked.', 'Wait.', { cause: new Error('secret') })) }, stop);
    deliver({ type: 'request', id: 1, resource: 'spanDetails', params: { spanId: 'x' } });
    deliver({ type: 'action', action: 'stop', params: {} });
    await turn();
    expect(sent).toContainEqual({ type: 'response', id: 1, ok: false, error: { code: 'store-locked', message: 'Locked.', advice: 'Wait.' } });
    expect(sent).toContainEqual({ type: 'error', about: 'action', error: { code: 'unexpected', message: 'it broke', advice: 'The log has the details.' } });
    expect(JSON.stringify(sent)).not.toMatch(/secret|at .*\.ts/);
  });

  it('aborts what is cancelled and what is open when it is disposed, and answers neither', async () => {
    const signals: AbortSignal[] = [];
    const host = peer({ spanDetails: (_, signal) => (signals.push(signal), new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))) });
    deliver({ type: 'request', id: 1, resource: 'spanDetails', params: { spanId: 'x' } });
    deliver({ type: 'request', id: 2, resource: 'spanDetails', params: { spanId: 'y' } });
    deliver({ type: 'cancel', id: 1 });
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    host.dispose();
    await turn();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
    expect(sent).toEqual([]);
  });

  it('does not answer what was cancelled, even if the handler did not listen', async () => {
    let finish: () => void = () => undefined;
    peer({ spanDetails: () => new Promise((resolve) => (finish = () => resolve(spanDetails(span)))) });
    deliver({ type: 'request', id: 1, resource: 'spanDetails', params: { spanId: 'x' } });
    deliver({ type: 'cancel', id: 1 });
    finish();
    await turn();
    expect(sent).toEqual([]);
  });

  it('refuses an id in use and more than 32 requests at once', () => {
    peer({ spanDetails: () => new Promise(() => undefined) });
    deliver({ type: 'request', id: 1, resource: 'spanDetails', params: { spanId: 'x' } });
    deliver({ type: 'request', id: 1, resource: 'spanDetails', params: { spanId: 'x' } });
    expect(sent).toMatchObject([{ id: 1, ok: false, error: { code: 'too-many-requests' } }]);
    for (let id = 2; id <= 33; id++) deliver({ type: 'request', id, resource: 'spanDetails', params: { spanId: 'x' } });
    expect(sent).toMatchObject([{ id: 1 }, { id: 33, error: { code: 'too-many-requests' } }]);
  });

  it.each([
    [{ type: 'action', action: 'openCommit', params: { sha: '--output=/etc/passwd' } }],
    [{ type: 'action', action: 'stop', params: { force: true } }],
    [{ type: 'action', action: 'constructor', params: {} }],
    [{ type: 'request', id: 5, resource: '__proto__', params: {} }],
    [{ type: 'ready', extra: 1 }],
    [{ type: 'cancel', id: 1.5 }],
    [undefined],
    ['ready'],
  ])('refuses %j, says so and does nothing', async (message) => {
    peer();
    deliver(message);
    await turn();
    expect(called).toEqual([]);
    expect(logged).toHaveLength(1);
    expect(sent).toMatchObject([{ error: { code: 'bad-message' } }]);
  });

  it('never throws and never hands on what is not valid, whatever comes', async () => {
    peer();
    const almost = fc.record({ type: fc.constantFrom('ready', 'request', 'cancel', 'action'), id: fc.anything(), resource: fc.anything(), action: fc.constantFrom('stop', 'x'), params: fc.anything() }, { requiredKeys: ['type'] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), fc.jsonValue(), almost), async (message) => {
        called.length = 0;
        sent.length = 0;
        deliver(message);
        await turn();
        if (!checkPage(message).ok) {
          expect(called).toEqual([]);
          expect(sent).toMatchObject([{ error: { code: 'bad-message' } }]);
        }
      }),
    );
  });
});

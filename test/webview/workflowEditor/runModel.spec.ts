import { describe, expect, it, vi } from 'vitest';
import type { WorkflowEvent } from '../../../src/model/workflow/event';
import { foldEvents } from '../../../src/model/workflow/fold/fold';
import { buildGraph } from '../../../src/model/workflow/graph';
import { announcement } from '../../../webview/workflowEditor/parts/run/RunAnnouncer';
import { followEvents, readEvents } from '../../../webview/workflowEditor/parts/run/eventFeed';
import { eventNames, eventWords } from '../../../webview/workflowEditor/parts/run/eventWords';
import { nodeRuns, runLook, runWords } from '../../../webview/workflowEditor/parts/run/nodeRun';
import { executionLook, runFigures } from '../../../webview/workflowEditor/parts/run/runFigures';
import { stepActions } from '../../../webview/workflowEditor/parts/run/stepActions';
import type { NodeRun } from '../../../webview/workflowEditor/slots';
import { numbered, started } from '../../support/workflowJournals';
import { runEvents, runStart, seqOf } from '../../support/webviewRuns';
import { releaseWorkflow } from '../../support/webviewWorkflows';

const workflow = releaseWorkflow();
const graph = buildGraph(workflow);
const names = eventNames(workflow.nodes, runEvents);

function runsAt(seq: number, before: ReadonlyMap<string, NodeRun> = new Map(), clockOffset?: number): ReadonlyMap<string, NodeRun> {
  const state = foldEvents(graph, 'run', runEvents.slice(0, seq));
  return nodeRuns(state, { atMs: runEvents[seq - 1]?.at ?? 0, ...(clockOffset === undefined ? {} : { clockOffset }) }, before);
}

describe('eventWords', () => {
  it('says every event in one line', async () => {
    const rare: readonly WorkflowEvent[] = numbered(
      [
        started({ trial: {} }), started({ fork: { execution: 'e', node: 'test' } }),
        { type: 'execution.adopted', by: 'Ada', recovery: 0 }, { type: 'execution.cancelRequested', by: 'Grace' }, { type: 'execution.cancelRequested', by: 'Grace', reason: 'Wrong branch.\nSee above.' },
        { type: 'execution.parked', reason: 'It was interrupted ten times.' }, { type: 'execution.unparked', by: 'Ada' },
        { type: 'execution.completed', status: 'failed', error: { code: 'timeout', message: 'Tests took too long.', advice: '' } }, { type: 'execution.completed', status: 'cancelled' },
        { type: 'step.failed', step: 'gone#1', attempt: 1, error: { code: 'x', message: 'No.', advice: '' } }, { type: 'step.cancelled', step: 'review#1', reason: 'The join does not need it.' },
        { type: 'step.reused', step: 'implement#1', node: 'implement', pass: 1, tokens: [], outcome: 'passed', why: 'fork' }, { type: 'step.reused', step: 'test#1', node: 'test', pass: 1, tokens: [], outcome: 'failed', why: 'pinned' },
        { type: 'step.answered', step: 'merge#1', answer: 'done', by: 'Ada' }, { type: 'step.answered', step: 'merge#1', answer: 'failed', by: 'Ada' },
        { type: 'edges.decided', step: 'test#1', edges: [{ edge: 'a', taken: false, error: 'output is not defined' }, { edge: 'b', taken: true }] },
        { type: 'approval.decided', approval: 'unknown', decision: 'rejected', by: 'Grace', hash: 'h', signal: 's' }, { type: 'approval.reopened', approval: 'approve#1', hash: 'h', reason: 'The session has a new commit.' }, { type: 'approval.closed', approval: 'unknown', outcome: 'timeout' },
      ],
      1,
    );
    const lines = [...runEvents, ...rare].map((event) => `${event.type.padEnd(26)}${eventWords(event, names)}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/workflowEditor/event-words.txt');
  });
});

describe('announcement', () => {
  it('tells the last things of note', () => {
    expect(announcement(runEvents.slice(0, 4), names)).toBe('Start: passed');
    expect(announcement(runEvents, names)).toBe('13 more. Merge: passed. Done: passed. The execution succeeded');
    expect(announcement(runEvents.slice(3, 4), names)).toBe('');
  });
});

describe('nodeRuns', () => {
  it('sums what all runs of a node took, and shows the newest', () => {
    const runs = runsAt(runEvents.length);
    expect(runs.get('implement')).toMatchObject({ step: 'implement#2', status: 'succeeded', pass: 2, attempts: 1, elapsedMs: 31_000, costNano: 222_500_000, tokens: 108_340, session: 'session-1' });
    expect(runs.get('stopped')).toBeUndefined();
    expect(runs.get('approve')).toMatchObject({ outcome: 'approved', approval: { status: 'approved' } });
  });

  it('counts on by the clock of the page while a step runs, and stands still when looking back', () => {
    const seq = seqOf('step.started', 'review#1');
    expect(runsAt(seq, new Map(), runStart - 5_000).get('review')).toMatchObject({ status: 'running', since: (runEvents[seq - 1]?.at ?? 0) - runStart + 5_000 });
    expect(runsAt(seq, new Map(), 0).get('review')).not.toHaveProperty('elapsedMs');
    expect(runsAt(seqOf('step.completed', 'quality#1')).get('review')).toMatchObject({ status: 'running', elapsedMs: 6_200 });
  });

  it('keeps the objects of what did not change', () => {
    const before = runsAt(seqOf('step.started', 'review#1'));
    const after = runsAt(seqOf('step.completed', 'quality#1') + 1, before);
    expect(after.get('implement')).toBe(before.get('implement'));
    expect(after.get('quality')).not.toBe(before.get('quality'));
    expect(runsAt(seqOf('step.completed', 'quality#1') + 1, after)).toBe(after);
  });

  it('looks as it is', () => {
    const looks = (seq: number, node: string): string | undefined => {
      const run = runsAt(seq).get(node);
      return run && runWords(run);
    };
    expect(looks(seqOf('step.failed', 'implement#1'), 'implement')).toBe('Waits for its next attempt, 9.0 s');
    expect(looks(seqOf('step.completed', 'test#1'), 'test')).toBe('Outcome failed, 4.1 s');
    expect(looks(seqOf('approval.requested'), 'approve')).toBe('Needs your approval, 5 ms');
    expect(looks(seqOf('step.asked'), 'merge')).toBe('Needs your answer, 1 m 30 s');
    expect(looks(runEvents.length, 'implement')).toBe('Succeeded, run 2, 31.0 s, $0.22, 108k tokens');
    expect(runLook({ status: 'reused', outcome: 'failed' }).label).toBe('Reused');
  });
});

describe('figures of an execution', () => {
  it('count what is done and who is needed', () => {
    const at = (seq: number) => runFigures(foldEvents(graph, 'run', runEvents.slice(0, seq)));
    expect(at(seqOf('approval.requested'))).toEqual({ done: 7, tokensIn: 135_300, tokensOut: 5_240, cost: '$0.28', needing: ['approve'] });
    expect(at(seqOf('step.asked')).needing).toEqual(['merge']);
    expect(at(runEvents.length)).toMatchObject({ done: 10, needing: [] });
  });

  it('call an execution interrupted that nobody runs', () => {
    expect(executionLook({ status: 'running', owner: 'none' }).label).toBe('Interrupted');
    expect(executionLook({ status: 'running', owner: 'elsewhere' }, true).label).toBe('Cancelling');
    expect(executionLook({ status: 'failed', owner: 'none' }).label).toBe('Failed');
  });
});

describe('stepActions', () => {
  it('offer what there is to open', () => {
    const what = (type: string, session?: string) => stepActions(type, { status: 'succeeded', ...(session === undefined ? {} : { session }) }).map((action) => action.what);
    expect(what('amp')).toEqual([]);
    expect(what('amp', 's')).toEqual(['session', 'changes']);
    expect(what('eval', 's')).toEqual(['session', 'changes', 'report']);
    expect(what('forEach')).toEqual(['child']);
  });
});

describe('events of an execution', () => {
  function feed(answers: (after: number) => Promise<unknown>) {
    const seen: number[] = [];
    const problems: string[] = [];
    const asked: number[] = [];
    const { want, retry, dispose } = followEvents({
      ask: (after, signal) => {
        asked.push(after);
        signal.throwIfAborted();
        return answers(after);
      },
      onEvents: (events) => seen.push(...events.map(({ seq }) => seq)),
      onProblem: (problem) => problems.push(problem),
    });
    return { seen, problems, asked, want, retry, dispose };
  }

  it('come each once, in pieces as large as the host likes, with one question at a time', async () => {
    const { seen, asked, want } = feed((after) => Promise.resolve(runEvents.slice(after, after + 3)));
    want(4);
    want(7);
    want(5);
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    want(9);
    expect(asked).toEqual([0, 3, 6]);
  });

  it('stop at a problem, and go on when asked again', async () => {
    let broken = true;
    const { seen, problems, asked, want, retry } = feed((after) => (broken ? Promise.reject(new Error('The store is locked.')) : Promise.resolve(runEvents.slice(after, 5))));
    want(5);
    await vi.waitFor(() => expect(problems).toEqual(['The store is locked.']));
    want(6);
    expect(asked).toHaveLength(1);
    broken = false;
    retry();
    await vi.waitFor(() => expect(problems).toHaveLength(2));
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(problems[1]).toContain('no event after 5 of 6');
  });

  it('are not asked for when the execution is not shown any more', async () => {
    let answer: (events: unknown) => void = () => undefined;
    const answered = new Promise<unknown>((resolve) => (answer = resolve));
    const { seen, problems, want, dispose } = feed(() => answered);
    want(5);
    dispose();
    answer(runEvents);
    await answered;
    expect([seen, problems]).toEqual([[], []]);
  });

  it('end before what is no event, or not the next one', () => {
    expect(readEvents(runEvents.slice(3, 6), 3).map(({ seq }) => seq)).toEqual([4, 5, 6]);
    expect(readEvents(runEvents.slice(4, 6), 3)).toEqual([]);
    expect(readEvents([runEvents[0], { ...runEvents[1], type: 'step.dreamt' }, runEvents[2]], 0)).toHaveLength(1);
    for (const strange of [undefined, {}, [null], [7], [{ ...runEvents[0], at: 'now' }]]) expect(readEvents(strange, 0)).toEqual([]);
  });
});

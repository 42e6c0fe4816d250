import '../webviewDom';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { WorkflowEditorSnapshot } from '../../../src/protocol/workflowEditor';
import { runEvents, runId, runSnapshot, seqOf } from '../../support/webviewRuns';
import { releaseWorkflow } from '../../support/webviewWorkflows';
import { openPanel, type PanelPage } from './panelHarness';
import { useQuietPage } from '../quietPage';

let page: PanelPage | undefined;

async function openAt(seq: number, node?: string, part: Partial<WorkflowEditorSnapshot> = {}): Promise<PanelPage> {
  page = openPanel(releaseWorkflow(), { ...runSnapshot(seq), ...part }, node === undefined ? {} : { nodes: [node] });
  await waitFor(() => expect(slider().value).toBe(String(seq)));
  if (node !== undefined) fireEvent.click(screen.getByRole('tab', { name: 'Run' }));
  return page;
}

function slider(): HTMLInputElement {
  return screen.getByRole<HTMLInputElement>('slider', { name: 'Place in the execution' });
}

function bar(): string {
  return screen.getByRole('region', { name: 'Run' }).textContent ?? '';
}

function button(name: string | RegExp): HTMLElement {
  const said = (element: Element): readonly (string | null)[] => [element.textContent?.trim() ?? '', element.getAttribute('aria-label')];
  return [...document.querySelectorAll<HTMLElement>('vscode-button, button')].find((element) => said(element).some((text) => text && (typeof name === 'string' ? text === name : name.test(text)))) ?? expect.unreachable(`no button ${String(name)}`);
}

function scrub(seq: number): void {
  fireEvent.change(slider(), { target: { value: String(seq) } });
}

useQuietPage(() => {
  page?.dispose();
  page = undefined;
});

describe('run bar', () => {
  it('starts the workflow', () => {
    page = openPanel(releaseWorkflow());
    fireEvent.click(button('Run'));
    fireEvent.click(button('Try out'));
    expect(page.actions).toEqual(['run:{"mode":"all"}', 'run:{"mode":"trial"}']);
    expect(bar()).toContain('No problems');
    expect(screen.queryByRole('slider')).toBeNull();
  });

  it('does not start what has errors, and leads to them one after the other', () => {
    const broken = releaseWorkflow();
    page = openPanel({ ...broken, nodes: broken.nodes.map((node) => (['approve', 'implement'].includes(node.id) ? { ...node, config: {} } : node)) });
    expect(button('Run').hasAttribute('disabled')).toBe(true);
    fireEvent.click(button('Run'));
    expect(page.actions).toEqual([]);
    const problems = button(/problems$/);
    fireEvent.click(problems);
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^Prompt/)).toBeTruthy();
    fireEvent.click(problems);
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^Message/)).toBeTruthy();
  });

  it('says why nothing can be run', () => {
    page = openPanel(releaseWorkflow(), { cannotRun: 'This folder is no Git repository.' });
    expect(bar()).toContain('This folder is no Git repository.');
    expect(button('Run').getAttribute('title')).toBe('This folder is no Git repository.');
  });

  it('shows how an execution stands', async () => {
    await openAt(seqOf('approval.requested'));
    expect(bar()).toMatch(/Running7 of 11\$0\.28 of \$5\.002 m 2\d s141k tokens1 step needs you/);
    fireEvent.click(button('1 step needs you'));
    expect(screen.getByRole('tab', { name: 'Run' })).toBeTruthy();
    fireEvent.click(button('Cancel run'));
    expect(page?.actions).toEqual([`cancel:{"execution":"${runId}"}`]);
  });

  it('follows new events, asking only for those', async () => {
    const { show, eventRequests } = await openAt(seqOf('step.started', 'implement#1'));
    show(runSnapshot(seqOf('approval.requested')));
    await waitFor(() => expect(slider().value).toBe(String(seqOf('approval.requested'))));
    show(runSnapshot(runEvents.length));
    await waitFor(() => expect(bar()).toContain('Succeeded'));
    expect(eventRequests).toEqual([0, seqOf('step.started', 'implement#1'), seqOf('approval.requested')]);
    expect(slider().getAttribute('aria-valuetext')).toMatch(/^36 of 36, .*: The execution succeeded$/);
  });

  it('goes through an execution, and does not move while somebody looks back', async () => {
    const { show } = await openAt(seqOf('approval.requested'));
    scrub(seqOf('step.completed', 'test#1'));
    expect(slider().getAttribute('aria-valuetext')).toMatch(/: Unit tests: failed$/);
    expect(bar()).toContain('Running3 of 11');
    fireEvent.click(button('One event on'));
    expect(slider().getAttribute('aria-valuetext')).toMatch(/: Implement: started, run 2$/);
    fireEvent.click(button('One event back'));
    show(runSnapshot(runEvents.length));
    await waitFor(() => expect(slider().max).toBe('36'));
    expect(slider().value).toBe(String(seqOf('step.completed', 'test#1')));
    fireEvent.click(button('Follow new events'));
    expect(slider().value).toBe('36');
  });

  it('follows again when somebody goes to the last event', async () => {
    const { show } = await openAt(seqOf('approval.requested'));
    scrub(3);
    scrub(seqOf('approval.requested'));
    show(runSnapshot(runEvents.length));
    await waitFor(() => expect(slider().value).toBe('36'));
  });

  it('replays from the beginning, and can be paused', async () => {
    await openAt(runEvents.length);
    vi.useFakeTimers();
    fireEvent.click(button('Replay'));
    expect(slider().value).toBe('1');
    act(() => void vi.advanceTimersByTime(2_000));
    const reached = Number(slider().value);
    expect(reached).toBeGreaterThan(3);
    expect(reached).toBeLessThan(36);
    fireEvent.click(button('Pause the replay'));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(slider().value).toBe(String(reached));
    fireEvent.click(button('Replay'));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(slider().value).toBe('36');
    expect(button('Replay')).toBeTruthy();
  });

  it('offers to go on with what nobody runs, and to take over what others do', async () => {
    const { show, actions } = await openAt(seqOf('step.asked'), undefined, runSnapshot(seqOf('step.asked'), { owner: 'none' }));
    expect(bar()).toContain('Interrupted');
    fireEvent.click(button('Resume'));
    show(runSnapshot(seqOf('step.asked'), { owner: 'elsewhere' }));
    fireEvent.click(button('Take over'));
    expect(actions).toEqual([`resume:{"execution":"${runId}"}`, `resume:{"execution":"${runId}"}`]);
  });

  it('chooses among past executions', async () => {
    const { actions } = await openAt(runEvents.length);
    const select = screen.getByLabelText<HTMLSelectElement>('Execution');
    expect([...select.options].map(({ text }) => text.replace(/\d\d:\d\d(:\d\d)?/, 'TIME'))).toEqual(['None', 'TIME · Succeeded · $0.28', '2026-11-22 TIME · Failed']);
    fireEvent.change(select, { target: { value: 'run-20261122-1' } });
    fireEvent.change(select, { target: { value: '' } });
    expect(actions).toEqual(['showExecution:{"execution":"run-20261122-1"}', 'showExecution:{}']);
  });

  it('says why events cannot be shown, and asks again', async () => {
    page = openPanel(releaseWorkflow());
    page.breakEvents(new Error('The store is locked.'));
    page.show(runSnapshot(5));
    await screen.findByText(/The execution cannot be shown in full/);
    page.breakEvents(undefined);
    fireEvent.click(button('Try again'));
    await waitFor(() => expect(slider().value).toBe('5'));
    expect(screen.queryByText(/cannot be shown in full/)).toBeNull();
  });

  it('tells what happens, but not what had happened', async () => {
    const { show } = await openAt(seqOf('step.started', 'test#1'));
    const told = (): string => [...document.querySelectorAll('.run-bar > [role=status]')].map((element) => element.textContent).join('');
    vi.useFakeTimers();
    show(runSnapshot(seqOf('step.completed', 'test#1')));
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(told()).toBe('');
    show(runSnapshot(seqOf('step.completed', 'test#2')));
    await act(() => vi.advanceTimersByTimeAsync(2_100));
    expect(told()).toBe('Unit tests: failed. Implement: passed, $0.04. Unit tests: passed');
  });
});

describe('run of a node', () => {
  it('shows each run with its attempts', async () => {
    const { actions } = await openAt(runEvents.length, 'implement');
    const panel = screen.getByRole('tabpanel');
    expect(panel.textContent).toMatch(/Succeeded31\.0 s.*Outcomepassed.*Cost\$0\.04.*Tokens20,100 in, 900 out.*Sessionsession-1/);
    fireEvent.change(within(panel).getByLabelText('Run'), { target: { value: '1' } });
    expect(panel.textContent).toMatch(/Attempt 1 · 9\.0 sagent-failed The service is overloaded \(529\)\..*Attempt 2 · 1 m 04 s/);
    expect(within(panel).getByLabelText('Output').textContent).toContain('"summary": "The total is rounded once."');
    fireEvent.click(button('Show changes'));
    fireEvent.click(button('Open timeline'));
    expect(actions).toEqual(['changes', 'session'].map((what) => `openStep:{"execution":"${runId}","step":"implement#1","what":"${what}"}`));
  });

  it('gets the whole of a long output when it is asked for', async () => {
    await openAt(seqOf('step.completed', 'test#1'), 'test');
    expect(screen.getByLabelText('Output').textContent).toContain('✖ total of negative amounts');
    fireEvent.click(button('Show all 48,120 bytes'));
    await waitFor(() => expect(screen.getByLabelText('Output').textContent).toContain('"exitCode": 1'));
  });

  it('takes an approval with its comment, once', async () => {
    const { actions, show } = await openAt(seqOf('approval.requested'), 'approve');
    const card = screen.getByRole('region', { name: 'Approval' });
    expect(card.textContent).toMatch(/^Merge this into main\?.*Approvals0 of 2.*Sessionsession-1.*Bound toa1b2c3d4e5f6/);
    expect(within(card).getByLabelText('Content').textContent).toContain('src/invoice.ts');
    fireEvent.change(within(card).getByLabelText('Comment'), { target: { value: ' Ship it. ' } });
    fireEvent.click(button('Approve'));
    fireEvent.click(button('Reject'));
    const hash = 'a1b2c3d4e5f6'.padEnd(64, '0');
    expect(actions).toEqual([`decide:{"execution":"${runId}","approval":"approve#1","decision":"approved","hash":"${hash}","comment":"Ship it."}`]);
    expect(card.textContent).toContain('The decision is on its way');
    show(runSnapshot(seqOf('approval.decided')));
    await waitFor(() => expect(within(card).getByRole('list', { name: 'Decisions' }).textContent).toMatch(/Grace approved .*Looks good\./));
    expect(card.textContent).toContain('Approvals1 of 2');
    fireEvent.click(button('Reject'));
    expect(actions[1]).toContain('"decision":"rejected"');
  });

  it('lets a decision be taken again that did not come through', async () => {
    const { actions, peer } = await openAt(seqOf('approval.requested'), 'approve');
    fireEvent.click(button('Approve'));
    act(() => peer.sendError('action', new Error('The content has changed.')));
    fireEvent.click(button('Reject'));
    expect(actions).toHaveLength(2);
  });

  it('decides nothing while looking back, or where nothing can be run', async () => {
    const { actions, show } = await openAt(seqOf('approval.decided'), 'approve');
    scrub(seqOf('approval.requested'));
    expect(screen.getByText('This looks back. Go to the newest event to decide.')).toBeTruthy();
    fireEvent.click(button('Approve'));
    fireEvent.click(button('Follow new events'));
    show({ cannotRun: 'This folder is not trusted.' });
    fireEvent.click(button('Approve'));
    expect(actions).toEqual([]);
  });

  it('asks what became of a step that was interrupted', async () => {
    const { actions } = await openAt(seqOf('step.asked'), 'merge');
    expect(screen.getByRole('region', { name: 'Question' }).textContent).toContain('The merge was interrupted. Is it in main?');
    fireEvent.click(button('It happened'));
    fireEvent.click(button('Do it again'));
    expect(actions).toEqual([`answer:{"execution":"${runId}","step":"merge#1","answer":"done"}`]);
  });

  it('runs from here on with what was done before', async () => {
    const { actions } = await openAt(runEvents.length, 'quality');
    fireEvent.click(button(/^Run from here/));
    expect(actions).toEqual(['run:{"mode":"from","node":"quality"}']);
  });

  it('changes between its tabs by keyboard', async () => {
    await openAt(runEvents.length, 'implement');
    fireEvent.keyDown(screen.getByRole('tab', { name: 'Run' }), { key: 'ArrowLeft' });
    expect(screen.getByRole('tab', { name: 'Settings' }).getAttribute('aria-selected')).toBe('true');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Settings' }));
    expect(screen.getByLabelText(/^Prompt/)).toBeTruthy();
  });
});

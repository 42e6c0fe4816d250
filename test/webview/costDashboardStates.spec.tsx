import './webviewDom';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { OrchestratorError } from '../../src/base/errors';
import { busyCosts } from '../support/busyCosts';
import { costCall, emptyCosts } from '../support/costFixtures';
import { oneSessionCosts } from '../support/costStories';
import { choose, section, table, useCostPage } from './costPage';

const now = new Date(2026, 10, 22, 16, 20).getTime();
const open = useCostPage();

describe('what the cost dashboard is asked and told', () => {
  it('asks for what is chosen, and keeps it', () => {
    const { wishes, twin } = open(busyCosts(now));
    expect(wishes).toEqual([{ repository: '', query: { range: { kind: '7d' }, group: 'model', imported: true } }]);
    choose('Range', 'Last 30 days');
    choose('Group by', 'Agent');
    fireEvent.click(screen.getByLabelText('Imported runs'));
    expect(wishes.at(-1)).toEqual({ repository: '', query: { range: { kind: '30d' }, group: 'agent', imported: false } });
    expect(section('Total cost').textContent).toContain('the last 30 days');
    expect(within(section('Cost over time')).getByText('Claude Code')).toBeDefined();
    expect(twin.state()).toMatchObject({ range: { kind: '30d' }, group: 'agent', imported: false });
  });

  it('takes days of one’s own, and says when they are none', () => {
    const { wishes } = open(busyCosts(now));
    choose('Range', 'From … to …');
    expect(wishes.at(-1)?.query.range).toEqual({ kind: 'custom', from: '2026-11-16', to: '2026-11-22' });
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-10' } });
    expect(screen.getByRole('alert').textContent).toBe('The first day is after the last.');
    expect(wishes.at(-1)?.query.range).toMatchObject({ to: '2026-11-22' });
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-09' } });
    expect(wishes.at(-1)?.query.range).toEqual({ kind: 'custom', from: '2026-11-09', to: '2026-11-10' });
  });

  it('comes back as it was left', () => {
    const { wishes } = open(busyCosts(now), { state: { repository: '', range: { kind: '30d' }, group: 'session', imported: false, tables: ['cost'], lines: true, tab: 'model', sorts: {}, colours: {} } });
    expect(wishes).toEqual([{ repository: '', query: { range: { kind: '30d' }, group: 'session', imported: false } }]);
    expect(table('Cost over time')).toBeDefined();
    expect(table('Cost by model')).toBeDefined();
  });

  it.each([[{}], [{ range: 7 }], [{ range: { kind: 'custom', from: 'x', to: 'y' }, tab: 'colour', sorts: [1], colours: { a: 'b' } }], ['text'], [[1]]])('starts anew from a state that is none: %j', (state) => {
    const { wishes } = open(busyCosts(now), { state: state as object });
    expect(wishes[0]?.query).toEqual({ range: { kind: '7d' }, group: 'model', imported: true });
  });

  it('follows a running session', () => {
    const story = oneSessionCosts(now);
    const { show } = open(story, { state: { range: { kind: 'today' } } });
    expect(screen.getByText('live')).toBeDefined();
    expect(section('Total cost').textContent).toContain('$0.04');
    show({ ...story, calls: [...story.calls, costCall('only', now - 1_000)] });
    expect(section('Total cost').textContent).toContain('$0.06');
  });

  it('says what to do when there is nothing', () => {
    const { actions, send } = open(undefined);
    send({ repositories: [], repository: '', takenAt: now });
    fireEvent.click(screen.getByText('New Session'));
    expect(actions).toEqual(['newSession']);
    send({ repositories: [{ id: '/r', name: 'r' }], repository: '/r', takenAt: now });
    expect(screen.getByText('No costs yet')).toBeDefined();
  });

  it('shows all time when there is nothing in the range', () => {
    const story = busyCosts(now);
    const { wishes } = open({ ...story, now: now + 40 * 86_400_000 });
    fireEvent.click(screen.getByText('Show all time'));
    expect(wishes.at(-1)?.query.range).toEqual({ kind: 'all' });
    expect(section('Cost over time')).toBeDefined();
  });

  it('lets a repository be chosen where there are several', () => {
    const { wishes } = open(busyCosts(now), { repositories: [{ id: '/a', name: 'api' }, { id: '/b', name: 'web' }] });
    choose('Repository', 'web');
    expect(wishes.at(-1)?.repository).toBe('/b');
    expect(document.querySelector('main')?.getAttribute('aria-busy')).toBe('false');
  });

  it('exports what is shown', () => {
    const { actions } = open(busyCosts(now));
    fireEvent.click(screen.getByText('Export…'));
    expect(actions).toEqual(['export']);
  });

  it('shows an error, and stale figures with their age', () => {
    const { peer, actions, show } = open(undefined);
    act(() => peer.sendError('snapshot', new OrchestratorError('store-locked', 'The store is locked.', 'Wait.')));
    expect(screen.getByRole('alert').textContent).toContain('The store is locked. Wait.');
    fireEvent.click(screen.getByText('Show log'));
    show(busyCosts(now));
    act(() => peer.sendError('snapshot', new OrchestratorError('store-locked', 'The store is locked.', 'Wait.')));
    expect(screen.getByRole('alert').textContent).toMatch(/The store is locked\. Wait\. Shown as of/);
    expect(section('Total cost').textContent).toContain('$5.33');
    show(busyCosts(now));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(actions).toEqual(['showLog']);
  });

  it('shows a skeleton only when the first figures take long', async () => {
    open(undefined);
    expect(screen.queryByRole('status', { name: 'Loading the costs' })).toBeNull();
    await waitFor(() => screen.getByRole('status', { name: 'Loading the costs' }));
  });

  it('ignores a snapshot that is none', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { twin, show } = open(emptyCosts(now));
    show(busyCosts(now));
    for (const snapshot of [undefined, { report: {} }, { repositories: 1 }]) act(() => twin.transport.post({ type: 'snapshot', snapshot }));
    expect(console.warn).toHaveBeenCalledTimes(3);
    expect(section('Total cost').textContent).toContain('$5.33');
  });
});

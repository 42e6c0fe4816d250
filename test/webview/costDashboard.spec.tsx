import './webviewDom';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OrchestratorError } from '../../src/base/errors';
import { busyCosts, costCall, emptyCosts, type CostStory } from '../support/costFixtures';
import { hardNamesCosts, oneSessionCosts, thousandSessionCosts } from '../support/costStories';
import { openCosts, type CostPage, type CostPageOptions } from './costHarness';

const now = new Date(2026, 10, 22, 16, 20).getTime();

let page: CostPage | undefined;

function open(story: CostStory | undefined, options?: CostPageOptions): CostPage {
  page = openCosts(story, options);
  return page;
}

function section(name: string): HTMLElement {
  return screen.getByRole('region', { name });
}

function table(name: string): HTMLElement {
  return screen.getByRole('table', { name });
}

/** A table's lines as texts, heads first. */
function lines(name: string): readonly (readonly string[])[] {
  return within(table(name)).getAllByRole('row').map((row) => [...row.children].map((cell) => cell.textContent ?? ''));
}

function choose(label: string, option: string): void {
  const select = screen.getByLabelText(label);
  fireEvent.change(select, { target: { value: within(select).getByText(option).getAttribute('value') } });
}

beforeEach(() => {
  vi.spyOn(console, 'error');
});

afterEach(() => {
  page?.dispose();
  page = undefined;
  expect(vi.mocked(console.error).mock.calls).toEqual([]);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('cost dashboard', () => {
  it('shows cost, tokens, iterations and the budget, against the time before', () => {
    open(busyCosts(now));
    expect(section('Total cost').textContent).toMatch(/~\$5\.33.*▲ 58 %.*against \$3\.38 the 7 days before.*144 model calls/);
    expect(section('Tokens').textContent).toMatch(/2\.8M.*89 % of the input from cache/);
    expect(section('Average iteration cost').textContent).toMatch(/\$0\.25.*17 iterations/);
    expect(section('Today’s budget').textContent).toMatch(/\$1\.02of \$10\.00.*10 % used.*~\$2\.08 by tonight, \$0\.14 an hour/);
    expect(within(section('Today’s budget')).getByRole('meter').getAttribute('aria-valuenow')).toBe('10');
  });

  it('has a table of every chart, with the same figures', () => {
    open(busyCosts(now));
    expect(section('Cost over time').querySelector('canvas')).not.toBeNull();
    fireEvent.click(screen.getByLabelText('Show cost over time as table'));
    expect(section('Cost over time').querySelector('canvas')).toBeNull();
    const rows = lines('Cost over time');
    expect(rows[0]?.slice(0, 2)).toEqual(['Day', 'claude-opus-4-5']);
    expect(rows.slice(1).map(([day]) => day)).toEqual(['11-16', '11-17', '11-18', '11-19', '11-20', '11-21', '11-22', 'All']);
    expect(rows.at(-1)?.[1]).toBe('$2.18');
    fireEvent.click(screen.getByLabelText('Show tokens by kind as table'));
    expect(lines('Tokens by kind')[0]).toEqual(['Day', 'Input', 'Cache read', 'Cache write', 'Output', 'Reasoning']);
    expect(lines('Speed and reliability by model')[1]?.[0]).toBe('claude-opus-4-5');
  });

  it('breaks down by session, leads to it, and marks what was imported', () => {
    const { actions } = open(busyCosts(now));
    const rows = within(table('Cost by session')).getAllByRole('row').slice(1);
    expect(rows[0]?.textContent).toMatch(/Smaller images\$0\.8917 %/);
    expect(rows.find((row) => row.textContent?.includes('Terminal run 1'))?.textContent).toContain('imported');
    fireEvent.click(within(table('Cost by session')).getByText('Smaller images'));
    expect(actions).toEqual(['openSession:session-0007']);
    expect(screen.queryByRole('button', { name: 'Terminal run 1' })).toBeNull();
  });

  it('walks through the breakdowns by arrow keys', () => {
    open(busyCosts(now));
    fireEvent.keyDown(screen.getByRole('tab', { name: 'By session' }), { key: 'ArrowRight' });
    expect(screen.getByRole('tab', { name: 'By agent' }).getAttribute('aria-selected')).toBe('true');
    expect(document.activeElement?.textContent).toBe('By agent');
    expect(lines('Cost by agent').slice(1).map(([name]) => name)).toContain('Claude Code');
    fireEvent.keyDown(screen.getByRole('tab', { name: 'By agent' }), { key: 'ArrowRight' });
    expect(lines('Cost by branch').slice(1).map(([name]) => name)).toContain('mainimported');
  });

  it('sorts by a column, and remembers it', () => {
    const { twin } = open(busyCosts(now));
    const names = (): (string | undefined)[] => lines('Cost by session').slice(1).map(([name]) => name);
    const byCost = names();
    fireEvent.click(within(table('Cost by session')).getByText('Tokens'));
    expect(names()).not.toEqual(byCost);
    expect(within(table('Cost by session')).getByRole('columnheader', { name: 'Tokens' }).getAttribute('aria-sort')).toBe('descending');
    fireEvent.click(within(table('Cost by session')).getByText('Tokens'));
    expect(within(table('Cost by session')).getByRole('columnheader', { name: 'Tokens' }).getAttribute('aria-sort')).toBe('ascending');
    expect(twin.state()).toMatchObject({ sorts: { session: { column: 'tokens', descending: false } } });
  });

  it('shows the dearest steps of a session', async () => {
    const { actions } = open(busyCosts(now), { steps: [{ id: 'a', name: 'anthropic:chat', model: 'claude-opus-4-5', tsStart: now, costNano: 123_456_789, approximate: true, tokens: 23_400 }] });
    fireEvent.click(screen.getByLabelText('Most expensive steps of Smaller images'));
    const steps = await screen.findByRole('list', { name: 'Most expensive steps' });
    expect(steps.textContent).toMatch(/anthropic:chatclaude-opus-4-5.*23\.4k~\$0\.12/);
    fireEvent.click(within(steps).getByText('anthropic:chat'));
    expect(actions).toEqual(['openSession:session-0007:a']);
  });

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

  it('offers a budget where there is none', () => {
    const { actions } = open(oneSessionCosts(now));
    expect(section('Today’s budget').textContent).toContain('spent, no limit');
    fireEvent.click(within(section('Today’s budget')).getByText('Set budget…'));
    expect(actions).toEqual(['setBudget:all']);
  });

  it('shows budgets of sessions, used up or not', () => {
    const { actions } = open(hardNamesCosts(now));
    expect(section('Today’s budget').textContent).toContain('Used up');
    const budgets = within(section('Session budgets')).getAllByRole('listitem');
    expect(budgets).toHaveLength(5);
    expect(budgets[0]?.textContent).toMatch(/\$0\.02 of \$0\.03.*\$1\.20 an hour while running/);
    fireEvent.click(within(section('Session budgets')).getAllByLabelText(/^Change budget of/)[0] ?? expect.unreachable());
    expect(actions).toEqual(['setBudget:hard-0']);
  });

  it('never shows an unknown cost as zero', () => {
    open(hardNamesCosts(now), { state: { range: { kind: 'today' } } });
    expect(section('Total cost').textContent).toContain('≥ $0.18');
    const unknown = lines('Cost by session').slice(1).filter(([name]) => name?.includes('invoice') || name?.includes('تصحيح'));
    expect(unknown.map(([, cost, share]) => [cost, share])).toEqual([['—', '—'], ['—', '—']]);
    expect(within(table('Cost by session')).getAllByTitle(/price of this model is unknown/)).toHaveLength(2);
  });

  it('keeps a long table short until asked', () => {
    open(thousandSessionCosts(now), { state: { range: { kind: 'all' } } });
    expect(within(table('Cost by session')).getAllByRole('row')).toHaveLength(11);
    fireEvent.click(screen.getByText(/^Show 200 of 1,031/));
    expect(within(table('Cost by session')).getAllByRole('row')).toHaveLength(201);
    expect(screen.getByText(/831 sessions more that cost less/)).toBeDefined();
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

  it('switches series off and on in the legend', () => {
    open(busyCosts(now));
    const entry = within(section('Cost over time')).getByRole('button', { name: /claude-opus-4-5/ });
    fireEvent.click(entry);
    expect(entry.getAttribute('aria-pressed')).toBe('false');
    fireEvent.click(entry);
    expect(entry.getAttribute('aria-pressed')).toBe('true');
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

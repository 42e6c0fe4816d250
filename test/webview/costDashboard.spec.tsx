import './webviewDom';
import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { busyCosts } from '../support/busyCosts';
import { costCall } from '../support/costFixtures';
import { hardNamesCosts, oneSessionCosts, thousandSessionCosts } from '../support/costStories';
import { lines, section, table, useCostPage } from './costPage';

const now = new Date(2026, 10, 22, 16, 20).getTime();
const open = useCostPage();

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

  it.each([
    [9_999_000_000, 'meter-plain', '79 % used'],
    [10_000_000_000, 'meter-warning', '80 % used'],
    [12_500_000_000, 'meter-error', 'Used up: calls are stopped until midnight'],
  ])('says in words and colour how much of the day’s budget is used: %d', (spentNano, tone, words) => {
    const story = oneSessionCosts(now);
    open({ ...story, limits: { dayNano: 12_500_000_000 }, calls: [costCall('only', now - 60_000, { costNano: spentNano })] });
    expect(within(section('Today’s budget')).getByRole('meter').className).toContain(tone);
    expect(section('Today’s budget').textContent).toContain(words);
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
    expect(budgets[0]?.textContent).toMatch(/\$0\.02 of \$0\.03.*66 % used, \$1\.20 an hour while running/);
    fireEvent.click(within(section('Session budgets')).getAllByLabelText(/^Change budget of/)[0] ?? expect.unreachable());
    expect(actions).toEqual(['setBudget:hard-0']);
  });

  it('never shows an unknown cost as zero', () => {
    open(hardNamesCosts(now), { state: { range: { kind: 'today' } } });
    expect(section('Total cost').textContent).toContain('≥\u00a0$0.18');
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

  it('switches series off and on in the legend', () => {
    open(busyCosts(now));
    const entry = within(section('Cost over time')).getByRole('button', { name: /claude-opus-4-5/ });
    fireEvent.click(entry);
    expect(entry.getAttribute('aria-pressed')).toBe('false');
    fireEvent.click(entry);
    expect(entry.getAttribute('aria-pressed')).toBe('true');
  });
});

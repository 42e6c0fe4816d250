import './webviewDom';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { OrchestratorError } from '../../src/base/errors';
import type { Story } from '../support/webviewStories';
import { emptyStory, hardNamesStory, longStory, realisticStory, storySnapshot, storySpan } from '../support/webviewStories';
import type { TimelinePage } from './timelineHarness';
import { openTimeline } from './timelineHarness';
import { useQuietPage } from './quietPage';

let page: TimelinePage | undefined;

function open(story: Story | undefined, state?: object): TimelinePage {
  page = openTimeline(story, state);
  return page;
}

function grid(): HTMLElement {
  return screen.getByRole('treegrid', { name: 'Steps' });
}

/** The rows in the document, top to bottom, without the column heads. */
function rows(): readonly HTMLElement[] {
  const top = (row: HTMLElement): number => Number(row.getAttribute('aria-rowindex'));
  return within(grid()).getAllByRole('row').slice(1).sort((a, b) => top(a) - top(b));
}

function rowOf(text: string): HTMLElement {
  return rows().find((row) => row.textContent?.includes(text)) ?? expect.unreachable(`no row "${text}"`);
}

function names(): readonly string[] {
  return rows().map((row) => row.querySelector('.name')?.textContent ?? '');
}

function selectedName(): string | undefined {
  return rows().find((row) => row.getAttribute('aria-selected') === 'true')?.querySelector('.name')?.textContent ?? undefined;
}

function press(...keys: readonly string[]): void {
  for (const key of keys) fireEvent.keyDown(grid(), { key });
}

function scrollTo(top: number): void {
  act(() => {
    grid().scrollTop = top;
    fireEvent.scroll(grid());
  });
}

function typeFilter(text: string): void {
  const field = screen.getByLabelText('Filter steps');
  Object.assign(field, { value: text });
  fireEvent.input(field);
}

useQuietPage(() => {
  page?.dispose();
  page = undefined;
});

describe('session timeline', () => {
  it('shows the session and its steps as a tree with figures', () => {
    open(realisticStory());
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Fix rounding in invoice totals');
    expect(document.querySelector('.head')?.textContent).toMatch(/Ready.*\$0\.18.*91\.3k tokens.*50 steps.*2 iterations.*2 errors/);
    expect(names().slice(0, 4)).toEqual(['Iteration 1 Make the failing test pass', 'claude-code', 'anthropic:chat I will look at the failing test first.', 'Read src/invoice.ts']);
    const chat = rowOf('anthropic:chat I will');
    expect(chat.getAttribute('aria-level')).toBe('3');
    expect(within(chat).getAllByRole('gridcell').map((cell) => cell.textContent).slice(3)).toEqual(['6.2 s', '9.4k', '$0.02']);
    expect(rowOf('1 of 12 tests failed').className).toContain('status-error');
    expect(rowOf('Iteration 1').getAttribute('aria-expanded')).toBe('true');
  });

  it('keeps few rows in the document, and says how many there are', () => {
    open(longStory(20_000));
    expect(rows().length).toBeLessThanOrEqual(150);
    expect(grid().getAttribute('aria-rowcount')).toBe('20003');
    press('End');
    expect(selectedName()).toBe('Read src/file19999.ts');
  });

  it('walks, collapses and expands by keyboard', () => {
    open(realisticStory());
    press('ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(selectedName()).toBe('anthropic:chat I will look at the failing test first.');
    press('ArrowLeft');
    expect(selectedName()).toBe('claude-code');
    press('ArrowLeft');
    expect(rowOf('claude-code').getAttribute('aria-expanded')).toBe('false');
    expect(names().slice(0, 4)).toEqual(['Iteration 1 Make the failing test pass', 'claude-code', 'git commit', 'eval tests']);
    press('ArrowRight');
    expect(rowOf('claude-code').getAttribute('aria-expanded')).toBe('true');
    press('ArrowRight', 'Home');
    expect(selectedName()).toBe('Iteration 1 Make the failing test pass');
    expect(grid().getAttribute('aria-activedescendant')).toBe(rowOf('Iteration 1').id);
  });

  it('opens details by Enter and closes them by Escape', async () => {
    open(realisticStory());
    typeFilter('tool:bash error');
    press('End', 'Enter');
    const details = await screen.findByRole('complementary', { name: 'Details' });
    await waitFor(() => expect(within(details).getByLabelText('Output').textContent).toContain('AssertionError: -10.01'));
    expect(within(details).getByLabelText('Error').textContent).toBe('exit 1: 1 of 12 tests failed');
    expect(within(details).getByLabelText('Input: command').textContent).toBe('npm test');
    press('Escape');
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('shows tokens by kind and where a cost comes from', async () => {
    open(realisticStory());
    fireEvent.click(rowOf('anthropic:chat I will'));
    const details = await screen.findByRole('complementary');
    await within(details).findByText('cache read');
    expect(details.textContent).toMatch(/Input9,290.*not cached140.*cache read8,230.*cache write \(5 min\)920.*Output158.*reasoning18/);
    expect(details.textContent).toMatch(/Cost\$0\.02Basiscomputed from the price of this model/);
    expect(within(details).getByLabelText('Thinking').textContent).toContain('Rounding each line first');
  });

  it('starts what an iteration offers', () => {
    const { actions } = open(realisticStory());
    fireEvent.click(rowOf('Iteration 1'));
    const details = screen.getByRole('complementary');
    fireEvent.click(within(details).getByText('Show changes'));
    fireEvent.click(within(details).getByText('Open 4f1c2d3'));
    expect(actions).toEqual(['showChanges:iteration-1', 'openCommit:4f1c2d3e5a6b7c8d9e0f4f1c2d3e5a6b7c8d9e0f']);
  });

  it('selects a step that was asked for elsewhere, once', async () => {
    const { peer } = open(realisticStory());
    press('ArrowLeft');
    act(() => peer.sendSnapshot({ ...storySnapshot(realisticStory()), select: 'iteration-2-chat-1' }));
    expect(selectedName()).toMatch(/^anthropic:chat/);
    const selected = rows().find((row) => row.getAttribute('aria-selected') === 'true');
    expect(selected?.getAttribute('aria-level')).toBe('3');
    await screen.findByRole('complementary', { name: 'Details' });
    press('Escape', 'Home');
    act(() => peer.sendSnapshot(storySnapshot(realisticStory())));
    expect(selectedName()).toMatch(/^Iteration 1/);
  });

  it('stops a run', () => {
    const { actions } = open(realisticStory(true));
    fireEvent.click(screen.getByText('Stop'));
    expect(actions).toEqual(['stop']);
  });

  it('says why details cannot be read', async () => {
    const { breakDetails, actions } = open(realisticStory());
    breakDetails(new OrchestratorError('store-locked', 'The store is locked.', 'Wait.'));
    fireEvent.click(rowOf('anthropic:chat I will'));
    expect((await screen.findByText(/could not be read/)).textContent).toContain('The store is locked.');
    fireEvent.click(screen.getByText('Show log'));
    expect(actions).toEqual(['showLog']);
  });

  it('filters, dims what only leads to a match, and counts', () => {
    open(realisticStory());
    typeFilter('tool:bash error');
    expect(names()).toEqual(['Iteration 1 Make the failing test pass', 'claude-code', 'Bash npm test', 'Iteration 2 Also cover negative amounts', 'claude-code', 'Bash npm test']);
    expect(rowOf('claude-code').className).toContain('dimmed');
    expect(document.querySelector('.matches')?.textContent).toBe('2 matches');
    typeFilter('type:git');
    expect(names().filter((name) => name.startsWith('git'))).toEqual(['git commit', 'git commit']);
    typeFilter('nothing like this');
    expect(screen.getByRole('heading', { name: 'No step matches the filter' })).toBeTruthy();
    fireEvent.click(screen.getByText('Clear filter'));
    expect(rows().length).toBeGreaterThan(20);
  });

  it('collapses and expands everything', () => {
    open(realisticStory());
    fireEvent.click(screen.getByLabelText('Collapse all'));
    expect(names()).toEqual(['Iteration 1 Make the failing test pass', 'Iteration 2 Also cover negative amounts']);
    fireEvent.click(screen.getByLabelText('Expand all'));
    expect(rows().length).toBeGreaterThan(20);
  });
});

describe('while a session runs', () => {
  const more = (story: Story, count: number, startMs: number): Story => ({
    ...story,
    spans: [...story.spans, ...Array.from({ length: count }, (_, index) => storySpan(`late-${startMs}-${index}`, startMs + index, 1, { parentId: 'run', name: `Late ${index}` }))],
  });

  it('keeps selection and scroll when rows come at the end', () => {
    const story = longStory(500);
    const { show } = open(story, { follow: false });
    scrollTo(2_200);
    fireEvent.click(rowOf('src/file105.ts'));
    show(more(story, 20, 10_000_000));
    expect(grid().scrollTop).toBe(2_200);
    expect(selectedName()).toBe('Read src/file105.ts');
    expect(grid().getAttribute('aria-rowcount')).toBe('523');
  });

  it('keeps what is read in place when rows come above it', () => {
    const story = longStory(500);
    const { show } = open(story, { follow: false });
    scrollTo(2_200);
    const before = rowOf('src/file105.ts').getAttribute('aria-rowindex');
    show(more(story, 10, 1));
    expect(grid().scrollTop).toBe(2_200 + 10 * 22);
    expect(rowOf('src/file105.ts').getAttribute('aria-rowindex')).toBe(String(Number(before) + 10));
  });

  it('follows the end until a person scrolls up', () => {
    const story = longStory(500);
    const { show } = open(story, { follow: true });
    const end = grid().scrollHeight;
    expect(grid().scrollTop).toBe(end);
    show(more(story, 10, 10_000_000));
    expect(grid().scrollTop).toBe(end + 220);
    scrollTo(300);
    expect(screen.getByLabelText('Follow new steps').getAttribute('aria-pressed')).toBe('false');
    show(more(story, 20, 10_000_000));
    expect(grid().scrollTop).toBe(300);
  });

  it('counts the time of open steps without a word from the host', () => {
    vi.useFakeTimers();
    open(realisticStory(true), { follow: false });
    const duration = (): string => within(rowOf('Iteration 2')).getAllByRole('gridcell')[3]?.textContent ?? '';
    expect(duration()).toBe('39.9 s');
    act(() => void vi.advanceTimersByTime(3_000));
    expect(duration()).toBe('42.9 s');
  });

  it('announces the end of the run', () => {
    const story = realisticStory(true);
    const { show } = open(story);
    show(realisticStory());
    expect(screen.getByText(/^The run ended: Ready\. 50 steps in 2 m 24 s\.$/)).toBeTruthy();
  });
});

describe('when there is little or nothing to show', () => {
  it('says what an empty session is and offers to begin', () => {
    const { actions } = open(emptyStory());
    expect(screen.getByRole('heading', { name: 'Nothing has run yet' })).toBeTruthy();
    fireEvent.click(screen.getByText('Run iteration'));
    expect(actions).toEqual(['runIteration']);
  });

  it('shows a skeleton only after 200 ms', () => {
    vi.useFakeTimers();
    open(undefined);
    expect(screen.queryByRole('status')).toBeNull();
    act(() => void vi.advanceTimersByTime(250));
    expect(screen.getByRole('status', { name: 'Loading the timeline' })).toBeTruthy();
  });

  it('says what is wrong, what to do, and comes back', async () => {
    const opened = open(undefined);
    act(() => opened.peer.sendError('snapshot', new OrchestratorError('store-locked', 'The store is locked.', 'Close other windows.')));
    expect(screen.getByRole('alert').textContent).toContain('The store is locked. Close other windows.');
    fireEvent.click(screen.getByText('Show log'));
    expect(opened.actions).toEqual(['showLog']);
    opened.show(realisticStory());
    expect(screen.queryByRole('alert')).toBeNull();
    expect(rows().length).toBeGreaterThan(20);
    await act(async () => {});
  });

  it('keeps old data with its age when the host fails', () => {
    vi.useFakeTimers();
    const opened = open(realisticStory());
    act(() => opened.peer.sendError('snapshot', new Error('The disk is full.')));
    act(() => void vi.advanceTimersByTime(65_000));
    expect(screen.getByRole('alert').textContent).toMatch(/The disk is full\..*, 1 m ago\./);
    expect(rows().length).toBeGreaterThan(20);
  });

  it('notices that the host went away', async () => {
    vi.useFakeTimers();
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('timeout')), milliseconds);
      return controller.signal;
    });
    const opened = open(realisticStory(true));
    opened.peer.dispose();
    await act(() => vi.advanceTimersByTimeAsync(17_000));
    expect(screen.getByRole('alert').textContent).toContain('The extension does not answer.');
  });
});

describe('what a person set up', () => {
  it('is kept without the data, and comes back', () => {
    const { twin } = open(realisticStory());
    fireEvent.click(rowOf('git commit'));
    typeFilter('git');
    expect(twin.state()).toEqual({ subject: 'session-1', selected: 'iteration-1-commit', detailsOpen: true, collapsed: [], filter: 'git', follow: undefined });
    page?.dispose();
    open(realisticStory(), twin.state() as object);
    expect(selectedName()).toBe('git commit');
    expect(screen.getByRole('complementary')).toBeTruthy();
  });

  it('is ignored when it is damaged', () => {
    open(realisticStory(), { selected: 4, collapsed: 'x', filter: {}, follow: 'yes', detailsOpen: 1 });
    expect(rows().length).toBeGreaterThan(20);
  });
});

describe('a host that sends nonsense', () => {
  it('does not cost the page what it shows', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { twin } = open(realisticStory());
    const shown = names();
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ type: fc.constantFrom('snapshot', 'response', 'error'), snapshot: fc.jsonValue(), id: fc.jsonValue(), error: fc.jsonValue(), ok: fc.boolean() })), (message) => {
        act(() => twin.transport.post(message));
        expect(names()).toEqual(shown);
      }),
      { numRuns: 50 },
    );
  });

  it('shows the steps that are right among damaged ones', () => {
    const { twin } = open(emptyStory());
    const good = { id: 'good', type: 'tool', name: 'Good', tsStart: 1, status: 'success' };
    const snapshot = {
      session: { id: 's', name: 'S', status: 'ready', agent: 'amp', branch: 'b', baseBranch: 'main' },
      totals: { spans: 1, errors: 0, tokensIn: 0, tokensOut: 0, costNano: 0, unknownCosts: 0, approximateCosts: 0 },
      iterations: [null, { id: 1 }],
      spans: [good, null, 7, { ...good, id: 'x', status: 'odd' }, { ...good, id: 'y', tsStart: 'now' }, { ...good, id: 'self', name: 'Self', parentId: 'self', tsEnd: -5 }],
      takenAt: 10,
    };
    act(() => twin.transport.post({ type: 'snapshot', snapshot }));
    expect(names()).toEqual(['Good', 'Self']);
  });

  it('shows names of any length and script', () => {
    open(hardNamesStory());
    expect(rowOf('قراءة').querySelector('.name')?.getAttribute('dir')).toBe('auto');
    expect(rowOf('🧾👩‍👩‍👧‍👦🇩🇪')).toBeTruthy();
    expect(rowOf('x'.repeat(195)).querySelector('.name')?.getAttribute('title')).toHaveLength(200);
  });
});

import '../webviewDom';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { releaseWorkflow, storyEdge, storyNode, storyWorkflow } from '../../support/webviewWorkflows';
import { openEditor, type EditorPage } from './editorHarness';
import { useQuietPage } from '../quietPage';

let page: EditorPage | undefined;

function open(...parameters: Parameters<typeof openEditor>): EditorPage {
  page = openEditor(...parameters);
  return page;
}

function tree(): HTMLElement {
  return screen.getByRole('tree', { name: 'Steps and their edges' });
}

function rows(): readonly string[] {
  return within(tree()).getAllByRole('treeitem').map((row) => `${row.getAttribute('aria-level') === '2' ? '  ' : ''}${row.querySelector('.tree-name')?.textContent ?? ''}`);
}

function press(...keys: readonly (string | KeyboardEventInit)[]): void {
  for (const key of keys) fireEvent.keyDown(tree(), typeof key === 'string' ? { key } : key);
}

function active(): string | null | undefined {
  return document.getElementById(tree().getAttribute('aria-activedescendant') ?? '')?.querySelector('.tree-name')?.textContent;
}

useQuietPage(() => {
  page?.dispose();
  page = undefined;
});

describe('tree of a workflow', () => {
  it('lists steps in the order in which they run, with their edges', () => {
    open(releaseWorkflow(), { state: { view: 'tree' } });
    expect(rows().slice(0, 9)).toEqual(['Start', '  → Implement', 'Implement', '  → Unit tests', 'Unit tests', '  passed → Review', '  failed, at most 3 times → Implement', 'Review', '  → Quality']);
    const loop = within(tree()).getAllByRole('treeitem')[6];
    expect(loop && within(loop).getByRole('img', { name: 'Leads back' })).toBeTruthy();
  });

  it('goes along edges and folds', () => {
    open(releaseWorkflow(), { state: { view: 'tree' } });
    press('Home', 'ArrowDown', 'ArrowRight');
    expect(active()).toBe('Implement');
    press('ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowRight');
    expect(active()).toBe('Implement');
    press('ArrowLeft');
    expect(rows().slice(2, 4)).toEqual(['Implement', 'Unit tests']);
    press('ArrowRight');
    expect(rows()[3]).toBe('  → Unit tests');
  });

  it('builds a workflow by keyboard alone', async () => {
    const editor = open(storyWorkflow(), { state: { view: 'tree', inspectorOpen: false } });
    fireEvent.click(screen.getByText('Add the first step'));
    expect(rows()).toEqual(['Start', '  → Agent', 'Agent', '  → End', 'End']);
    expect(active()).toBe('Agent');
    press('a');
    const add = screen.getByRole('combobox', { name: 'Add a step' });
    fireEvent.change(add, { target: { value: 'test' } });
    fireEvent.keyDown(add, { key: 'Enter' });
    expect(active()).toBe('Test');
    press('F2');
    const name = screen.getByLabelText('Name of Test');
    fireEvent.change(name, { target: { value: 'Unit tests' } });
    fireEvent.keyDown(name, { key: 'Enter' });
    press('c');
    const connect = screen.getByRole('combobox', { name: 'Connect to…' });
    expect(within(screen.getByRole('listbox')).getAllByRole('option').map((option) => option.textContent)).toEqual(['AgentAgent', 'EndEnd', 'Unit testsTest']);
    fireEvent.change(connect, { target: { value: 'end' } });
    fireEvent.keyDown(connect, { key: 'Enter' });
    expect(editor.workflow().edges.at(-1)).toEqual({ id: 'test-end', source: 'test', target: 'end', outcome: 'passed' });
    press('Home', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(active()).toBe('→ End');
    press('Delete');
    expect(editor.workflow().edges.map(({ id }) => id)).toEqual(['start-amp', 'amp-test', 'test-end']);
    press('End', 'Enter');
    expect(await screen.findByRole('complementary', { name: /inspector/i })).toBeTruthy();
  });
});

describe('states of the workflow editor', () => {
  it('says that a text is no JSON, and where', () => {
    const { actions } = open('{"nodes": ');
    expect(screen.getByRole('alert').textContent).toContain('release.json is not valid JSON');
    expect(screen.getByRole('alert').textContent).toContain('Line 3, column 7: A value is expected.');
    fireEvent.click(screen.getByText('Open as text'));
    expect(actions).toEqual(['openAsText:']);
  });

  it('keeps the graph while the text is no JSON for a moment, without changing anything', () => {
    const editor = open(storyWorkflow({ nodes: [storyNode('one', 'start', 0, 0)] }), { state: { view: 'tree', current: 'one', selection: { nodes: ['one'], edges: [], notes: [] } } });
    const text = editor.text();
    editor.write(text.slice(0, -2));
    expect(rows()).toEqual(['one']);
    expect(document.querySelector('.notice')?.textContent).toContain('not valid JSON at the moment (line 3, column 7');
    press('Delete', { key: 'x', ctrlKey: true });
    expect(editor.edits).toEqual([]);
    editor.write(text);
    expect(document.querySelector('.notice')).toBeNull();
    press('Delete');
    expect(editor.edits).toEqual(['Delete one']);
  });

  it('changes nothing that is read-only', () => {
    const editor = open(releaseWorkflow(), { part: { readOnly: 'It was written by a newer version.' }, state: { view: 'tree', current: 'test', selection: { nodes: ['test'], edges: [], notes: [] } } });
    expect(document.querySelector('.notice')?.textContent).toContain('Read-only: It was written by a newer version.');
    press('Delete', 'F2', 'a', 'c', { key: 'x', ctrlKey: true }, { key: 'v', ctrlKey: true }, { key: 'ArrowUp', altKey: true });
    expect(editor.edits).toEqual([]);
    expect(screen.queryByRole('combobox', { name: 'Add a step' })).toBeNull();
    expect(screen.queryByLabelText('Lay out')).toBeNull();
    press({ key: 'c', ctrlKey: true });
    expect(editor.clipboard.text).toContain('"test"');
  });

  it('shows the version that an execution runs', () => {
    const now = storyWorkflow({ nodes: [storyNode('one', 'start', 0, 0), storyNode('two', 'end', 300, 0)], edges: [storyEdge('one', 'two')] });
    const pinned = storyWorkflow({ nodes: [storyNode('one', 'start', 0, 0)] });
    open(now, { state: { view: 'tree' }, part: { execution: { id: 'e1', lastSeq: 0, owner: 'none', pinned, now: 1_000 } } });
    expect(rows()).toEqual(['one', '  → two', 'two']);
    fireEvent.click(screen.getByText('Show that version'));
    expect(rows()).toEqual(['one']);
    fireEvent.click(screen.getByText('Show the file'));
    expect(rows()).toHaveLength(3);
  });

  it('selects a step that was asked for elsewhere', async () => {
    const editor = open(releaseWorkflow(), { state: { view: 'tree', inspectorOpen: false } });
    editor.show({ reveal: 'approve' });
    expect(active()).toBe('Approve the merge');
    expect(await screen.findByDisplayValue('Approve the merge')).toBeTruthy();
  });

  it('says when the host stays silent, and asks it again', async () => {
    vi.useFakeTimers();
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('timeout')), milliseconds);
      return controller.signal;
    });
    const editor = open(undefined);
    await act(() => vi.advanceTimersByTimeAsync(16_000));
    expect(screen.getByRole('alert').textContent).toContain('does not answer');
    expect(editor.twin.posted.filter((message) => (message as { type: string }).type === 'ready').length).toBeGreaterThan(1);
  });

  it('begins as a tree on a narrow page, and keeps what was chosen', async () => {
    const wide = window.matchMedia;
    window.matchMedia = (media) => Object.assign(wide(media), { matches: media.includes('479') || media.includes('759') });
    try {
      const editor = open(releaseWorkflow());
      expect(tree()).toBeTruthy();
      fireEvent.click(screen.getByLabelText('Show as a tree'));
      expect(screen.getByRole('application')).toBeTruthy();
      expect(screen.queryByRole('complementary', { name: 'Steps to add' })).toBeNull();
      await waitFor(() => expect(editor.twin.state()).toMatchObject({ view: 'graph' }));
    } finally {
      window.matchMedia = wide;
    }
  });
});

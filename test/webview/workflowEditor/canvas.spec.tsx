import '../webviewDom';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { hardNamesWorkflow, longWorkflow, releaseWorkflow, storyEdge, storyNode, storyWorkflow } from '../../support/webviewWorkflows';
import { openEditor, type EditorPage } from './editorHarness';
import { useQuietPage } from '../quietPage';

let page: EditorPage | undefined;

function open(...parameters: Parameters<typeof openEditor>): EditorPage {
  page?.dispose();
  page = openEditor(...parameters);
  return page;
}

function canvas(): HTMLElement {
  return screen.getByRole('application');
}

function press(...keys: readonly (string | KeyboardEventInit)[]): void {
  for (const key of keys) fireEvent.keyDown(canvas(), typeof key === 'string' ? { key } : key);
}

function current(): string | undefined {
  return canvas().getAttribute('aria-activedescendant')?.slice('step-'.length);
}

function selected(): readonly string[] {
  return [...document.querySelectorAll('.step.selected')].map(({ id }) => id.slice('step-'.length));
}

function small(): ReturnType<typeof storyWorkflow> {
  return storyWorkflow({
    nodes: [storyNode('start', 'start', 0, 0), storyNode('implement', 'amp', 288, 0, { name: 'Implement', config: { prompt: 'Do it' } }), storyNode('test', 'test', 576, 0, { name: 'Test' }), storyNode('end', 'end', 864, 0)],
    edges: [storyEdge('start', 'implement'), storyEdge('implement', 'test'), storyEdge('test', 'end', { outcome: 'passed' })],
  });
}

const atStart = { viewport: { x: 0, y: 0, zoom: 1 }, current: 'implement', selection: { nodes: ['implement'], edges: [], notes: [] } };

useQuietPage(() => {
  page?.dispose();
  page = undefined;
});

describe('workflow graph', () => {
  it('draws steps with what they do, edges with what they are for, notes and groups', () => {
    open(releaseWorkflow(), { state: { viewport: { x: 0, y: 0, zoom: 0.4 } }, part: { issues: [{ severity: 'error', code: 'bad-expression', message: 'No such suite.', path: '/nodes/4', node: 'quality' }] } });
    expect(document.getElementById('step-implement')?.textContent).toBe('AgentImplementClaude Code · ${variables.task}');
    expect(document.getElementById('step-quality')?.getAttribute('aria-label')).toBe('Evaluate, Quality, full · at least 80, No such suite.');
    const edges = [...document.querySelectorAll('[data-edge]')];
    expect(edges.map((edge) => edge.getAttribute('data-edge'))).toContain('test-implement');
    expect(document.querySelector('[data-edge="test-implement"]')?.getAttribute('class')).toContain('way-back');
    expect(document.querySelector('[data-edge="test-implement"] text')?.textContent).toBe('failed · ≤ 3');
    expect(screen.getByRole('note').textContent).toContain('three rounds');
    expect(screen.getByRole('group', { name: 'Group Checks' })).toBeTruthy();
  });

  it('draws whatever the text says', () => {
    open(hardNamesWorkflow(), { state: { viewport: { x: 0, y: 0, zoom: 0.4 } } });
    expect(document.getElementById('step-later')?.textContent).toContain('This version does not know this type');
    open('{"nodes": [{"id": "a"}, {"id": "a"}, 7, {"id": "b", "position": {"x": "far"}}], "edges": [{"id": "e", "source": "a", "target": "nobody"}]}', { state: { viewport: { x: 0, y: 0, zoom: 1 } } });
    expect(document.getElementById('step-b')?.textContent).toContain('No type');
  });

  it('walks by arrows and opens by Enter', async () => {
    open(releaseWorkflow(), { state: { inspectorOpen: false, viewport: { x: 0, y: 0, zoom: 0.4 } } });
    press('ArrowRight');
    expect(current()).toBe('start');
    press('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
    expect(current()).toBe('quality');
    press('ArrowDown');
    expect(current()).toBe('review');
    press('ArrowLeft');
    expect(current()).toBe('fork');
    press('End');
    expect(current()).toBe('end');
    press('Home', { key: 'ArrowRight', shiftKey: true });
    expect(selected()).toEqual(['start', 'implement']);
    press('ArrowRight', 'Enter');
    expect(await screen.findByDisplayValue('Unit tests')).toBeTruthy();
  });

  it('adds after the current step, connects it and undoes both at once', () => {
    const editor = open(small(), { state: atStart });
    const before = editor.text();
    press('a');
    const field = screen.getByRole('combobox', { name: 'Add a step' });
    fireEvent.change(field, { target: { value: 'appr' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(editor.edits).toEqual(['Add Approval']);
    expect(editor.workflow().edges.at(-1)).toEqual({ id: 'implement-approval', source: 'implement', target: 'approval' });
    expect(editor.workflow().nodes.at(-1)).toEqual({ id: 'approval', type: 'approval', name: 'Approval', config: { message: 'Go on?' }, position: { x: 576, y: expect.any(Number) as number } });
    expect(selected()).toEqual(['approval']);
    press({ key: 'z', ctrlKey: true });
    expect(editor.text()).toBe(before);
    press({ key: 'y', ctrlKey: true });
    expect(editor.workflow().nodes).toHaveLength(5);
  });

  it('keeps keys that are its own from the workbench, and no others', () => {
    open(small(), { state: atStart });
    const reached: string[] = [];
    const listen = (event: KeyboardEvent): void => void reached.push(event.key);
    window.addEventListener('keydown', listen);
    press({ key: 'z', ctrlKey: true }, { key: 'c', ctrlKey: true }, 'Delete', { key: 'p', ctrlKey: true }, { key: 's', ctrlKey: true }, 'F1', { key: 'ArrowLeft', ctrlKey: true }, { key: 'P', ctrlKey: true, shiftKey: true }, 'Tab');
    window.removeEventListener('keydown', listen);
    expect(reached).toEqual(['p', 's', 'F1', 'ArrowLeft', 'P', 'Tab']);
  });

  it('connects by keyboard, bounds a loop and says why something cannot be', () => {
    const editor = open(small(), { state: { ...atStart, current: 'test', selection: { nodes: ['test'], edges: [], notes: [] } } });
    press('c');
    expect(document.querySelector('.message')?.textContent).toContain('Connect Test to end');
    press('ArrowLeft', 'ArrowLeft');
    expect(document.querySelector('.step.target')?.id).toBe('step-implement');
    press('Enter');
    expect(editor.workflow().edges.at(-1)).toEqual({ id: 'test-implement', source: 'test', target: 'implement', outcome: 'failed', maxTraversals: 3 });
    press('Escape', 'Home', 'c', 'ArrowLeft', 'Enter');
    expect(editor.edits).toEqual(['Connect Test to Implement']);
    expect(document.querySelector('.message')?.textContent).toBe('They are connected already.');
  });

  it('walks the edges of a step and goes to their ends', async () => {
    open(small(), { state: { ...atStart, inspectorOpen: false } });
    const said = (): string | null | undefined => document.querySelector('.message')?.textContent;
    press('e');
    expect(said()).toBe('Edge from Implement to Test.');
    press('ArrowDown');
    expect(said()).toBe('Edge from start to Implement.');
    press('ArrowUp', 'ArrowRight');
    expect(selected()).toEqual(['test']);
    press('e', 'Enter');
    await waitFor(() => expect((document.activeElement as HTMLInputElement).labels?.[0]?.textContent).toBe('Outcome'));
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
    expect(document.activeElement).toBe(canvas());
  });

  it('groups and ungroups by keyboard, and writes a note', () => {
    const editor = open(small(), { state: atStart });
    press({ key: 'ArrowRight', shiftKey: true }, 'g', 'F2');
    const field = screen.getByLabelText('Name of the group');
    fireEvent.change(field, { target: { value: 'Checks' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(editor.workflow().groups).toEqual([{ id: 'group', name: 'Checks', nodes: ['implement', 'test'] }]);
    press('g');
    expect(editor.workflow().groups ?? []).toEqual([]);
    press('n');
    const note = screen.getByLabelText('Text of the note');
    fireEvent.change(note, { target: { value: 'Mind the step' } });
    fireEvent.keyDown(note, { key: 'Enter', ctrlKey: true });
    expect(editor.workflow().notes?.[0]?.text).toBe('Mind the step');
  });

  it('renames, deletes with edges, and moves by the grid', () => {
    const editor = open(small(), { state: atStart });
    press('F2');
    const field = screen.getByLabelText('Name of Implement');
    fireEvent.change(field, { target: { value: 'Build it' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(editor.workflow().nodes[1]?.name).toBe('Build it');
    expect(document.activeElement).toBe(canvas());
    press({ key: 'ArrowDown', altKey: true }, { key: 'ArrowRight', altKey: true });
    expect(editor.workflow().nodes[1]?.position).toEqual({ x: 304, y: 16 });
    press('Delete');
    expect(editor.edits).toEqual(['Rename', 'Move', 'Move', 'Delete Build it']);
    expect(editor.workflow().edges.map(({ id }) => id)).toEqual(['test-end']);
    expect(current()).toBe('start');
  });

  it('copies between files with new ids, also where expressions name them', async () => {
    const clipboard = { text: '' };
    open(storyWorkflow({ nodes: [storyNode('test', 'test', 0, 0), storyNode('check', 'condition', 288, 0, { config: { expression: "nodes.test.output.failed > 0 && nodes['test'].pass < 3" } })], edges: [storyEdge('test', 'check', { condition: 'nodes.test.pass > 1' })] }), { clipboard, state: { viewport: { x: 0, y: 0, zoom: 1 } } });
    press({ key: 'a', ctrlKey: true }, { key: 'c', ctrlKey: true });
    expect(clipboard.text).toContain('ampOrchestrator.workflow/1');
    const target = open(small(), { clipboard, state: atStart });
    press({ key: 'v', ctrlKey: true });
    await waitFor(() => expect(target.edits).toEqual(['Paste']));
    expect(target.workflow().nodes.slice(4).map(({ id, config }) => ({ id, config }))).toEqual([
      { id: 'test2', config: {} },
      { id: 'check', config: { expression: "nodes.test2.output.failed > 0 && nodes['test2'].pass < 3" } },
    ]);
    expect(target.workflow().edges.at(-1)).toEqual({ id: 'test-check', source: 'test2', target: 'check', condition: 'nodes.test2.pass > 1' });
    expect(selected()).toEqual(['test2', 'check']);
    clipboard.text = 'something else';
    press({ key: 'v', ctrlKey: true });
    await waitFor(() => expect(document.querySelector('.message')?.textContent).toContain('The clipboard holds no steps'));
    press({ key: 'x', ctrlKey: true });
    expect(target.workflow().nodes).toHaveLength(4);
  });

  it('finds steps', () => {
    open(releaseWorkflow(), { state: atStart });
    press('/');
    const field = screen.getByRole('combobox', { name: 'Search steps' });
    fireEvent.change(field, { target: { value: 'main' } });
    expect(within(screen.getByRole('listbox')).getAllByRole('option').map((option) => option.textContent)).toEqual(['Approve the mergeMerge this into main? · 2 people']);
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(current()).toBe('approve');
  });

  it('lays out with one edit', async () => {
    const editor = open(small(), { state: atStart });
    fireEvent.click(screen.getByLabelText('Lay out'));
    await waitFor(() => expect(editor.edits).toEqual(['Lay out']), { timeout: 5_000 });
    expect(editor.actions).toEqual(['layout:4 nodes, 3 edges']);
    expect(editor.workflow().nodes.map(({ position }) => position.x)).toEqual([0, 300, 600, 900]);
  });

  it('adds from the palette, notes and groups', () => {
    const editor = open(small(), { state: { viewport: { x: 0, y: 0, zoom: 1 }, paletteOpen: true } });
    fireEvent.click(within(screen.getByRole('complementary', { name: 'Steps to add' })).getByText('Wait'));
    expect(editor.workflow().nodes.at(-1)).toMatchObject({ id: 'wait', type: 'wait', name: 'Wait', config: { durationMs: 60_000 } });
    expect(screen.queryByRole('button', { name: 'Start' })).toBeNull();
    fireEvent.click(screen.getByLabelText('Add a note'));
    expect(editor.workflow().notes).toEqual([expect.objectContaining({ id: 'note', text: '' })]);
    press({ key: 'a', ctrlKey: true });
    fireEvent.click(screen.getByLabelText('Group the selected steps'));
    expect(editor.workflow().groups).toEqual([{ id: 'group', name: 'Group', nodes: ['start', 'implement', 'test', 'end', 'wait'] }]);
  });

  it('keeps a node where it was moved to until the text says so', () => {
    const editor = open(small(), { state: atStart });
    const place = (): string => document.getElementById('step-implement')?.parentElement?.style.transform ?? '';
    editor.holdEdits();
    press({ key: 'ArrowDown', altKey: true });
    expect(place()).toBe('translate(288px,16px)');
    editor.show();
    expect(place()).toBe('translate(288px,16px)');
    editor.write(editor.text().replace('"Test"', '"Check"'));
    expect(document.getElementById('step-test')?.textContent).toContain('Check');
    expect(place()).toBe('translate(288px,0px)');
  });

  it('draws only what changed', () => {
    const editor = open(longWorkflow(60), { state: { viewport: { x: 0, y: 0, zoom: 0.2 }, inspectorOpen: false } });
    const elements = [...document.querySelectorAll('.step')];
    const renamed = editor.workflow();
    const changes: Node[] = [];
    const observer = new MutationObserver((records) => changes.push(...records.map(({ target }) => target)));
    observer.observe(canvas(), { subtree: true, childList: true, characterData: true, attributes: true });
    editor.write(JSON.stringify({ ...renamed, nodes: renamed.nodes.map((node) => (node.id === 'step7' ? { ...node, name: 'Other' } : node)) }));
    const touched = new Set([...changes, ...observer.takeRecords().map(({ target }) => target)].map((target) => (target instanceof Element ? target : target.parentElement)?.closest('.step')?.id).filter((id) => id !== undefined));
    observer.disconnect();
    expect([...touched]).toEqual(['step-step7']);
    expect([...document.querySelectorAll('.step')]).toEqual(elements);
  });
});

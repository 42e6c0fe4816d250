import '../webviewDom';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { hardNamesWorkflow, releaseWorkflow, storyEdge, storyNode, storyWorkflow } from '../../support/webviewWorkflows';
import { openPanel, type PanelPage } from './panelHarness';
import { useQuietPage } from '../quietPage';

let page: PanelPage | undefined;

function open(...parts: Parameters<typeof openPanel>): PanelPage {
  page = openPanel(...parts);
  return page;
}

function openNode(id: string, definition: unknown = releaseWorkflow()): PanelPage {
  return open(definition, {}, { nodes: [id] });
}

function field<T extends HTMLElement = HTMLTextAreaElement>(label: string): T {
  const [first] = within(screen.getByRole('complementary', { name: 'Inspector' })).getAllByLabelText<T>(new RegExp(`^${label}( \\*)?$`));
  return first ?? expect.unreachable(label);
}

function type(element: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  fireEvent.focus(element);
  fireEvent.change(element, { target: { value: text } });
}

function write(label: string, text: string): void {
  const element = field(label);
  type(element, text);
  fireEvent.blur(element);
}

function button(name: string | RegExp): HTMLElement {
  return [...document.querySelectorAll<HTMLElement>('vscode-button, button')].find((element) => [element.textContent?.trim(), element.getAttribute('aria-label')].some((text) => text && (typeof name === 'string' ? text === name : name.test(text)))) ?? expect.unreachable(`no button ${String(name)}`);
}

useQuietPage(() => {
  page?.dispose();
  page = undefined;
});

describe('inspector of a node', () => {
  it('shows what the file says, and the choices there are', () => {
    openNode('implement');
    expect(field('Prompt').value).toBe('${variables.task}\nKeep the public API.');
    expect(field<HTMLSelectElement>('Agent').value).toBe('claudeCode');
    expect([...field<HTMLSelectElement>('Agent').options].map(({ text }) => text).slice(0, 3)).toEqual(['Default', 'Amp', 'Claude Code']);
    expect(field('Budget in dollars').value).toBe('');
  });

  it('writes each change as one edit that leaves everything else as it is', () => {
    const { text, edits, thing } = openNode('implement');
    const before = text();
    write('Prompt', 'Do it.');
    expect(edits).toEqual(['Change prompt']);
    expect(text()).toBe(before.replace(JSON.stringify('${variables.task}\nKeep the public API.'), '"Do it."'));
    fireEvent.change(field('Agent'), { target: { value: 'codex' } });
    write('Name', 'Build');
    expect(thing('implement')).toMatchObject({ name: 'Build', config: { agent: 'codex', prompt: 'Do it.' } });
    expect(edits).toHaveLength(3);
  });

  it('leaves VS Code its keys, and keeps those that edit a text', () => {
    openNode('implement');
    const reached: string[] = [];
    const hear = ({ key }: KeyboardEvent): number => reached.push(key);
    window.addEventListener('keydown', hear);
    for (const event of [{ key: 'F1' }, { key: 'p', ctrlKey: true }, { key: 'Tab' }, { key: 'z', ctrlKey: true }, { key: 'Z', ctrlKey: true, shiftKey: true }, { key: 'a', ctrlKey: true }, { key: 'a' }, { key: 'Delete' }]) fireEvent.keyDown(field('Prompt'), event);
    window.removeEventListener('keydown', hear);
    expect(reached).toEqual(['F1', 'p', 'Tab']);
  });

  it('takes a line by Enter, and gives it up by Escape', () => {
    const { edits, thing } = openNode('implement');
    type(field('Model'), 'claude-opus-4-5');
    fireEvent.keyDown(field('Model'), { key: 'Enter' });
    expect(thing('implement')['config']).toMatchObject({ model: 'claude-opus-4-5' });
    type(field('Model'), 'gpt');
    fireEvent.keyDown(field('Model'), { key: 'Escape' });
    expect(field('Model').value).toBe('claude-opus-4-5');
    fireEvent.blur(field('Model'));
    expect(edits).toEqual(['Change model']);
    fireEvent.keyDown(field('Model'), { key: 'Escape' });
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('takes what was typed when something else is selected meanwhile', () => {
    const { select, thing } = openNode('implement');
    type(field('Prompt'), 'Typed, and never left.');
    select({ nodes: ['test'] });
    expect(thing('implement')['config']).toMatchObject({ prompt: 'Typed, and never left.' });
  });

  it('keeps what is being typed when others change the file, and shows their change elsewhere', () => {
    const { show } = openNode('implement');
    type(field('Prompt'), 'In the midst of it');
    show({ documentVersion: 9, workflow: { ...releaseWorkflow(), nodes: [storyNode('implement', 'amp', 0, 0, { name: 'Renamed', config: { prompt: 'Theirs', agent: 'gemini' } })] } });
    expect(field('Prompt').value).toBe('In the midst of it');
    expect(field('Name').value).toBe('Renamed');
    expect(field<HTMLSelectElement>('Agent').value).toBe('gemini');
  });

  it('goes back to what the file says when the change was refused', async () => {
    const { refuseEdits } = openNode('implement');
    refuseEdits();
    write('Model', 'x');
    await waitFor(() => expect(field('Model').value).toBe(''));
  });

  it('refuses numbers that do not fit, and says why', () => {
    const { edits, thing } = openNode('approve');
    type(field('People who must approve'), '0');
    expect(screen.getByText('At least 1.')).toBeTruthy();
    expect(field('People who must approve').getAttribute('aria-invalid')).toBe('true');
    fireEvent.blur(field('People who must approve'));
    type(field('People who must approve'), '1.5');
    expect(screen.getByText('A whole number is needed.')).toBeTruthy();
    fireEvent.blur(field('People who must approve'));
    expect(edits).toEqual([]);
    write('People who must approve', '3');
    expect(thing('approve')['config']).toMatchObject({ quorum: 3 });
  });

  it('takes durations as people write them', () => {
    const { thing } = openNode('approve');
    write('Timeout', '1h30m');
    expect(thing('approve')['config']).toMatchObject({ timeoutMs: 5_400_000 });
    expect(field('Timeout').value).toBe('1 h 30 m');
  });

  it('takes a default out of the file when it is reset', () => {
    const { thing } = openNode('approve');
    fireEvent.click(button('Reset people who must approve'));
    expect(thing('approve')['config']).toEqual({ message: 'Merge this into main?' });
    expect(field('People who must approve').getAttribute('placeholder')).toBe('Default: 1');
  });

  it('edits the program and its arguments by lines', () => {
    const { thing } = openNode('test');
    expect(field('Command').value).toBe('npm\ntest');
    write('Command', 'npm\nrun\n\n test:unit ');
    expect(thing('test')['config']).toEqual({ command: ['npm', 'run', 'test:unit'] });
    write('Command', '');
    expect(thing('test')['config']).toEqual({});
  });

  it('joins paths by a word or a number', () => {
    const { thing } = openNode('join');
    fireEvent.change(field('Wait for'), { target: { value: 'any' } });
    expect(thing('join')['config']).toMatchObject({ join: 'any' });
    fireEvent.change(field('Wait for'), { target: { value: '#' } });
    write('Wait for: how many', '2');
    expect(thing('join')['config']).toMatchObject({ join: 2 });
    fireEvent.change(field('Wait for'), { target: { value: '' } });
    expect(thing('join')['config']).toEqual({ failure: 'settle' });
  });

  it('lets an expression choose the agent', () => {
    const { thing } = openNode('implement');
    fireEvent.change(field('Agent'), { target: { value: '${}' } });
    type(field('Agent: expression'), 'variables.task');
    expect(screen.getByText('An expression in ${…} is needed.')).toBeTruthy();
    write('Agent: expression', '${variables.task}');
    expect(thing('implement')['config']).toMatchObject({ agent: '${variables.task}' });
    expect(field<HTMLSelectElement>('Agent').selectedOptions[0]?.text).toBe('By an expression');
    fireEvent.change(field('Agent'), { target: { value: 'amp' } });
    expect(thing('implement')['config']).toMatchObject({ agent: 'amp' });
  });

  it('sets retries with what they need, and takes the whole policy out again', () => {
    const { thing } = openNode('implement');
    expect(screen.queryByLabelText('Growth of the wait')).toBeNull();
    write('Retries', '3');
    expect(thing('implement')['retry']).toEqual({ max: 3 });
    write('Wait before the first retry', '2 s');
    expect(thing('implement')['retry']).toEqual({ max: 3, backoffMs: 2_000 });
    write('Timeout of each attempt', '10 m');
    expect(thing('implement')['attemptTimeoutMs']).toBe(600_000);
    fireEvent.click(button('Reset retries'));
    expect(thing('implement')['retry']).toBeUndefined();
  });

  it('assigns variables and pins an output', () => {
    const { thing } = openNode('test');
    type(field('Set when it is done: new name'), 'log');
    fireEvent.keyDown(field('Set when it is done: new name'), { key: 'Enter' });
    write('log', 'output.text');
    expect(thing('test')['assign']).toEqual({ log: 'output.text' });
    fireEvent.click(button('Remove log'));
    expect(thing('test')['assign']).toBeUndefined();
    fireEvent.change(field('Outcome in trial runs'), { target: { value: 'failed' } });
    write('Output', '{"exitCode": 1}');
    expect(thing('test')['pinned']).toEqual({ outcome: 'failed', output: { exitCode: 1 } });
    type(field('Output'), '{');
    expect(screen.getByText(/^This is no JSON/)).toBeTruthy();
    fireEvent.change(field('Outcome in trial runs'), { target: { value: '' } });
    expect(thing('test')['pinned']).toBeUndefined();
  });

  it('keeps the kinds of values by name', () => {
    const { thing } = openNode('sub', storyWorkflow({ nodes: [storyNode('sub', 'workflow', 0, 0, { config: { workflow: 'other', variables: { count: 3, title: '3' } } })] }));
    expect(field('count').value).toBe('3');
    expect(field('title').value).toBe('"3"');
    write('count', '4');
    write('title', 'four');
    expect(thing('sub')['config']).toEqual({ workflow: 'other', variables: { count: 4, title: 'four' } });
  });

  it('offers the names of suites and workflows', () => {
    openNode('quality');
    expect([...document.querySelectorAll('datalist option')].map((option) => option.getAttribute('value'))).toEqual(['full', 'quick']);
  });

  it('lists the problems of the node and marks their fields', () => {
    const { show } = openNode('approve', { ...releaseWorkflow(), nodes: releaseWorkflow().nodes.map((node) => (node.id === 'approve' ? { ...node, config: { quorum: 99 } } : node)) });
    const problems = screen.getByRole('region', { name: 'Problems' });
    expect(problems.textContent).toMatch(/message/i);
    expect(field('People who must approve').getAttribute('aria-invalid')).toBe('true');
    expect(field('Message').getAttribute('aria-invalid')).toBe('true');
    expect(field('Name').getAttribute('aria-invalid')).toBe('false');
    show({ issues: [] });
    expect(screen.queryByRole('region', { name: 'Problems' })).toBeNull();
  });

  it('changes the id where edges and expressions speak of it', () => {
    const { thing, text } = openNode('implement');
    type(field('Id'), 'test');
    expect(screen.getByText('Another node has this id.')).toBeTruthy();
    write('Id', 'build');
    expect(thing('start-implement')).toMatchObject({ target: 'build' });
    expect(text()).toContain('${nodes.build.session}');
    expect(field('Id').value).toBe('build');
  });

  it('can change nothing where the file is read-only', () => {
    open(releaseWorkflow(), { readOnly: 'Bundled workflows cannot be changed.' }, { nodes: ['approve'] });
    expect(screen.getByLabelText('Read-only: Bundled workflows cannot be changed.')).toBeTruthy();
    const controls = [...document.querySelectorAll<HTMLInputElement>('.inspector :is(input:not([slot]), select, textarea)')];
    expect(controls.length).toBeGreaterThan(5);
    expect(controls.filter(({ disabled, readOnly }) => !disabled && !readOnly)).toEqual([]);
    expect(screen.queryByLabelText(/^Reset/)).toBeNull();
  });

  it('shows a node of an unknown type as it is written', () => {
    const { actions } = openNode('later', hardNamesWorkflow());
    expect(screen.getByLabelText('JSON').textContent).toContain('"type": "telepathy"');
    fireEvent.click(button('Open as text'));
    expect(actions[0]).toMatch(/^openAsText:\{"offset":\d+\}$/);
  });

  it('deletes what is selected, with its edges, and offers that in nothing that is read-only', () => {
    const { workflow } = openNode('approve');
    fireEvent.click(button('Delete'));
    const left = workflow();
    expect(left.nodes.map(({ id }) => id)).not.toContain('approve');
    expect(left.edges.filter(({ source, target }) => source === 'approve' || target === 'approve')).toEqual([]);
    expect(screen.queryByLabelText('Delete')).toBeNull();
    page?.dispose();
    open(releaseWorkflow(), { readOnly: 'Bundled workflows cannot be changed.' }, { nodes: ['approve'] });
    expect(screen.queryByLabelText('Delete')).toBeNull();
  });

  it('runs a step alone, and from it on where an execution is shown', () => {
    const { actions } = openNode('test');
    fireEvent.click(button('Run only this step'));
    expect(actions).toEqual(['run:{"mode":"node","node":"test"}']);
    expect(button(/^Show an execution first/).hasAttribute('disabled')).toBe(true);
  });
});

describe('expressions in the inspector', () => {
  function openCondition(): PanelPage {
    return open(storyWorkflow({ variables: { round: { type: 'number' }, rounds: { type: 'number' } }, nodes: [storyNode('start', 'start', 0, 0), storyNode('ask', 'condition', 0, 0, { config: { expression: 'true' } })], edges: [storyEdge('start', 'ask')] }), {}, { nodes: ['ask'] });
  }

  it('are checked while they are typed', async () => {
    openCondition();
    type(field('Expression'), 'variables.round <');
    expect((await screen.findByTitle('Select the place')).textContent).not.toBe('');
    expect(field('Expression').className).toContain('squiggle');
    type(field('Expression'), 'variables.round < 3');
    await waitFor(() => expect(screen.queryByTitle('Select the place')).toBeNull());
    expect(field('Expression').getAttribute('aria-invalid')).toBe('false');
  });

  it('are completed by keyboard', async () => {
    const { thing } = openCondition();
    const area = field('Expression');
    type(area, 'variables.ro');
    area.setSelectionRange(12, 12);
    fireEvent.keyDown(area, { key: ' ', ctrlKey: true });
    const list = await screen.findByRole('listbox', { name: 'Completions' });
    expect(within(list).getAllByRole('option').map((option) => option.querySelector('.completion-label')?.textContent)).toEqual(['round', 'rounds']);
    fireEvent.keyDown(area, { key: 'ArrowDown' });
    expect(area.getAttribute('aria-activedescendant')).toBe(within(list).getAllByRole('option')[1]?.id);
    fireEvent.keyDown(area, { key: 'Enter' });
    expect(area.value).toBe('variables.rounds');
    expect(screen.queryByRole('listbox')).toBeNull();
    fireEvent.keyDown(area, { key: 'Enter' });
    expect(thing('ask')['config']).toEqual({ expression: 'variables.rounds' });
  });

  it('are left by Escape one thing at a time', async () => {
    openCondition();
    const area = field('Expression');
    type(area, 'nodes.');
    area.setSelectionRange(6, 6);
    fireEvent.keyDown(area, { key: ' ', ctrlKey: true });
    await screen.findByRole('listbox');
    fireEvent.keyDown(area, { key: 'Escape' });
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(area.value).toBe('nodes.');
    fireEvent.keyDown(area, { key: 'Escape' });
    expect(area.value).toBe('true');
    fireEvent.keyDown(area, { key: 'Escape' });
    expect(screen.getByText('closed')).toBeTruthy();
  });

  it('are opened in an editor of their own', () => {
    const { actions } = open(storyWorkflow({ nodes: [storyNode('code', 'script', 0, 0, { config: { source: '() => 1' } })] }), {}, { nodes: ['code'] });
    fireEvent.click(button('Open source in an editor'));
    expect(actions).toEqual(['openField:{"node":"code","path":["config","source"],"kind":"script"}']);
  });
});

describe('inspector of other things', () => {
  it('says when an edge is taken', () => {
    const { thing } = open(releaseWorkflow(), {}, { edges: ['test-fork'] });
    expect([...field<HTMLSelectElement>('Outcome').options].map(({ text }) => text)).toEqual(['Any that is not negative', 'passed', 'failed']);
    fireEvent.change(field('Outcome'), { target: { value: '' } });
    write('Condition', 'output.exitCode === 0');
    write('Most times in one execution', '3');
    fireEvent.click(field('Otherwise'));
    expect(thing('test-fork')).toEqual({ id: 'test-fork', source: 'test', target: 'fork', condition: 'output.exitCode === 0', maxTraversals: 3, otherwise: true });
    fireEvent.click(field('Otherwise'));
    expect(thing('test-fork')).not.toHaveProperty('otherwise');
    fireEvent.click(button('From Unit tests'));
    expect(field('Name').value).toBe('Unit tests');
  });

  it('takes any text as the outcome of a condition', () => {
    const { thing } = open(storyWorkflow({ nodes: [storyNode('ask', 'condition', 0, 0), storyNode('end', 'end', 0, 0)], edges: [storyEdge('ask', 'end')] }), {}, { edges: ['ask-end'] });
    write('Outcome', 'maybe');
    expect(thing('ask-end')).toMatchObject({ outcome: 'maybe' });
  });

  it('is about the workflow when nothing is selected', () => {
    const { workflow } = open(releaseWorkflow());
    write('Description', 'From a task to main.');
    write('Budget in dollars', '2.5');
    type(field('Name of a new variable'), '1st');
    expect(button(/^Letters, digits/).hasAttribute('disabled')).toBe(true);
    type(field('Name of a new variable'), 'branch');
    fireEvent.keyDown(field('Name of a new variable'), { key: 'Enter' });
    expect(workflow()).toMatchObject({ description: 'From a task to main.', budgetUSD: 2.5, variables: { branch: { type: 'string' } } });
    const branch = screen.getByText('branch').closest('details') ?? expect.unreachable('no variable');
    fireEvent.change(within(branch).getByLabelText(/^Type/), { target: { value: 'number' } });
    const standard = within(branch).getByLabelText('Default');
    fireEvent.change(standard, { target: { value: '3' } });
    fireEvent.blur(standard);
    expect(workflow().variables?.['branch']).toEqual({ type: 'number', default: 3 });
    fireEvent.click([...branch.querySelectorAll('vscode-button')].find((element) => element.textContent?.includes('Remove variable')) ?? expect.unreachable('no button'));
    expect(workflow().variables).toEqual({ task: { type: 'string', required: true } });
  });

  it('groups and deletes several', () => {
    const { workflow, edits } = open(releaseWorkflow(), {}, { nodes: ['implement', 'test'], edges: ['implement-test'] });
    expect(screen.getByText('2 nodes, 1 edge selected.')).toBeTruthy();
    fireEvent.click(button('Group'));
    expect(workflow().groups?.at(-1)).toEqual({ id: 'group', name: 'Group', nodes: ['implement', 'test'] });
    page?.select({ nodes: ['implement', 'test'], edges: ['implement-test'] });
    fireEvent.click(button('Delete'));
    expect(edits).toHaveLength(2);
    expect(workflow().nodes.map(({ id }) => id)).not.toContain('test');
    expect(workflow().edges.filter(({ source, target }) => [source, target].includes('implement'))).toEqual([]);
  });

  it('edits a note', () => {
    const { workflow } = open(releaseWorkflow(), {}, { notes: ['note'] });
    write('Text', 'Short.');
    expect(workflow().notes?.[0]?.text).toBe('Short.');
  });
});

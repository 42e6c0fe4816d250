import { describe, expect, it } from 'vitest';
import { validator } from '../../../src/protocol/validate';
import { WorkflowEditorHostMessage, WorkflowEditorPageMessage } from '../../../src/protocol/workflowEditor';

const check = validator(WorkflowEditorPageMessage);
const edit = (...operations: unknown[]): object => ({ type: 'action', action: 'edit', params: { operations, label: 'Move' } });
const sha256 = 'a'.repeat(64);

describe('messages of the workflow editor', () => {
  it.each([
    { type: 'ready' },
    edit({ kind: 'move', list: 'nodes', id: 'a', position: { x: 1.5, y: -2 } }),
    edit({ kind: 'add', list: 'edges', value: { id: 'e', source: 'a', target: 'b' } }, { kind: 'remove', list: 'nodes', id: 'a' }),
    edit({ kind: 'set', list: 'nodes', id: 'a', path: ['config', 'command', 0], value: null }, { kind: 'set', list: 'nodes', id: 'a', path: ['retry'] }),
    edit({ kind: 'rename', id: 'a', to: 'b' }, { kind: 'setWorkflow', path: ['variables', 'v'], value: {} }),
    { type: 'request', id: 1, resource: 'events', params: { execution: 'e', after: 0 } },
    { type: 'request', id: 1, resource: 'layout', params: { nodes: [{ id: 'a', width: 180, height: 60 }], edges: [{ source: 'a', target: 'b' }] } },
    { type: 'request', id: 1, resource: 'complete', params: { text: 'nodes.', offset: 6, kind: 'expression' } },
    { type: 'request', id: 1, resource: 'artifact', params: { sha256 } },
    { type: 'action', action: 'openField', params: { node: 'a', path: ['config', 'prompt'], kind: 'template' } },
    { type: 'action', action: 'showExecution', params: {} },
    { type: 'action', action: 'decide', params: { execution: 'e', approval: 'a', decision: 'approved', hash: 'h', comment: '' } },
    { type: 'action', action: 'answer', params: { execution: 'e', step: 'a#1', answer: 'done' } },
  ])('takes %j', (message) => {
    expect(check(message)).toMatchObject({ ok: true });
  });

  it.each([
    edit(),
    edit({ kind: 'move', list: 'edges', id: 'a', position: { x: 0, y: 0 } }),
    edit({ kind: 'move', list: 'nodes', id: 'a', position: { x: '0', y: 0 } }),
    edit({ kind: 'set', list: 'nodes', id: 'a', path: [], value: 1 }),
    edit({ kind: 'set', list: 'variables', id: 'a', path: ['x'], value: 1 }),
    edit({ kind: 'replaceAll', text: '' }),
    edit(...Array.from({ length: 5001 }, () => ({ kind: 'remove', list: 'nodes', id: 'a' }))),
    { type: 'action', action: 'edit', params: { operations: [{ kind: 'remove', list: 'nodes', id: 'a' }] } },
    { type: 'request', id: 1, resource: 'events', params: { execution: 'e', after: -1 } },
    { type: 'request', id: 1, resource: 'artifact', params: { sha256: '../../x' } },
    { type: 'action', action: 'decide', params: { execution: 'e', approval: 'a', decision: 'maybe', hash: 'h' } },
    { type: 'action', action: 'openField', params: { node: 'a', path: [0], kind: 'template' } },
    { type: 'action', action: 'run', params: { mode: 'twice' } },
    { type: 'action', action: 'showLog', params: { file: '/x' } },
  ])('refuses %#', (message) => {
    expect(check(message).ok).toBe(false);
  });

  it('answers each request with a shape of its own', () => {
    const answer = validator(WorkflowEditorHostMessage);
    const results: unknown[] = [[], [{ type: 'execution.adopted', seq: 1 }], [{ id: 'a', x: 0, y: 16 }], { problems: [{ message: 'm', offset: 0, length: 1 }] }, { from: 6, items: [{ label: 'a', kind: 'node' }] }, { value: null }, { text: '' }];
    for (const result of results) expect(answer({ type: 'response', id: 1, ok: true, result })).toMatchObject({ ok: true });
    expect(answer({ type: 'response', id: 1, ok: true, result: 7 }).ok).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { startFold } from '../../../../src/model/workflow/fold/fold';
import { buildGraph } from '../../../../src/model/workflow/graph';
import type { WorkflowDefinition } from '../../../../src/model/workflow/definition';
import type { ExecutionRecord } from '../../../../src/orchestrator';
import { WorkflowEditorSnapshotSchema } from '../../../../src/protocol/workflowEditor';
import { validator } from '../../../../src/protocol/validate';
import { parsedText } from '../../../../src/vscode/editors/parsedText';
import { isSameWork, liveExecution, workflowId, workflowSnapshot, type SnapshotParts } from '../../../../src/vscode/editors/workflowSnapshot';

const check = validator(WorkflowEditorSnapshotSchema);
const definition: WorkflowDefinition = { id: 'w', name: 'W', nodes: [{ id: 'start', type: 'start', name: 'Start', config: {}, position: { x: 0, y: 0 } }], edges: [] };
const record: ExecutionRecord = { id: 'e1', workflow: 'w', name: 'W', definition: 'h', status: 'running', startedAt: 1000, by: 'Ada', host: 'editor', owner: 'here', epoch: 1, lastSeq: 3, openApprovals: 0 };
const { state } = startFold(buildGraph(definition), 'e1');
const parts: SnapshotParts = {
  documentVersion: 3,
  fileName: 'w.json',
  parsed: parsedText(JSON.stringify(definition)),
  placeAt: (offset) => ({ line: 1, column: offset + 1 }),
  read: { issues: [{ severity: 'warning', code: 'unused', message: 'Unused.', path: '/variables/x', offset: 4, length: 2 }] },
  known: { agents: ['amp'], suites: [], evaluators: [], workflows: [{ id: 'w', name: 'W' }] },
  executions: [record],
  now: 5000,
};

describe('what the workflow editor is sent', () => {
  it('is what the page expects', () => {
    const snapshot = workflowSnapshot({ ...parts, shown: { record, state, definition, pending: [] }, reveal: 'start' });
    expect(check(snapshot)).toMatchObject({ ok: true });
    expect(snapshot).toMatchObject({ workflow: definition, execution: { id: 'e1', lastSeq: 0, owner: 'here', now: 5000 }, executions: [{ id: 'e1', spent: {} }], reveal: 'start' });
    expect(snapshot.execution).not.toHaveProperty('pinned');
    expect(snapshot).not.toHaveProperty('readOnly');
  });

  it('tells where a text is no JSON, and keeps the executions', () => {
    const snapshot = workflowSnapshot({ ...parts, parsed: parsedText('{ "id": "w",, }'), read: { issues: [] } });
    expect(check(snapshot)).toMatchObject({ ok: true });
    expect(snapshot.unreadable).toEqual({ message: 'This is no JSON: property name expected.', line: 1, column: 13 });
    expect(snapshot).not.toHaveProperty('workflow');
    expect(snapshot.executions).toHaveLength(1);
  });

  it('is read-only for a newer format', () => {
    expect(workflowSnapshot({ ...parts, read: { issues: [], isNewer: true } }).readOnly).toContain('newer version');
  });

  it('brings the definition that an execution is pinned to once the text says something else', () => {
    const shown = { record, state, definition, pending: [] };
    const moved = { ...definition, updated: 'now', notes: [], nodes: definition.nodes.map((node) => ({ ...node, position: { x: 9, y: 9 } })) };
    expect(isSameWork(definition, moved)).toBe(true);
    expect(isSameWork(definition, { ...definition, edges: [{ id: 'e', source: 'start', target: 'start' }] })).toBe(false);
    expect(workflowSnapshot({ ...parts, parsed: parsedText('{"id":"w"}'), shown }).execution?.pinned).toEqual(definition);
  });

  it.each([['', 'The file is empty.'], ['['.repeat(100_000), 'no JSON|nested'], [' '.repeat(11 * 1024 * 1024), 'larger than 10 MB']])('of a bad text never throws (%#)', (text, message) => {
    expect(parsedText(text).unreadable?.message).toMatch(new RegExp(message));
  });

  it('shows the newest execution that has not ended, of the workflow that the text names', () => {
    expect(liveExecution([{ ...record, id: 'e3', status: 'succeeded' }, { ...record, id: 'e2', status: 'parked' }, record])).toBe('e2');
    expect(liveExecution([{ ...record, status: 'failed' }])).toBeUndefined();
    expect(liveExecution([{ ...record, status: 'failed' }], 'e1')).toBe('e1');
    expect(liveExecution([{ ...record, id: 'e2' }, { ...record, status: 'failed' }], 'e1')).toBe('e2');
    expect(liveExecution([], 'e1')).toBeUndefined();
    expect(workflowId(parsedText('// c\n{"id": "w",}'))).toBe('w');
    expect(workflowId(parsedText('[]'))).toBeUndefined();
  });
});

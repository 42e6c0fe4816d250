import fc from 'fast-check';
import { parse, visit } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import type { WorkflowOperation } from '../../../../../src/model/workflow/operation';
import { editedText } from '../../../../../src/model/workflow/text/textChanges';
import { textEditsOf, type SkippedOperation } from '../../../../../src/model/workflow/text/textEdits';
import { operated, TestDocument } from '../../../../support/workflowDocument';
import { anyOperation, anyText, type PlainWorkflow } from '../../../../support/workflowTexts';

function edit(text: string, ...operations: WorkflowOperation[]): string {
  const result = textEditsOf(text, operations);
  if ('refused' in result) throw new Error(result.refused);
  return editedText(text, result.edits);
}

function skipped(text: string, ...operations: WorkflowOperation[]): readonly SkippedOperation[] {
  const result = textEditsOf(text, operations);
  return 'refused' in result ? [] : result.skipped;
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  visit(text, { onComment: (offset, length) => { comments.push(text.slice(offset, offset + length)); } }, { allowTrailingComma: true });
  return comments;
}

const workflow = `{
  // How we ship
  "id": "ship", "name": "Ship",
  "nodes": [
    { "id": "start", "type": "start", "name": "Start", "config": {}, "position": { "x": 0, "y": 0 } }, // begins
    {
      "id": "implement",
      "type": "amp",
      "name": "Implement",
      /* what it is told */
      "config": { "prompt": "Do \${variables.task}" },
      "position": { "x": 200, "y": 0 },
    },
    // the last one
    { "id": "end", "type": "end", "name": "End", "config": { "message": "After \${nodes.implement.outcome}" }, "position": { "x": 400, "y": 0 } }
  ],
  "edges": [
    { "id": "e1", "source": "start", "target": "implement" },
    { "id": "e2", "source": "implement", "target": "end", "condition": "nodes.implement.output.length > 0 && 'nodes.implement' !== ''" }
  ],
  "groups": [{ "id": "g", "name": "Work", "nodes": ["implement", "end"] }]
}
`;

describe('edits of a workflow’s text', () => {
  it('move a node by its numbers alone', () => {
    expect(textEditsOf(workflow, [{ kind: 'move', list: 'nodes', id: 'implement', position: { x: 240, y: 16 } }])).toEqual({
      edits: [{ offset: workflow.indexOf('200,') + 1, length: 1, content: '4' }, { offset: workflow.indexOf('0 },\n    },'), length: 1, content: '16' }],
      skipped: [],
    });
  });

  it('add a node in the manner of its neighbours, and an edge to it', async () => {
    const node = { id: 'test', type: 'test', name: 'Test', config: { command: ['npm', 'test'] }, position: { x: 300, y: 80 } };
    await expect(edit(workflow, { kind: 'add', list: 'nodes', value: node }, { kind: 'add', list: 'edges', value: { id: 'e3', source: 'implement', target: 'test' } }, { kind: 'set', list: 'nodes', id: 'test', path: ['name'], value: 'Tests' })).toMatchFileSnapshot('../../../../golden/workflow/added.jsonc');
  });

  it('remove a node with its edges and places, and keep the comments', async () => {
    await expect(edit(workflow, { kind: 'remove', list: 'nodes', id: 'implement' })).toMatchFileSnapshot('../../../../golden/workflow/removed.jsonc');
  });

  it('rename a node wherever it is spoken of, but not in texts', async () => {
    await expect(edit(workflow, { kind: 'rename', id: 'implement', to: 'write-it' })).toMatchFileSnapshot('../../../../golden/workflow/renamed.jsonc');
  });

  it('fill empty lists and objects in the manner of what is around them', async () => {
    const empty = '{\n\t"id": "w",\n\t"name": "W",\n\t"nodes": [],\n\t"edges": []\n}\n';
    await expect(
      edit(empty, { kind: 'add', list: 'nodes', value: { id: 'start', type: 'start', name: 'Start', config: {}, position: { x: 0, y: 0 } } }, { kind: 'add', list: 'notes', value: { id: 'n', text: 'Hm', position: { x: 1, y: 2 } } }, { kind: 'setWorkflow', path: ['variables', 'task'], value: { type: 'string' } }),
    ).toMatchFileSnapshot('../../../../golden/workflow/filled.jsonc');
    expect(edit('{"nodes":[],"id":"w"}', { kind: 'add', list: 'nodes', value: { id: 'a', position: { x: 1, y: 2 } } })).toBe('{"nodes":[{"id":"a","position":{"x":1,"y":2}}],"id":"w"}');
  });

  it('keep a trailing comma, Windows line ends and comments at the end', () => {
    const text = '{\r\n  "nodes": [\r\n    { "id": "a" }, // first\r\n    // more to come\r\n  ],\r\n}';
    expect(edit(text, { kind: 'add', list: 'nodes', value: { id: 'b' } })).toBe('{\r\n  "nodes": [\r\n    { "id": "a" }, // first\r\n    { "id": "b" },\r\n    // more to come\r\n  ],\r\n}');
    expect(edit(text, { kind: 'remove', list: 'nodes', id: 'a' })).toBe('{\r\n  "nodes": [ // first\r\n    // more to come\r\n  ],\r\n}');
  });

  it('say what had no effect, and do the rest', () => {
    expect(skipped(workflow, { kind: 'move', list: 'nodes', id: 'gone', position: { x: 0, y: 0 } }, { kind: 'rename', id: 'start', to: 'end' }, { kind: 'set', list: 'nodes', id: 'end', path: ['name', 'deep'], value: 1 }, { kind: 'add', list: 'edges', value: { id: 'e1' } }, { kind: 'move', list: 'nodes', id: 'end', position: { x: 1, y: 1 } })).toEqual([
      { index: 0, reason: 'missing' },
      { index: 1, reason: 'taken' },
      { index: 2, reason: 'no-place' },
      { index: 3, reason: 'taken' },
    ]);
  });

  it.each(['', '{ "nodes": [', '[1]', '{"a":1,,}', '['.repeat(50_000)])('are refused for what is no JSON object: %#', (text) => {
    expect(textEditsOf(text, [{ kind: 'setWorkflow', path: ['name'], value: 'x' }])).toHaveProperty('refused');
  });

  it('take every name of a member for a name', () => {
    const value = JSON.parse('{"__proto__":{"x":1}}') as unknown;
    expect(edit('{"nodes":[{"id":"a","config":{}}]}', { kind: 'set', list: 'nodes', id: 'a', path: ['config'], value })).toBe('{"nodes":[{"id":"a","config":{"__proto__":{"x":1}}}]}');
  });

  it('say in JSON what the operations do to plain data', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyOperation, { minLength: 1, maxLength: 8 }), (text, operations) => {
        const edited = edit(text, ...operations);
        const errors: Parameters<typeof parse>[1] = [];
        const value: unknown = parse(edited, errors, { allowTrailingComma: true });
        expect(errors).toEqual([]);
        expect(value).toEqual(operated(parse(text, [], { allowTrailingComma: true }) as PlainWorkflow, operations));
      }),
      { numRuns: 3000 },
    );
  });

  it('one after the other or at once say the same', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyOperation, { maxLength: 6 }), (text, operations) => {
        const single = operations.reduce((edited, operation) => edit(edited, operation), text);
        expect(parse(edit(text, ...operations), [], { allowTrailingComma: true })).toEqual(parse(single, [], { allowTrailingComma: true }));
      }),
      { numRuns: 500 },
    );
  });

  it('leave every comment where nothing that holds it is removed', () => {
    const gentle = anyOperation.filter(({ kind }) => kind === 'move' || kind === 'add' || kind === 'rename');
    fc.assert(
      fc.property(anyText, fc.array(gentle, { maxLength: 6 }), (text, operations) => {
        expect(commentsOf(edit(text, ...operations))).toEqual(commentsOf(text));
      }),
      { numRuns: 500 },
    );
  });

  it('touch only the value that is set', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1000, max: 9999 }), (text, x) => {
        const id = (parse(text, [], { allowTrailingComma: true }) as { nodes: { id: string }[] }).nodes[0]?.id;
        fc.pre(id !== undefined);
        const y = x + 1;
        const marked = edit(text, { kind: 'move', list: 'nodes', id: id ?? '', position: { x, y } });
        const [before, between, behind] = marked.split(new RegExp(`(?<!\\d)(?:${x}|${y})(?!\\d)`));
        expect(text.startsWith(before ?? '')).toBe(true);
        expect(text.endsWith(behind ?? '')).toBe(true);
        expect(text).toContain(between);
      }),
      { numRuns: 300 },
    );
  });

  it('are byte-identical after 2,000 random sequences of edits, undo and redo', () => {
    const move = fc.oneof({ arbitrary: fc.array(anyOperation, { minLength: 1, maxLength: 4 }), weight: 3 }, { arbitrary: fc.constantFrom('undo', 'redo' as const), weight: 2 });
    fc.assert(
      fc.property(anyText, fc.array(move, { maxLength: 12 }), (text, moves) => {
        const document = new TestDocument(text);
        for (const one of moves) {
          if (one === 'undo') document.undo();
          else if (one === 'redo') document.redo();
          else document.operate(one);
        }
        while (document.undo());
        expect(document.text).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('take at most 20 ms for a move among 800 nodes', () => {
    const nodes = Array.from({ length: 800 }, (_, index) => ({ id: `n${index}`, type: 'amp', name: `Node ${index}`, config: { prompt: 'Do it well. '.repeat(10) }, position: { x: index, y: 0 } }));
    const text = JSON.stringify({ id: 'w', name: 'W', nodes, edges: nodes.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: `n${index}`, target: id })) }, null, 2);
    const times = Array.from({ length: 9 }, (_, run) => {
      const from = performance.now();
      expect(edit(text, { kind: 'move', list: 'nodes', id: 'n700', position: { x: run, y: run } })).not.toBe(text);
      return performance.now() - from;
    });
    const all = performance.now();
    edit(text, ...nodes.map(({ id }, index): WorkflowOperation => ({ kind: 'move', list: 'nodes', id, position: { x: 0, y: index } })));
    expect(performance.now() - all).toBeLessThan(400);
    expect(Math.min(...times)).toBeLessThan(20);
  });
});

import fc from 'fast-check';
import type { WorkflowOperation } from '../../src/model/workflow/operation';

export interface PlainWorkflow {
  [member: string]: unknown;
}

const ids = ['a', 'b', 'c', 'd', 'e', 'implement-it', 'test2'];
const anyId = fc.constantFrom(...ids);
const position = fc.record({ x: fc.integer({ min: -50, max: 900 }), y: fc.integer({ min: -50, max: 900 }) });
const scalar = fc.oneof(fc.constantFrom('', 'Grüße 👋', 'a "quoted" \\ text\n', '// no comment', 'x'), fc.integer(), fc.boolean(), fc.constant(null));
const config = fc.dictionary(fc.constantFrom('prompt', 'command', 'message', 'odd "key"'), fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.dictionary(fc.constantFrom('x', 'y'), scalar, { maxKeys: 2 })), { maxKeys: 3 });
const node = fc.record({ id: anyId, type: fc.constantFrom('amp', 'test', 'script'), name: fc.string({ maxLength: 8 }), config, position });
const edge = fc.record({ id: anyId, source: anyId, target: anyId, label: fc.string({ maxLength: 4 }) }, { requiredKeys: ['id', 'source', 'target'] });
const group = fc.record({ id: anyId, name: fc.constantFrom('G', 'H'), nodes: fc.array(anyId, { maxLength: 3 }) });
const note = fc.record({ id: anyId, text: fc.string({ maxLength: 6 }), position });
const unique = { selector: ({ id }: { id: string }) => id, maxLength: 5 } as const;

export const anyWorkflow: fc.Arbitrary<PlainWorkflow> = fc.record(
  { id: fc.constant('w'), name: fc.string({ maxLength: 5 }), variables: fc.dictionary(fc.constantFrom('v', 'w'), fc.record({ type: fc.constant('string') })), nodes: fc.uniqueArray(node, unique), edges: fc.uniqueArray(edge, unique), groups: fc.uniqueArray(group, unique), notes: fc.uniqueArray(note, unique) },
  { requiredKeys: ['id', 'nodes'] },
);

const things = { nodes: node, edges: edge, groups: group, notes: note } as const;
const list = fc.constantFrom<'nodes' | 'edges' | 'notes' | 'groups'>('nodes', 'edges', 'notes', 'groups');
const value = fc.option(fc.oneof(scalar, config, fc.array(scalar, { maxLength: 3 })), { nil: undefined });
const path = fc.constantFrom<(string | number)[]>(['name'], ['label'], ['config', 'prompt'], ['config', 'command', 0], ['config', 'command'], ['position'], ['retry', 'max'], ['config'], ['nodes', 0], ['assign', 'v']);

export const anyOperation = fc.oneof(
 
  list.chain((name) => (things[name] as fc.Arbitrary<Record<string, unknown>>).map((thing): WorkflowOperation => ({ kind: 'add', list: name, value: thing }))),
  fc.record({ kind: fc.constant('remove' as const), list, id: anyId }),
  fc.record({ kind: fc.constant('set' as const), list, id: anyId, path: path, value }),
  fc.record({ kind: fc.constant('move' as const), list: fc.constantFrom<'nodes' | 'notes'>('nodes', 'notes'), id: anyId, position }),
  fc.record({ kind: fc.constant('rename' as const), id: anyId, to: anyId }),
  fc.record({ kind: fc.constant('setWorkflow' as const), path: fc.constantFrom(['name'], ['variables', 'v'], ['variables', 'w', 'default'], ['budgetUSD'], ['name', 'below']), value }),
) as fc.Arbitrary<WorkflowOperation>;

/** A text of that workflow in some manner: indented or on one line, with comments, trailing commas, Windows line ends. */
export const anyText: fc.Arbitrary<string> = fc
  .record({ workflow: anyWorkflow, indent: fc.constantFrom<string | number>(2, 4, '\t', 0), comments: fc.array(fc.nat(200), { maxLength: 8 }), trailing: fc.boolean(), crlf: fc.boolean(), inlinePositions: fc.boolean() })
  .map(({ workflow, indent, comments, trailing, crlf, inlinePositions }) => {
    let text = JSON.stringify(workflow, null, indent);
    if (inlinePositions) text = text.replace(/\{\s*"x": (-?\d+),\s*"y": (-?\d+)\s*\}/g, '{ "x": $1, "y": $2 }');
    if (trailing) text = text.replace(/([}\]"\d])(\n\s*[}\]])/g, '$1,$2');
    if (indent !== 0) text = withComments(text, comments);
    return crlf ? text.replaceAll('\n', '\r\n') : text;
  });

function withComments(text: string, at: readonly number[]): string {
  return text
    .split('\n')
    .map((line, index) => (!at.includes(index) ? line : index % 3 === 0 ? `${line} // comment ${index}` : index % 3 === 1 ? `${line} /* comment ${index} */` : `// comment ${index}\n${line}`))
    .join('\n');
}

import { describe, expect, it } from 'vitest';
import { nodeConfigSchemas, nodeTypes } from '../../../../src/model/workflow/nodeConfig';
import { WorkflowDefinitionSchema } from '../../../../src/model/workflow/definition';
import { readWorkflow } from '../../../../src/workflow/language/workflowFile';
import { soundWorkflow } from '../../../support/workflowDefinitions';

const known = { agents: ['amp', 'replay'], evaluators: ['eslint', 'tests'], suites: ['all', 'quick'], workflows: ['fix-until-green'] };

/** Each issue as its severity, code, path, what it points at in the text, and its message. */
function told(text: string): string[] {
  return readWorkflow(text, known).issues.map(({ severity, code, path, offset = 0, length = 0, message, node, edge }) => `${severity} ${code} ${path || '/'}${node === undefined ? '' : ` @${node}`}${edge === undefined ? '' : ` @${edge}`} ‹${text.slice(offset, offset + length).slice(0, 60)}› ${message}`);
}

function node(id: string, type: string, config = '{}', more = ''): string {
  return `{"id": "${id}", "type": "${type}", "name": "${id}", "config": ${config}, "position": {"x": 0, "y": 0}${more === '' ? '' : `, ${more}`}}`;
}

function edge(id: string, source: string, target: string, more = ''): string {
  return `{"id": "e${id}", "source": "${source}", "target": "${target}"${more === '' ? '' : `, ${more}`}}`;
}

function file(nodes: readonly string[], edges: readonly string[], more = ''): string {
  return `{"id": "w", "name": "W", ${more === '' ? '' : `${more}, `}"nodes": [${nodes.join(', ')}], "edges": [${edges.join(', ')}]}`;
}

/** One node between the start and the end. */
function single(type: string, config: string, more = '', variables = ''): string {
  return file([node('start', 'start'), node('n', type, config, more), node('end', 'end')], [edge('a', 'start', 'n'), edge('b', 'n', 'end')], variables);
}

const ends = [node('start', 'start'), node('end', 'end')];

describe('the file of a workflow', () => {
  it('may have comments, trailing commas and a byte order mark', () => {
    const text = JSON.stringify(soundWorkflow, null, 2);
    for (const written of [text, `\uFEFF// why\n${text.replace('"edges": [', '"edges": [ // these').replace(/\n}$/, ',\n}')}`]) {
      const { definition, issues, isNewer } = readWorkflow(written, known);
      expect(issues).toEqual([]);
      expect(definition).toEqual(soundWorkflow);
      expect(isNewer).toBeUndefined();
    }
  });

  it('is told what is wrong, in plain words and at its place', async () => {
    const broken: Record<string, string> = {
      'no text': '',
      'no object': '[]',
      'no JSON': '{"id": "w",, }',
      'nothing in it': '{}',
      'a field twice': file(ends, [edge('a', 'start', 'end')], '"name": "again"'),
      'a newer format': '{"schemaVersion": 2, "nodes": {"new": 1}}',
      'an unknown type': single('agent', '{"prompt": ""}'),
      'an unknown field': single('notify', '{"mesage": "x", "message": "y"}', '"retries": 1'),
      'a value of another kind': single('wait', '{"durationMs": "1"}', '"retry": {"max": 1.5}'),
      'missing values': single('amp', '{}'),
      'blank values': file([...ends, node('a', 'amp', '{"prompt": "  "}'), node('b', 'script', '{"command": [" "], "session": "s"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'end')]),
      'agents without what they need': file([...ends, node('a', 'amp', '{"prompt": "x", "agent": "command"}'), node('b', 'amp', '{"prompt": "x", "agent": "replay"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'end')]),
      'ids twice': file([...ends, node('end', 'end')], [edge('a', 'start', 'end'), edge('a', 'start', 'end')], '"notes": [{"id": "x", "text": "", "position": {"x": 0, "y": 0}}, {"id": "x", "text": "", "position": {"x": 0, "y": 0}}], "groups": [{"id": "g", "name": "", "nodes": ["start", "gone"]}]'),
      'ids that are none': file([node('1 start', 'start'), node('end', 'end')], [edge('a', '1 start', 'end')], '"variables": {"1x": {"type": "string"}}'),
      'edges that lead nowhere': file(ends, [edge('a', 'start', 'end'), edge('b', 'strat', 'end'), edge('c', 'start', 'nowhere')]),
      'no start': file([node('end', 'end')], []),
      'two starts': file([...ends, node('other', 'start')], [edge('a', 'start', 'end'), edge('b', 'other', 'end')]),
      'edges into the start and out of the end': file([...ends, node('n', 'notify', '{"message": "x"}')], [edge('a', 'start', 'end'), edge('b', 'end', 'n'), edge('c', 'n', 'start', '"maxTraversals": 2')]),
      'what nothing leads to': file([...ends, node('n', 'notify', '{"message": "x"}')], [edge('a', 'start', 'end'), edge('b', 'n', 'end')]),
      'what leads to no end': file([...ends, node('n', 'notify', '{"message": "x"}')], [edge('a', 'start', 'end'), edge('b', 'start', 'n')]),
      'no end at all': file([node('start', 'start')], []),
      'a start that leads to no end': file(ends, []),
      'cycles without a bound': file([...ends, node('a', 'test', '{"session": "s"}'), node('b', 'notify', '{"message": "x"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'end'), edge('3', 'a', 'b', '"outcome": "failed"'), edge('4', 'b', 'a'), edge('5', 'b', 'b'), edge('6', 'b', 'b', '"maxTraversals": 2')]),
      'both ways or none': file([...ends, node('a', 'script', '{"source": "() => 1", "command": ["x"]}'), node('b', 'script', '{}'), node('c', 'forEach', '{"items": "[]"}'), node('d', 'wait', '{"durationMs": 1, "until": "1"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'c'), edge('4', 'c', 'd'), edge('5', 'd', 'end')]),
      'expressions that cannot be read': file([...ends, node('a', 'notify', '{"message": "caf\\u00e9 \\"${variables.}\\" ${"}'), node('b', 'condition', '{"expression": "1 +"}'), node('c', 'script', '{"source": "({ nodes }) => {\\n  nodes.;\\n}"}', '"assign": {"x": "1 1"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'c', '"condition": "output ="'), edge('4', 'c', 'end')]),
      'names that nothing has': file([...ends, node('a', 'notify', '{"message": "\\t${variables.gaol} ${nodes.strat.outcome} ${goal}"}'), node('b', 'condition', '{"expression": "nodes[\'a\'].result && execution.cost && variables[\'x\'] && output"}'), node('c', 'script', '{"source": "({ variables, input }) => process.env + variables.goal + nodes.a"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'c', '"condition": "outcome && nodes.d && import(\'x\')"'), edge('4', 'c', 'end')], '"variables": {"goal": {"type": "string"}}'),
      'names of what is evaluated for each item': single('forEach', '{"items": "[1]", "as": "file", "step": {"type": "notify", "config": {"message": "${variables.file} ${variables.item} ${nodes.nowhere}"}}, "variables": {"x": "${variables.index}"}}'),
      'a step of each item': single('forEach', '{"items": "[1]", "step": {"type": "script", "config": {"source": "() => 1", "command": ["x"], "extra": 1}}}'),
      'names that are not known': file([...ends, node('a', 'amp', '{"prompt": "x", "agent": "codex"}'), node('b', 'eval', '{"suite": "quik", "only": ["eslint", "eslnt"]}'), node('c', 'workflow', '{"workflow": "fix-until-gren"}'), node('d', 'eval', '{"suite": "${variables.suite}"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'c'), edge('4', 'c', 'd'), edge('5', 'd', 'end')], '"variables": {"suite": {"type": "string"}}'),
      'outcomes that never come': file([...ends, node('a', 'amp', '{"prompt": "x"}'), node('b', 'approval', '{"message": "x"}'), node('c', 'condition', '{"expression": "1"}')], [edge('1', 'start', 'a'), edge('2', 'a', 'b', '"outcome": "pased"'), edge('3', 'b', 'c', '"outcome": "passed"'), edge('4', 'c', 'end', '"outcome": "anything"'), edge('5', 'a', 'end', '"outcome": "failed", "otherwise": true')]),
      'sessions that nobody gives': file([...ends, node('a', 'test'), node('b', 'eval'), node('c', 'merge'), node('d', 'approval', '{"message": "x"}'), node('e', 'approval', '{"message": "x", "content": "y"}'), node('f', 'script', '{"command": ["x"]}'), node('g', 'amp', '{"prompt": "x", "session": "${nodes.h.session}"}'), node('h', 'amp', '{"prompt": "x", "session": "${nodes.a.session ?? nodes.g.output.sessionId}"}')], ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'end'].map((id, index, all) => edge(`x${index}`, index === 0 ? 'start' : (all[index - 1] ?? ''), id))),
      'times that contradict': file([...ends, node('a', 'approval', '{"message": "x", "content": 1, "timeoutMs": 5000}', '"timeoutMs": 1000, "attemptTimeoutMs": 2000, "retry": {"max": 1, "backoffMs": 10, "maxBackoffMs": 5}'), node('b', 'wait', '{"durationMs": 120000}', '"timeoutMs": 60000')], [edge('1', 'start', 'a'), edge('2', 'a', 'b'), edge('3', 'b', 'end')]),
      'a join of too many': file([...ends, node('j', 'parallel', '{"join": 3}')], [edge('1', 'start', 'j'), edge('2', 'start', 'j'), edge('3', 'j', 'end')]),
      'a join of something else': single('parallel', '{"join": "some"}'),
      'variables': file(ends, [edge('a', 'start', 'end')], '"variables": {"a": {"type": "string"}, "b": {"type": "number", "default": "1"}, "c": {"type": "string", "default": "z", "options": ["x", 1]}, "d": {"type": "text"}}'),
    };
    await expect(Object.entries(broken).map(([name, text]) => `# ${name}\n${told(text).map((line) => `  ${line}\n`).join('')}`).join('\n')).toMatchFileSnapshot('../../../golden/workflow/workflowIssues.txt');
  });

  it('has no definition when there are errors, and has one when there are only warnings', () => {
    expect(readWorkflow(single('agent', '{}'))).not.toHaveProperty('definition');
    const doubtful = readWorkflow(single('test', '{}'));
    expect(doubtful.issues.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'no-session']]);
    expect(doubtful.definition?.nodes).toHaveLength(3);
  });

  it('can be shown when it is of a newer format', () => {
    const text = '{\n  "nodes": [{"shape": "new"}],\n  "schemaVersion": 7\n}';
    const { isNewer, definition, issues } = readWorkflow(text);
    expect({ isNewer, definition }).toEqual({ isNewer: true, definition: undefined });
    expect(issues).toMatchObject([{ severity: 'error', code: 'newer-format', path: '/schemaVersion', offset: text.indexOf('7'), length: 1 }]);
  });

  it('is refused when it is too large or nested too deeply, without an exception', () => {
    expect(readWorkflow(' '.repeat(10 * 1024 * 1024 + 1)).issues).toMatchObject([{ code: 'too-large' }]);
    expect(readWorkflow('['.repeat(200_000)).issues).toMatchObject([{ code: 'too-deep' }]);
    for (const depth of [300, 5000, 50_000]) expect(readWorkflow(single('approval', `{"message": "x", "content": ${'['.repeat(depth)}${']'.repeat(depth)}}`)).issues).toMatchObject([{ code: 'too-deep' }]);
  });

  it('ends soon for hundreds of thousands of nodes, and for as many faults as fit into a file', () => {
    const times: number[] = [];
    const timed = (text: string): readonly { readonly code: string; readonly path: string; readonly message: string }[] => {
      const from = performance.now();
      const { issues } = readWorkflow(text);
      times.push(performance.now() - from);
      return issues;
    };
    expect(timed(`{"id": "a", "name": "a", "nodes": [${'{"id":"a"},'.repeat(200_000)}], "edges": []}`)).toEqual([expect.objectContaining({ code: 'invalid-value', path: '/nodes', message: 'It has 200,000 entries, and 2,000 are the most. Nothing else was checked.' })]);
    const many = Array.from({ length: 20_000 }, (_, index) => `"v${index}": {"type": "nothing"}`).join();
    expect(timed(`{"id": "a", "name": "a", "variables": {${many}}, "nodes": [], "edges": []}`)).toHaveLength(1000);
    for (const time of times) expect(time).toBeLessThan(15_000);
  });

  it('finds places in texts with escapes', () => {
    const text = single('notify', '{"message": "\\u0041\\n\\"\\\\ ${ nodes.g\\u006fne.x } \\ud83d\\ude00 ${variables.n}"}');
    const places = readWorkflow(text).issues.map(({ offset = 0, length = 0 }) => text.slice(offset, offset + length));
    expect(places).toEqual(['g\\u006fne', 'n']);
  });
});

describe('the schema for the editor', () => {
  it('is what the program checks', async () => {
    const { nodes, ...others } = WorkflowDefinitionSchema.properties;
    const node = nodes.items;
    const byType = nodeTypes.map((type) => ({ if: { properties: { type: { const: type } }, required: ['type'] }, then: { properties: { config: nodeConfigSchemas[type] } } }));
    const schema = { ...WorkflowDefinitionSchema, properties: { ...others, nodes: { ...nodes, items: { ...node, allOf: byType } } } };
    const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', allowComments: true, allowTrailingCommas: true, ...schema }, null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot('../../../../media/schemas/workflow.schema.json');
  });
});

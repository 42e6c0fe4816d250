import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeConfigSchemas, nodeTypes } from '../../../src/model/workflow/nodeConfig';
import { textEditsOf } from '../../../src/model/workflow/text/textEdits';
import { editedText } from '../../../src/model/workflow/text/textChanges';
import { durationText, parseDuration } from '../../../webview/workflowEditor/parts/inspector/durationText';
import { configFields, type FieldSpec } from '../../../webview/workflowEditor/parts/inspector/fieldSpec';
import { issuesAt, memberPath } from '../../../webview/workflowEditor/parts/inspector/issues';
import { numberProblem } from '../../../webview/workflowEditor/parts/inspector/NumberFields';
import { setMember, setWorkflowMember } from '../../../webview/workflowEditor/parts/inspector/setValue';
import { accepted, asksFor } from '../../../webview/workflowEditor/parts/inspector/useCompletions';
import { parseValueText, valueText } from '../../../webview/workflowEditor/parts/inspector/valueText';
import { storyNode, storyWorkflow } from '../../support/webviewWorkflows';

const known = { agents: ['amp'], suites: ['full'], evaluators: ['tests'], workflows: [{ id: 'other', name: 'Other' }] };

function words({ name, required, kind }: FieldSpec): string {
  const more = kind.kind === 'text' ? ` ${kind.language}${kind.long ? ', long' : ''}` : kind.kind === 'parts' ? ` [${kind.fields.map(words).join(', ')}]` : '';
  return `${name}${required ? '*' : ''}: ${kind.kind}${more}`;
}

describe('configFields', () => {
  it('has a field for each member of each type, of its own kind', async () => {
    const listed = nodeTypes.map((type) => [`${type}`, ...configFields(type, known).map((spec) => `  ${words(spec)}`)].join('\n'));
    await expect(`${listed.join('\n')}\n`).toMatchFileSnapshot('../../golden/workflowEditor/config-fields.txt');
    for (const type of nodeTypes) expect(configFields(type, known).map(({ name }) => name)).toEqual(Object.keys(nodeConfigSchemas[type].properties));
  });

  it('offers what the repository knows', () => {
    const kindOf = (type: 'eval' | 'workflow', name: string): unknown => configFields(type, known).find((spec) => spec.name === name)?.kind;
    expect(kindOf('eval', 'suite')).toMatchObject({ suggestions: ['full'] });
    expect(kindOf('eval', 'only')).toEqual({ kind: 'lines', suggestions: ['tests'] });
    expect(kindOf('workflow', 'workflow')).toMatchObject({ suggestions: ['other'] });
  });
});

describe('texts of values', () => {
  it('give every JSON value back', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      // JSON has no negative zero.
      expect(parseValueText(valueText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }));
  });

  it('are what a person writes', () => {
    expect([3, true, null, 'npm test', '3', '"quoted"', { a: 1 }].map(valueText)).toEqual(['3', 'true', 'null', 'npm test', '"3"', '"\\"quoted\\""', '{"a":1}']);
  });
});

describe('texts of durations', () => {
  it('give every duration back', () => {
    fc.assert(fc.property(fc.nat({ max: 2_592_000_000 }), (duration) => {
      expect(parseDuration(durationText(duration))).toBe(duration);
    }));
  });

  it('are read as people write them', () => {
    expect(['90', '90 s', '1.5h', '1h 30m', '2 D', '250ms', '0'].map(parseDuration)).toEqual([90_000, 90_000, 5_400_000, 5_400_000, 172_800_000, 250, 0]);
    expect(['', 'soon', '5 x', '-3 s', '3 s ago', 'm', '1..5 s'].map(parseDuration)).toEqual(Array(7).fill(undefined));
    expect([0, 1, 1_500, 5_400_000].map(durationText)).toEqual(['0 s', '1 ms', '1 s 500 ms', '1 h 30 m']);
  });
});

describe('numberProblem', () => {
  it('says what is wrong', () => {
    expect(numberProblem('1e3', { integer: true, maximum: 1000 })).toBeUndefined();
    expect(['', 'x', '0x10', 'Infinity', '1.5', '-1', '11'].map((text) => numberProblem(text, { integer: true, minimum: 0, maximum: 10 }))).toEqual(['A number is needed.', 'A number is needed.', 'A number is needed.', 'A number is needed.', 'A whole number is needed.', 'At least 0.', 'At most 10.']);
  });
});

describe('setMember', () => {
  const raw = { id: 'a', config: { prompt: 'x' }, retry: { max: 2, factor: 3 } };
  const node = { id: 'a', raw };

  it('brings what is missing on the way, and takes what would be empty', () => {
    expect(setMember('nodes', node, ['config', 'model'], 'm')).toEqual({ kind: 'set', list: 'nodes', id: 'a', path: ['config', 'model'], value: 'm' });
    expect(setMember('nodes', node, ['pinned', 'outcome'], 'passed')).toMatchObject({ path: ['pinned'], value: { outcome: 'passed' } });
    expect(setMember('nodes', node, ['retry', 'factor'], undefined)).toEqual({ kind: 'set', list: 'nodes', id: 'a', path: ['retry', 'factor'] });
    expect(setMember('nodes', { id: 'a', raw: { ...raw, retry: { max: 1 } } }, ['retry', 'max'], undefined)).toMatchObject({ path: ['retry'] });
    expect(setMember('nodes', node, ['config', 'prompt'], undefined)).toMatchObject({ path: ['config', 'prompt'] });
    expect(setMember('nodes', node, ['config', 'step', 'config', 'prompt'], 'y')).toMatchObject({ path: ['config', 'step'], value: { config: { prompt: 'y' } } });
    expect(setWorkflowMember({ variables: { a: {} } }, ['variables', 'a'], undefined)).toEqual({ kind: 'setWorkflow', path: ['variables'] });
  });

  it('leads to what the form shows, whatever is there', () => {
    const path = fc.array(fc.constantFrom('config', 'a', 'b', 'retry'), { minLength: 1, maxLength: 4 }).filter(([first]) => first === 'config' || first === 'retry');
    fc.assert(fc.property(path, fc.jsonValue({ maxDepth: 2 }), fc.object({ key: fc.constantFrom('a', 'b'), maxDepth: 2, values: [fc.nat()] }), (place, value, config) => {
      const start = storyNode('a', 'script', 0, 0, { config: JSON.parse(JSON.stringify(config)) as Record<string, unknown> });
      const text = JSON.stringify(storyWorkflow({ nodes: [start] }), undefined, 2);
      const edited = textEditsOf(text, [setMember('nodes', { id: 'a', raw: { ...start } }, place, value)]);
      if ('refused' in edited) return expect.unreachable(edited.refused);
      const [after] = (JSON.parse(editedText(text, edited.edits)) as { nodes: Record<string, unknown>[] }).nodes;
      const found = place.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], after);
      expect(edited.skipped).toEqual([]);
      expect(found).toEqual(JSON.parse(JSON.stringify(value)));
    }));
  });
});

describe('issuesAt', () => {
  it('finds those of a member and of what is in it', () => {
    const issue = (path: string) => ({ severity: 'error' as const, code: 'x', message: path, path });
    const issues = [issue('/nodes/3/config/prompt'), issue('/nodes/3/config'), issue('/nodes/3/config/step/config/a~1b'), issue('/variables/task/type')];
    expect(memberPath('/nodes/3/config/step/config/a~1b')).toEqual(['config', 'step', 'config', 'a/b']);
    expect(issuesAt(issues, ['config', 'step']).map(({ path }) => path)).toEqual(['/nodes/3/config/step/config/a~1b']);
    expect(issuesAt(issues, ['config'])).toHaveLength(3);
    expect(issuesAt(issues, ['variables', 'task'])).toHaveLength(1);
    expect(issuesAt(issues, ['conf'])).toEqual([]);
  });
});

describe('completions', () => {
  it('replace what was typed of the name', () => {
    const offer = { from: 6, to: 8, items: [{ label: 'implement', kind: 'node' as const }], active: 0 };
    expect(accepted('nodes.im + 1', offer, 0)).toEqual({ text: 'nodes.implement + 1', offset: 15 });
  });

  it('are asked for where a name may follow', () => {
    expect(['a', 'nodes.', 'Say ${', 'x ${ '].map(asksFor)).toEqual([true, true, true, true]);
    expect(['', ' ', 'a + ', '(', 'said. '].map(asksFor)).toEqual([false, false, false, false, false]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeTypes, type NodeType } from '../../../src/model/workflow/nodeConfig';
import { editedText } from '../../../src/model/workflow/text/textChanges';
import { textEditsOf } from '../../../src/model/workflow/text/textEdits';
import { workflowView, type WorkflowView } from '../../../src/model/workflow/view';
import { copyOf, pasteCopied, readCopied } from '../../../webview/workflowEditor/clipboard';
import { configSummary } from '../../../webview/workflowEditor/configSummary';
import { connect, connectProblem } from '../../../webview/workflowEditor/connectRules';
import { edgeLabel, edgeWords } from '../../../webview/workflowEditor/edgeLabel';
import { flowEdges, flowNodes, type Drawing } from '../../../webview/workflowEditor/flowElements';
import { nodeSize, placeAfter } from '../../../webview/workflowEditor/geometry';
import { firstStep, removeSelected, type Gesture } from '../../../webview/workflowEditor/gestures';
import { actionOfKey } from '../../../webview/workflowEditor/keyActions';
import { idTaker, newId } from '../../../webview/workflowEditor/newIds';
import { paletteEntries } from '../../../webview/workflowEditor/nodeLooks';
import { readPageState } from '../../../webview/workflowEditor/pageState';
import { readSnapshot } from '../../../webview/workflowEditor/readSnapshot';
import { nothingSelected } from '../../../webview/workflowEditor/slots';
import { treeRows } from '../../../webview/workflowEditor/treeRows';
import { viewGraph } from '../../../webview/workflowEditor/viewGraph';
import { walk, walkingOrder } from '../../../webview/workflowEditor/walk';
import { longWorkflow, releaseWorkflow, storyEdge, storyNode, storyWorkflow, workflowSnapshot } from '../../support/webviewWorkflows';

/** What a gesture makes of a workflow, by the edits of its text. */
function after(workflow: unknown, gesture: Gesture | { readonly operations: Gesture['operations'] } | undefined): WorkflowView {
  const text = JSON.stringify(workflow);
  const edited = textEditsOf(text, gesture?.operations ?? []);
  if ('refused' in edited) return expect.unreachable(edited.refused);
  expect(edited.skipped).toEqual([]);
  return workflowView(JSON.parse(editedText(text, edited.edits)));
}

const chain = storyWorkflow({ nodes: [storyNode('start', 'start', 0, 0), storyNode('test', 'test', 300, 0), storyNode('end', 'end', 600, 0)], edges: [storyEdge('start', 'test'), storyEdge('test', 'end', { outcome: 'passed' })] });

const anyWorkflow = fc
  .array(fc.record({ type: fc.constantFrom<NodeType>(...nodeTypes), x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -2000, max: 2000 }) }), { minLength: 1, maxLength: 12 })
  .chain((places) =>
    fc.array(fc.record({ source: fc.nat(places.length - 1), target: fc.nat(places.length - 1), bound: fc.boolean() }), { maxLength: 24 }).map((pairs) =>
      storyWorkflow({
        nodes: places.map(({ type, x, y }, index) => storyNode(`n${index}`, type, x, y, type === 'script' ? { config: { source: `nodes.n0.output + nodes['n${index}']` } } : {})),
        edges: pairs.map(({ source, target, bound }, index) => ({ id: `e${index}`, source: `n${source}`, target: `n${target}`, ...(bound ? { maxTraversals: 2, condition: `nodes.n${source}.pass` } : {}) })),
      }),
    ),
  );

describe('ids', () => {
  it('number what is taken', () => {
    expect(newId('implement', new Set(['implement', 'implement2']))).toBe('implement3');
    const take = idTaker(['implement', 'implement2']);
    expect([take('implement2'), take('implement'), take('other'), take('2 much!'), take('多')]).toEqual(['implement3', 'implement4', 'other', 'much', 'item']);
    expect(newId('a'.repeat(150), new Set(['a'.repeat(100)]))).toBe(`${'a'.repeat(99)}2`);
  });

  it('are always new and valid', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 30 }), (wishes) => {
        const take = idTaker([]);
        const ids = wishes.map(take);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^[A-Za-z][A-Za-z0-9_-]{0,99}$/);
      }),
    );
  });
});

describe('what stands at steps and edges', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['amp', { agent: 'claudeCode', prompt: '\n  Do it\nwell' }, 'Claude Code · Do it'],
    ['test', { command: ['npm', 'test'] }, 'npm test'],
    ['test', {}, 'Tests of the project'],
    ['eval', { suite: 'full', only: ['lint', 'tests'], minScore: 80 }, 'full · lint, tests · at least 80'],
    ['approval', { message: 'Merge?', quorum: 2 }, 'Merge? · 2 people'],
    ['parallel', { join: 2, failure: 'settle' }, 'Waits for 2 paths · settles'],
    ['parallel', { join: 'any' }, 'Waits for any path'],
    ['condition', { expression: 'a > 1' }, 'a > 1'],
    ['end', { status: 'failed', message: 'No' }, 'Failed · No'],
    ['script', { command: ['make'] }, 'make'],
    ['forEach', { items: 'variables.files', step: { type: 'amp', config: {} } }, 'variables.files · amp'],
    ['bestOf', { attempts: 3, prompt: 'Try' }, '3 attempts · Try'],
    ['wait', { durationMs: 90_000 }, '1 m 30 s'],
    ['wait', { until: 'variables.at' }, 'until variables.at'],
    ['telepathy', {}, 'This version does not know this type'],
  ])('%s %j: %s', (type, config, summary) => {
    expect(configSummary(type, config)).toBe(summary);
  });

  it('never fails on a config, whatever it holds', () => {
    fc.assert(fc.property(fc.constantFrom(...nodeTypes), fc.dictionary(fc.constantFrom('prompt', 'command', 'suite', 'only', 'message', 'join', 'expression', 'step', 'attempts', 'until', 'durationMs', 'quorum'), fc.jsonValue()), (type, config) => {
      expect(configSummary(type, config).length).toBeLessThanOrEqual(200);
      expect(configSummary(type, config)).not.toContain('\n');
    }));
  });

  it('edges say why they are taken', () => {
    const edge = { id: 'e', source: 'a', target: 'b' };
    expect([edgeLabel(edge), edgeWords(edge)]).toEqual(['', '']);
    const loop = { ...edge, outcome: 'failed', condition: 'nodes.test.output.failed.length\n  > variables.allowed', maxTraversals: 3 };
    expect(edgeLabel(loop)).toBe('failed · nodes.test.output.failed.le… · ≤ 3');
    expect(edgeWords(loop)).toBe('failed, if nodes.test.output.failed.length\n  > variables.allowed, at most 3 times');
    expect(edgeLabel({ ...edge, otherwise: true, label: 'no way' })).toBe('no way');
    expect(edgeWords({ ...edge, otherwise: true, label: 'no way' })).toBe('no way, otherwise');
  });

  it('the palette finds by name first', () => {
    const labels = (search: string): readonly string[] => paletteEntries(search, () => true).map(({ label }) => label);
    expect(labels('').slice(0, 3)).toEqual(['Agent', 'Test', 'Evaluate']);
    expect(labels('merge')[0]).toBe('Merge');
    expect(labels('merge').length).toBeGreaterThan(1);
    expect(labels('nothing like that')).toEqual([]);
  });
});

describe('connecting', () => {
  it('knows what cannot be', () => {
    const view = workflowView(chain);
    expect(connectProblem(view, 'test', 'start')).toBe('Nothing leads into the start.');
    expect(connectProblem(view, 'end', 'test')).toBe('Nothing leads out of an end.');
    expect(connectProblem(view, 'start', 'test')).toBe('They are connected already.');
    expect(connectProblem(view, 'test', 'gone')).toBe('One of the two is not there any more.');
    expect(connectProblem(view, 'start', 'end')).toBeUndefined();
  });

  it('takes the next outcome, and bounds what closes a cycle', () => {
    const view = workflowView(chain);
    expect(connect(view, 'test', 'test').operations).toEqual([{ kind: 'add', list: 'edges', value: { id: 'test-test', source: 'test', target: 'test', outcome: 'failed', maxTraversals: 3 } }]);
    const twoWays = workflowView(storyWorkflow({ nodes: ['start', 'a', 'b'].map((id) => storyNode(id, id === 'start' ? 'start' : 'script', 0, 0)), edges: [storyEdge('start', 'a'), storyEdge('start', 'b'), storyEdge('b', 'a')] }));
    // Seen from the start, the older edge is now the one that leads back.
    expect(connect(twoWays, 'a', 'b').operations).toEqual([{ kind: 'add', list: 'edges', value: { id: 'a-b', source: 'a', target: 'b' } }, { kind: 'set', list: 'edges', id: 'b-a', path: ['maxTraversals'], value: 3 }]);
  });

  it('never leaves a cycle without a bound, nor the same edge twice', () => {
    fc.assert(
      fc.property(anyWorkflow, fc.nat(), fc.nat(), (workflow, from, to) => {
        const view = workflowView(workflow);
        const [source, target] = [from, to].map((index) => view.nodes[index % view.nodes.length]?.id ?? '');
        if (source === undefined || target === undefined || connectProblem(view, source, target) !== undefined) return;
        const unbounded = (one: WorkflowView): readonly string[] => {
          const graph = viewGraph(one);
          return one.edges.filter(({ id, maxTraversals }) => graph.isBack(id) && maxTraversals === undefined).map(({ id }) => id);
        };
        const result = after(workflow, connect(view, source, target));
        expect(result.edges).toHaveLength(view.edges.length + 1);
        expect(unbounded(result).filter((id) => !unbounded(view).includes(id))).toEqual([]);
        expect(connectProblem(result, source, target) === undefined).toBe(result.nodes.some(({ id, type }) => id === source && ['test', 'eval', 'approval', 'condition', 'forEach', 'bestOf', 'workflow'].includes(type)) && connectProblem(result, source, target) === undefined);
      }),
    );
  });
});

describe('clipboard', () => {
  it('pastes as often as one likes, with ids of their own', () => {
    fc.assert(
      fc.property(anyWorkflow, fc.integer({ min: 1, max: 3 }), (workflow, times) => {
        const view = workflowView(workflow);
        const copied = readCopied(copyOf(workflow, view, { nodes: view.nodes.map(({ id }) => id), edges: [], notes: [] }) ?? '') ?? expect.unreachable('nothing was copied');
        let text: unknown = workflow;
        for (let time = 0; time < times; time++) {
          const gesture = pasteCopied(workflowView(text), copied, undefined);
          const before = workflowView(text);
          const edited = textEditsOf(JSON.stringify(text), gesture?.operations ?? []);
          if ('refused' in edited) return expect.unreachable(edited.refused);
          text = JSON.parse(editedText(JSON.stringify(text), edited.edits));
          const now = workflowView(text);
          expect(new Set(now.nodes.map(({ id }) => id)).size).toBe(now.nodes.length);
          const pasted = now.nodes.slice(before.nodes.length);
          expect(pasted).toHaveLength(gesture?.selection.nodes.length ?? 0);
          expect(now.nodes.filter(({ type }) => type === 'start').length).toBe(before.nodes.filter(({ type }) => type === 'start').length);
          // What is pasted speaks only of what was pasted with it, or of what was not copied.
          const inner = now.edges.slice(before.edges.length);
          for (const { source, target } of inner) expect(pasted.some(({ id }) => id === source) && pasted.some(({ id }) => id === target)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('reads nothing but its own', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readCopied(text)).toBeUndefined();
    }));
    expect(readCopied('{"format":"ampOrchestrator.workflow/1","nodes":"no"}')?.nodes).toEqual([]);
  });
});

describe('walking', () => {
  it('goes along edges, and to siblings', () => {
    const view = workflowView(releaseWorkflow());
    const graph = viewGraph(view);
    const path = (from: string, ...ways: readonly ('left' | 'right' | 'up' | 'down')[]): string => ways.reduce((at, way) => walk(view, graph, at, way) ?? at, from);
    expect(path('start', 'right', 'right', 'right')).toBe('fork');
    expect(path('test', 'left')).toBe('implement');
    expect(path('quality', 'down')).toBe('review');
    expect(path('review', 'up')).toBe('quality');
    expect(path('merge', 'down')).toBe('stopped');
    expect(walk(view, graph, 'end', 'right')).toBeUndefined();
    expect(walk(view, graph, 'gone', 'right')).toBeUndefined();
  });

  it('reaches every step of a list, in the order of the engine', () => {
    fc.assert(fc.property(anyWorkflow, (workflow) => {
      const view = workflowView(workflow);
      const graph = viewGraph(view);
      expect([...walkingOrder(view, graph)].sort()).toEqual(view.nodes.map(({ id }) => id).sort());
      const shown = treeRows(view, graph, new Set());
      expect(shown).toHaveLength(view.nodes.length + view.edges.length);
    }));
  });
});

describe('drawing', () => {
  const drawing = (workflow: WorkflowView, part: Partial<Drawing> = {}): Drawing => ({ workflow, graph: viewGraph(workflow), issues: [], overlay: { nodes: new Map(), edges: new Map() }, selection: nothingSelected, current: undefined, target: undefined, renaming: undefined, writing: undefined, canEdit: true, places: new Map(), ...part });

  it('keeps each element that says the same', () => {
    const raw = releaseWorkflow();
    const first = flowNodes(drawing(workflowView(raw)), []);
    const same = workflowView(structuredClone(raw));
    expect(flowNodes(drawing(same), first)).toBe(first);
    const edges = flowEdges(drawing(workflowView(raw)), []);
    expect(flowEdges(drawing(same), edges)).toBe(edges);
    const moved = flowNodes(drawing(same, { places: new Map([['test', { x: 1, y: 2 }]]) }), first);
    expect(moved.filter((node, index) => node !== first[index]).map(({ id }) => id)).toEqual(['test']);
    const [testBefore, testAfter] = [first, moved].map((nodes) => nodes.find(({ id }) => id === 'test'));
    expect(testAfter?.data).toBe(testBefore?.data);
    const selected = flowNodes(drawing(same, { selection: { ...nothingSelected, nodes: ['merge'] }, current: 'merge' }), moved);
    expect(selected.filter((node, index) => node !== moved[index]).map(({ id }) => id)).toEqual(['test', 'merge']);
  });

  it('draws 800 steps anew in a few milliseconds', () => {
    const raw = longWorkflow(800);
    let nodes = flowNodes(drawing(workflowView(raw)), []);
    const times = Array.from({ length: 20 }, (_, index) => {
      const workflow = workflowView(structuredClone(raw));
      const given = drawing(workflow, { places: new Map([['step5', { x: index, y: 0 }]]) });
      const began = performance.now();
      nodes = flowNodes(given, nodes);
      flowEdges(given, []);
      return performance.now() - began;
    }).sort((a, b) => a - b);
    expect(times[10]).toBeLessThan(40);
  });
});

describe('gestures', () => {
  it('begin an empty workflow with something that can be run once its agent has a prompt', () => {
    const view = after(storyWorkflow(), firstStep(workflowView(storyWorkflow())));
    expect(view.nodes.map(({ id, type, position }) => `${id} ${type} ${position.x},${position.y}`)).toEqual(['start start 0,0', 'amp amp 288,0', 'end end 576,0']);
    expect(view.edges.map(({ id }) => id)).toEqual(['start-amp', 'amp-end']);
  });

  it('put no step onto another one', () => {
    fc.assert(fc.property(fc.array(fc.record({ x: fc.integer({ min: 0, max: 1500 }), y: fc.integer({ min: 0, max: 800 }) }), { minLength: 1, maxLength: 60 }), (taken) => {
      const place = placeAfter(taken[0] ?? { x: 0, y: 0 }, taken);
      expect(taken.some(({ x, y }) => Math.abs(x - place.x) < nodeSize.width && Math.abs(y - place.y) < nodeSize.height)).toBe(false);
      expect([place.x % 16, place.y % 16].map(Math.abs)).toEqual([0, 0]);
    }));
  });

  it('delete what is selected, each edge once', () => {
    const view = workflowView(chain);
    const gesture = removeSelected(view, { nodes: ['test'], edges: ['start-test'], notes: [] });
    expect(gesture?.operations).toEqual([{ kind: 'remove', list: 'nodes', id: 'test' }]);
    expect(after(chain, gesture).edges).toEqual([]);
    expect(removeSelected(view, nothingSelected)).toBeUndefined();
  });
});

describe('what comes from outside', () => {
  it('reads snapshots, and no other message', () => {
    expect(readSnapshot(workflowSnapshot(chain))).toEqual(workflowSnapshot(chain));
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(readSnapshot(value)).toBeUndefined();
    }));
    const odd = { ...workflowSnapshot(chain), issues: [7, { severity: 'error', code: 'x', message: 'm', path: '/' }], executions: [{ id: 1 }] };
    expect(readSnapshot(odd)).toMatchObject({ issues: [{ code: 'x' }], executions: [] });
    expect(readSnapshot({ ...workflowSnapshot(chain), unreadable: 'no' })).toBeUndefined();
  });

  it('reads what the page kept, whatever that is', () => {
    const fresh = readPageState(undefined, 'a');
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(readPageState(value, 'a')).toEqual(fresh);
    }));
    const state = { ...fresh, current: 'x', view: 'tree', viewport: { x: 1, y: 2, zoom: 0.5 }, paletteOpen: false };
    expect(readPageState(state, 'a')).toEqual(state);
    expect(readPageState(state, 'b')).toEqual({ ...fresh, subject: 'b' });
    expect(readPageState({ ...state, viewport: { x: 1, y: 2, zoom: 0 } }, 'a').viewport).toBeUndefined();
  });

  it('leaves keys of the workbench alone', () => {
    const key = (name: string, part: object = {}): unknown => actionOfKey({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...part })?.kind;
    expect([key('p', { ctrlKey: true }), key('s', { ctrlKey: true }), key('f', { ctrlKey: true }), key('F1'), key('Tab'), key(' '), key('ArrowUp', { ctrlKey: true, shiftKey: true }), key('C', { ctrlKey: true, shiftKey: true }), key('c', { altKey: true })]).toEqual(Array(9).fill(undefined));
    expect([key('z', { metaKey: true }), key('Z', { ctrlKey: true, shiftKey: true }), key('?', { shiftKey: true }), key('ArrowUp', { altKey: true })]).toEqual(['undo', 'redo', 'help', 'nudge']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimelineNode, TreeIteration, TreeStep } from '../../../src/model/timelineTree';
import { timelineTree } from '../../../src/model/timelineTree';

type Node = TimelineNode<TreeStep, TreeIteration>;

function step(id: string, part: Partial<TreeStep> = {}): TreeStep {
  return { id, tsStart: 0, tsEnd: 1, status: 'success', ...part };
}

function outline(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => [`${'  '.repeat(node.depth)}${node.key}`, ...outline(node.children)]);
}

function keys(nodes: readonly Node[]): readonly string[] {
  const found: string[] = [];
  const stack = [...nodes];
  for (let node = stack.pop(); node; node = stack.pop()) {
    found.push(node.key);
    stack.push(...node.children);
  }
  return found.sort();
}

describe('timelineTree', () => {
  it('nests steps below their parents and iterations, by start time', () => {
    const tree = timelineTree(
      [
        step('tool', { parentId: 'run', tsStart: 20 }),
        step('chat', { parentId: 'run', tsStart: 10 }),
        step('run', { iterationId: 'i1', tsStart: 5 }),
        step('commit', { iterationId: 'i1', tsStart: 30 }),
        step('worktree', { tsStart: 1 }),
      ],
      [{ id: 'i1', tsStart: 4 }],
    );
    expect(outline(tree)).toEqual(['worktree', 'iteration:i1', '  run', '    chat', '    tool', '  commit']);
  });

  it('keeps steps whose parent is missing at the root', () => {
    expect(outline(timelineTree([step('orphan', { parentId: 'gone', iterationId: 'gone too' })], []))).toEqual(['orphan']);
  });

  it('opens a ring at its earliest step', () => {
    const tree = timelineTree([step('a', { parentId: 'c', tsStart: 3 }), step('b', { parentId: 'a', tsStart: 1 }), step('c', { parentId: 'b', tsStart: 2 }), step('self', { parentId: 'self', tsStart: 9 })], []);
    expect(outline(tree)).toEqual(['b', '  c', '    a', 'self']);
  });

  it('adds up what carries usage, once', () => {
    const call = { parentId: 'run', tokensIn: 100, tokensOut: 10, costNano: 5 } as const;
    const [run] = timelineTree(
      [step('run'), step('one', { ...call, costBasis: 'computed' }), step('two', { ...call, costBasis: 'approximate' }), step('three', { parentId: 'run', tokensIn: 1, costBasis: 'unknown' }), step('tool', { parentId: 'two', status: 'error' })],
      [],
    );
    expect(run?.rollUp).toEqual({ tokensIn: 201, tokensOut: 20, costNano: 10, costs: 2, unknownCosts: 1, approximateCosts: 1, errors: 1, steps: 5 });
  });

  it('does not overflow on a chain of a hundred thousand steps', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => step(`s${index}`, { tsStart: index, ...(index > 0 ? { parentId: `s${index - 1}` } : {}) }));
    expect(timelineTree(chain, [])[0]?.rollUp.steps).toBe(100_000);
  });

  it('shows every step of any input exactly once, and adds up to the same sums', () => {
    const id = fc.integer({ min: 0, max: 12 }).map((n) => `s${n}`);
    const time = fc.oneof(fc.integer({ min: -5, max: 50 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
    const anyStep: fc.Arbitrary<TreeStep> = fc.record(
      {
        id,
        parentId: id,
        iterationId: fc.constantFrom('i1', 'i2', 'none'),
        tsStart: time,
        tsEnd: time,
        status: fc.constantFrom('running', 'success', 'error', 'cancelled'),
        tokensIn: fc.nat(1000),
        costNano: fc.nat(1000),
      },
      { requiredKeys: ['id', 'tsStart', 'status'] },
    );
    const iterations = [
      { id: 'i1', tsStart: 0 },
      { id: 'i2', tsStart: Number.NaN },
    ];
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const tree = timelineTree(steps, iterations);
        const distinct = new Map(steps.map((each) => [each.id, each]));
        expect(keys(tree)).toEqual([...distinct.keys(), 'iteration:i1', 'iteration:i2'].sort());
        const expected = [...distinct.values()].reduce((sum, each) => sum + (each.costNano ?? 0), 0);
        expect(tree.reduce((sum, { rollUp }) => sum + rollUp.costNano, 0)).toBe(expected);
        expect(tree.reduce((sum, { rollUp }) => sum + rollUp.steps, 0)).toBe(distinct.size);
      }),
    );
  });
});

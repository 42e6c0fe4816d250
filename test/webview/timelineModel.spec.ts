import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costFigure } from '../../webview/shared/figures';
import { parseFilter } from '../../webview/sessionTimeline/filter';
import { buildTree, durationOf, timelineRows } from '../../webview/sessionTimeline/model';
import { targetOfKey } from '../../webview/sessionTimeline/parts/listKeys';
import { timeAxis } from '../../webview/sessionTimeline/timeAxis';
import { longStory, realisticStory, storySnapshot, storySpan, storyStart } from '../support/webviewStories';
import { timelineSpan } from '../../src/protocol/timelineSnapshot';

const everything = { collapsed: new Set<string>(), filter: undefined };
const tree = buildTree(storySnapshot(realisticStory()));

describe('timelineRows', () => {
  it('numbers siblings and levels', () => {
    const rows = timelineRows(tree, everything);
    expect(rows).toHaveLength(52);
    expect(rows[1]).toMatchObject({ expanded: true, position: 1, siblings: 3 });
    expect(rows.filter(({ node }) => node.depth === 0).map(({ position, siblings }) => [position, siblings])).toEqual([[1, 2], [2, 2]]);
  });

  it('hides what is below a collapsed row, unless a filter finds it', () => {
    const collapsed = new Set(['iteration:iteration-1', 'iteration:iteration-2']);
    expect(timelineRows(tree, { collapsed, filter: undefined })).toHaveLength(2);
    expect(timelineRows(tree, { collapsed, filter: parseFilter('git') }).map(({ node }) => node.key)).toEqual(['iteration:iteration-1', 'iteration-1-commit', 'iteration:iteration-2', 'iteration-2-commit']);
  });

  it('is ready in time for a hundred thousand steps', () => {
    const snapshot = storySnapshot(longStory(100_000));
    const startedAt = performance.now();
    const rows = timelineRows(buildTree(snapshot), everything);
    expect(rows).toHaveLength(100_002);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('filters', () => {
  const found = (query: string): number => timelineRows(tree, { ...everything, filter: parseFilter(query) }).filter((row) => !row.dimmed).length;

  it.each([
    ['error', 2],
    ['tool:bash', 7],
    ['TOOL:Bash ERROR', 2],
    ['type:eval', 2],
    ['type:iteration', 2],
    ['status:success type:agent', 9],
    ['negative amounts', 3],
    ['tool:', 35],
    ['odd:field', 0],
  ])('%s finds %i', (query, count) => {
    expect(found(query)).toBe(count);
  });

  it('asks for nothing when nothing is typed', () => {
    expect(parseFilter('  ')).toBeUndefined();
  });

  it('takes anything that can be typed', () => {
    fc.assert(fc.property(fc.string(), (query) => void found(query)));
  });
});

describe('timeAxis', () => {
  const end = storyStart + 10_000_000;

  it('draws idle hours as a short break', () => {
    const axis = timeAxis(tree, end);
    expect(axis.breaks).toHaveLength(1);
    expect(axis.at(storyStart)).toBe(0);
    expect(axis.at(storyStart + 3_600_000) - axis.at(storyStart + 101_000)).toBeLessThan(0.05);
    expect(axis.busyMs).toBeLessThan(200_000);
  });

  it('keeps the order of times and stays between 0 and 1', () => {
    const span = fc.record({ start: fc.integer({ min: 0, max: 1_000_000 }), duration: fc.option(fc.integer({ min: -100, max: 100_000 }), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), fc.array(fc.integer({ min: -10, max: 2_000_000 }), { minLength: 2, maxLength: 10 }), (spans, times) => {
        const nodes = buildTree({ iterations: [], spans: spans.map(({ start, duration }, index) => timelineSpan(storySpan(`s${index}`, start, duration))) });
        const axis = timeAxis(nodes, storyStart + 1_500_000);
        const places = times.sort((a, b) => a - b).map((time) => axis.at(storyStart + time));
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual(places[index - 1] ?? 0);
          expect(place).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('figures', () => {
  it('tells unknown, lower bounds and estimates apart', () => {
    const none = { costNano: 0, costs: 0, unknownCosts: 0, approximateCosts: 0 };
    expect(costFigure(none)).toBeUndefined();
    expect(costFigure({ ...none, unknownCosts: 1 })?.text).toBe('—');
    expect(costFigure({ ...none, costNano: 420_000_000, costs: 1, unknownCosts: 1 })?.text).toBe('≥ $0.42');
    expect(costFigure({ ...none, costNano: 420_000_000, costs: 1, approximateCosts: 1 })?.text).toBe('~$0.42');
  });

  it('never shows a negative duration', () => {
    const [node] = buildTree({ iterations: [], spans: [timelineSpan({ ...storySpan('x', 50, 1), tsEnd: storyStart })] });
    expect(node && durationOf(node, 0)).toBe(0);
  });
});

describe('keys', () => {
  it('never leave the rows', () => {
    const rows = timelineRows(tree, everything);
    const keys = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', 'Escape', ' ', 'a');
    fc.assert(
      fc.property(keys, fc.integer({ min: -1, max: rows.length - 1 }), (key, selected) => {
        const target = targetOfKey(key, rows, selected, 18);
        if (target?.kind === 'select') expect(rows[target.index]).toBeDefined();
      }),
    );
  });
});

import { build } from 'esbuild';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutPoints } from '../../../../src/vscode/editors/layout';
import { layoutGraph } from '../../../../src/vscode/editors/layoutThread';
import { temporaryDirectory } from '../../../support/temporary';

const size = { width: 180, height: 60 };
const nodes = ['start', 'a', 'b', 'end'].map((id) => ({ id, ...size }));
const edges = [{ source: 'start', target: 'a' }, { source: 'start', target: 'b' }, { source: 'a', target: 'end' }, { source: 'b', target: 'end' }, { source: 'end', target: 'start' }, { source: 'a', target: 'gone' }, { source: 'a', target: 'a' }];

describe('the layout', () => {
  it('goes from left to right, on the grid, without overlaps', () => {
    const points = new Map(layoutPoints(nodes, edges).map((point) => [point.id, point]));
    const x = (id: string): number => points.get(id)?.x ?? Number.NaN;
    expect(x('start')).toBeLessThan(x('a'));
    expect(x('a')).toBe(x('b'));
    expect(x('b')).toBeLessThan(x('end'));
    expect(Math.abs((points.get('a')?.y ?? 0) - (points.get('b')?.y ?? 0))).toBeGreaterThanOrEqual(size.height);
    for (const point of points.values()) expect([point.x % 16, point.y % 16]).toEqual([0, 0]);
  });

  it('of 800 nodes is made in a thread, and stopped with its signal', async () => {
    const assets = temporaryDirectory();
    await build({ entryPoints: { layoutWorker: 'src/vscode/editors/layoutWorker.ts' }, outdir: assets, bundle: true, platform: 'node', format: 'cjs', absWorkingDir: path.resolve(import.meta.dirname, '../../../..') });
    const many = Array.from({ length: 800 }, (_, index) => ({ id: `n${index}`, ...size }));
    const links = many.slice(1).map((_, index) => ({ source: `n${Math.floor(index / 2)}`, target: `n${index + 1}` }));
    const points = await layoutGraph(assets, many, links);
    expect(points).toHaveLength(800);
    expect(await layoutGraph(assets, nodes, edges)).toEqual(layoutPoints(nodes, edges));
    const controller = new AbortController();
    const stopped = layoutGraph(assets, many, links, controller.signal);
    controller.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await expect(layoutGraph(temporaryDirectory(), nodes, edges)).rejects.toThrow();
  });

  it('of nothing is nothing', () => {
    expect(layoutPoints([], [])).toEqual([]);
  });
});

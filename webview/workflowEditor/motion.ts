import type { Point } from './geometry';

/** Milliseconds; nothing at all where a person wants no motion. */
export function motionMs(): number {
  return isMotionReduced() ? 0 : 150;
}

function isMotionReduced(): boolean {
  return document.body.classList.contains('vscode-reduce-motion') || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Many things moving at once show nothing and cost frames. */
const mostAnimated = 200;

/** Moves all from where they are to where they go; resolves when they are there. `show` is called with each step on the way and at last with the end. */
export async function glide(from: ReadonlyMap<string, Point>, to: ReadonlyMap<string, Point>, show: (places: ReadonlyMap<string, Point>) => void): Promise<void> {
  const durationMs = to.size > mostAnimated ? 0 : motionMs();
  const beganAt = performance.now();
  while (durationMs > 0) {
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const share = (now - beganAt) / durationMs;
    if (share >= 1) break;
    show(new Map([...to].map(([id, end]) => [id, between(from.get(id) ?? end, end, eased(Math.max(share, 0)))])));
  }
  show(to);
}

function between(start: Point, end: Point, share: number): Point {
  return { x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share };
}

function eased(share: number): number {
  return 1 - (1 - share) ** 3;
}

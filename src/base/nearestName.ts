/** The known name that a person who wrote this most likely meant; undefined when none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  const few = written.slice(0, 100).toLowerCase();
  // What differs by more letters than it may is not near, whatever the letters are.
  const [nearest] = known.filter((name) => Math.abs(name.length - few.length) <= most(name)).map((name) => ({ name, steps: distance(few, name.toLowerCase()) })).sort((a, b) => a.steps - b.steps);
  return nearest && nearest.steps <= most(nearest.name) ? nearest.name : undefined;
}

/** Letters that may be wrong. */
function most(name: string): number {
  return Math.max(1, Math.floor(name.length / 3));
}

/** What is added to a message about a name that nobody knows; empty when none is near. */
export function meant(written: string, known: readonly string[]): string {
  const nearest = nearestName(written, known);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** Letters to insert, take away, replace or swap with the next one (optimal string alignment distance). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, (before[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

const longestId = 100;

/** An id that is not taken yet, from something that says what it is: `implement`, `implement2`, `implement3`. */
export function newId(wish: string, taken: ReadonlySet<string>): string {
  const stem = stemOf(wish);
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : String(number);
    const id = stem.slice(0, longestId - suffix.length) + suffix;
    if (!taken.has(id)) return id;
  }
}

/** Ids begin with a letter; the number that another copy was given is left out. */
function stemOf(wish: string): string {
  const letters = wish.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z]+/, '').replace(/-+$/, '');
  return letters.replace(/\d+$/, '') || 'item';
}

/** Takes ids one after the other, each new one counting as taken. */
export function idTaker(taken: Iterable<string>): (wish: string) => string {
  const known = new Set(taken);
  return (wish) => {
    const id = known.has(wish) || !/^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(wish) ? newId(wish, known) : wish;
    known.add(id);
    return id;
  };
}

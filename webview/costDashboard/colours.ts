/** How many colours there are; more series than that are never drawn. */
export const colourCount = 6;
const remembered = 200;

/** The key of what is summed up as the rest: it has a colour of its own. */
export const restColour = -1;

/**
 * Gives every key a colour. A key keeps the one it had, unless another one that is shown with it has it; new ones get the first free one.
 * Returns what is to be remembered: the same object when nothing is new.
 */
export function assignColours(keys: readonly string[], known: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const used = new Set<number>();
  const chosen = new Map<string, number>();
  for (const key of keys) {
    const colour = Object.hasOwn(known, key) ? known[key] : undefined;
    if (colour === undefined || colour < 0 || colour >= colourCount || used.has(colour)) continue;
    chosen.set(key, colour);
    used.add(colour);
  }
  for (const key of keys) {
    if (chosen.has(key)) continue;
    const free = Array.from({ length: colourCount }, (_, index) => index).find((index) => !used.has(index)) ?? 0;
    chosen.set(key, free);
    used.add(free);
  }
  if ([...chosen].every(([key, colour]) => known[key] === colour)) return known;
  // Those of now at the end, so that the oldest are forgotten first.
  const others = Object.entries(known).filter(([key]) => !chosen.has(key));
  return Object.fromEntries([...others, ...chosen].slice(-remembered));
}

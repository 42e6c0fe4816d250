/** Lower-case ASCII words joined by dashes, at most `longest` characters: fit for a branch, a file and an id. `otherwise`: when nothing is left. */
export function slug(name: string, { longest, otherwise }: { readonly longest: number; readonly otherwise: string }): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return words.slice(0, longest).replace(/^-+|-+$/g, '') || otherwise;
}

import { asObject, asText, parseObject } from '../../base/jsonShape';

/** A package as a lock file names it. */
export interface LockedPackage {
  /** Where npm puts it, or name and version: the same package on both sides. */
  readonly key: string;
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript: boolean;
  readonly isLink: boolean;
}

/** The packages of a package-lock.json of npm 7 or later; undefined for other lock files and other versions. */
export function lockedPackages(text: string): readonly LockedPackage[] | undefined {
  const packages = asObject(parseObject(text)?.['packages']);
  if (!packages) return undefined;
  return Object.entries(packages).flatMap(([key, value]): LockedPackage[] => {
    const entry = asObject(value);
    if (key === '' || !entry) return [];
    const [resolved, integrity] = [asText(entry['resolved']), asText(entry['integrity'])];
    return [{ key, version: asText(entry['version']) ?? '', hasInstallScript: entry['hasInstallScript'] === true, isLink: entry['link'] === true, ...(resolved !== undefined && { resolved }), ...(integrity !== undefined && { integrity }) }];
  });
}

/** Where packages come from in any lock file: hosts of addresses, and git repositories as `git`. */
export function lockedSources(text: string): ReadonlyMap<string, number> {
  const sources = new Map<string, number>();
  for (const { 0: found, 1: scheme = '', 2: host = '', index } of text.matchAll(/\b(git\+ssh|git\+https?|git|ssh|https?):\/\/(?:[^\s"'@/]*@)?([\w.-]+)/g)) {
    const source = scheme.startsWith('git') || scheme === 'ssh' ? `git at ${host}` : scheme === 'http' ? `${host} without encryption` : host;
    // Pages of projects and of those who want money are no sources.
    if (!/"(?:url|funding|homepage)"\s*:\s*"$/.test(text.slice(Math.max(0, index - 40), index)) && !sources.has(source) && found !== '') sources.set(source, index);
  }
  return sources;
}

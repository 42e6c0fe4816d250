/** One dependency as a manifest asks for it. */
export interface Dependency {
  readonly name: string;
  /** Version, range or source as it is written; empty for any. */
  readonly version: string;
  /** Section of the manifest; part of what it is, since the same name may be in several. */
  readonly group: string;
  /** Where it is written: offset in the text. */
  readonly offset: number;
}

/** What runs when packages are installed or built. */
export interface InstallStep {
  readonly name: string;
  readonly command: string;
  readonly offset: number;
}

export interface Manifest {
  readonly dependencies: readonly Dependency[];
  readonly steps: readonly InstallStep[];
}

export const emptyManifest: Manifest = { dependencies: [], steps: [] };

/** `remote`: code from a place that is no registry, which may be another one tomorrow · `local`: a folder or file · `any`: whatever is newest. */
export type DependencySource = 'registry' | 'remote' | 'local' | 'any';

export function sourceOf({ version }: Pick<Dependency, 'version'>): DependencySource {
  if (/^(?:git\b|git[+:@]|github:|gitlab:|bitbucket:|gist:|https?:|ssh:|git\+|[\w.-]+\/[\w.-]+(?:#.*)?$)|\bgit\s*=|\burl\s*=|@\s*(?:git\+|https?:)/i.test(version)) return 'remote';
  if (/^(?:file|link|portal):|^\.{0,2}\/|\bpath\s*=|@\s*file:/i.test(version)) return 'local';
  return /^(?:|\*|latest|next|x|>=?\s*0(?:\.0)*)$/i.test(version.trim()) ? 'any' : 'registry';
}

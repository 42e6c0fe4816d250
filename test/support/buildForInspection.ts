import { build, type BuildOptions, type Metafile } from 'esbuild';

/** Metafiles of all bundles as they would be built now, by bundle name. Nothing is written. */
export async function buildForInspection(): Promise<Record<string, Metafile>> {
  const { bundles } = (await import('../../esbuild.mjs' as string)) as { bundles: Record<string, BuildOptions> };
  const entries = await Promise.all(
    Object.entries(bundles).map(async ([name, options]) => {
      const { metafile } = await build({ ...options, write: false });
      if (!metafile) throw new Error(`the bundle ${name} has no metafile`);
      return [name, metafile] as const;
    }),
  );
  return Object.fromEntries(entries);
}

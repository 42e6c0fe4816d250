/** Folders that tools make and make again: what package managers install, compilers build and test runners measure. */
const madeByTools = new Set([
  'node_modules', 'bower_components', 'vendor', 'dist', 'build', 'out', 'target', 'coverage', '.nyc_output',
  '.cache', '.parcel-cache', '.turbo', '.next', '.nuxt', '.svelte-kit', '.vite', '.gradle', '.venv', 'venv', '__pycache__',
  '.pytest_cache', '.mypy_cache', '.ruff_cache', '.tox', '.eggs', 'obj', '.dart_tool', '.terraform',
]);

/** True for an ignored folder whose content a tool makes again; anything else may be somebody's data. */
export function regenerable(folder: string): boolean {
  const name = folder.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return madeByTools.has(name) || name.endsWith('.egg-info');
}

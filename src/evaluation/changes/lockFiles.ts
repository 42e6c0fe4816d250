/** Lock files by the names of the manifests that they follow. */
const manifests: Readonly<Record<string, readonly string[]>> = {
  'package-lock.json': ['package.json'],
  'npm-shrinkwrap.json': ['package.json'],
  'pnpm-lock.yaml': ['package.json', 'pnpm-workspace.yaml'],
  'yarn.lock': ['package.json'],
  'bun.lock': ['package.json'],
  'bun.lockb': ['package.json'],
  'deno.lock': ['deno.json', 'deno.jsonc', 'package.json'],
  'Cargo.lock': ['Cargo.toml'],
  'go.sum': ['go.mod'],
  'poetry.lock': ['pyproject.toml'],
  'uv.lock': ['pyproject.toml'],
  'pdm.lock': ['pyproject.toml'],
  'Pipfile.lock': ['Pipfile'],
  'Gemfile.lock': ['Gemfile'],
  'composer.lock': ['composer.json'],
  'flake.lock': ['flake.nix'],
};

export function isLockFile(name: string): boolean {
  return Object.hasOwn(manifests, name);
}

/** Names of the files that a lock file is made from; empty for what is none. */
export function manifestsOfLock(name: string): readonly string[] {
  return Object.hasOwn(manifests, name) ? (manifests[name] ?? []) : [];
}

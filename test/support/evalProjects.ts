import type { TreeContent } from './evalHarness';

/** How many modules a project has, and which of their tests fail. */
export interface ProjectSize {
  readonly modules: number;
  /** Numbers of modules (from 0) with a wrong result, which one test each finds. */
  readonly broken?: readonly number[];
}

const files = (entries: readonly (readonly [string, string])[]): TreeContent => Object.fromEntries(entries);
const each = (modules: number, make: (n: number) => readonly (readonly [string, string])[]): readonly (readonly [string, string])[] => Array.from({ length: modules }, (_, n) => make(n)).flat();

/** A TypeScript library with vitest: each module has a branch that no test takes, three tests that pass when it is sound, and one that is skipped in every fifth. */
export function vitestLibrary({ modules, broken = [] }: ProjectSize): TreeContent {
  return files([
    ['package.json', JSON.stringify({ name: 'library', version: '1.0.0', type: 'module', scripts: { test: 'vitest' }, devDependencies: { vitest: '^5.0.0', typescript: '^6.0.0' } }, undefined, 2)],
    ['tsconfig.json', JSON.stringify({ compilerOptions: { target: 'ES2023', module: 'preserve', strict: true, noEmit: true, skipLibCheck: true, types: [] }, include: ['src'] }, undefined, 2)],
    ...each(modules, (n) => [
      [`src/module${n}.ts`, `export function scale${n}(value: number): number {\n  if (value < 0) {\n    return 0;\n  }\n  return value * ${broken.includes(n) ? n + 2 : n + 1};\n}\n\nexport function name${n}(): string {\n  return 'module ${n}';\n}\n`],
      [
        `test/module${n}.test.ts`,
        `import { describe, expect, it } from 'vitest';\nimport { name${n}, scale${n} } from '../src/module${n}';\n\ndescribe('module ${n}', () => {\n  it('scales', () => {\n    expect(scale${n}(2)).toBe(${2 * (n + 1)});\n  });\n  it('keeps zero', () => {\n    expect(scale${n}(0)).toBe(0);\n  });\n  it('has a name', () => {\n    expect(name${n}()).toBe('module ${n}');\n  });\n${n % 5 === 0 ? "  it.skip('waits', () => {});\n" : ''}});\n`,
      ],
    ]),
  ]);
}

/** A JavaScript project with node:test and no ESLint. */
export function nodeTestProject({ modules, broken = [] }: ProjectSize): TreeContent {
  return files([
    ['package.json', JSON.stringify({ name: 'service', version: '1.0.0', type: 'module', scripts: { test: 'node --test "test/*.test.js"' } }, undefined, 2)],
    ...each(modules, (n) => [
      [`lib/module${n}.js`, `export function add${n}(a, b) {\n  return a ${broken.includes(n) ? '-' : '+'} b + ${n};\n}\n`],
      [`test/module${n}.test.js`, `import assert from 'node:assert/strict';\nimport { describe, it } from 'node:test';\nimport { add${n} } from '../lib/module${n}.js';\n\ndescribe('module ${n}', () => {\n  it('adds', () => {\n    assert.equal(add${n}(2, 3), ${5 + n});\n  });\n  it('adds nothing', () => {\n    assert.equal(add${n}(0, 0), ${n});\n  });\n${n % 4 === 0 ? "  it.skip('waits', () => {});\n" : ''}});\n`],
    ]),
  ]);
}

/** A Python package with pytest. */
export function pytestPackage({ modules, broken = [] }: ProjectSize): TreeContent {
  return files([
    ['pyproject.toml', '[project]\nname = "numbers-of"\nversion = "1.0.0"\n\n[tool.pytest.ini_options]\npythonpath = ["."]\ntestpaths = ["tests"]\n'],
    ['numbers_of/__init__.py', ''],
    ...each(modules, (n) => [
      [`numbers_of/module${n}.py`, `def scale(value):\n    return value * ${broken.includes(n) ? n + 2 : n + 1}\n`],
      [`tests/test_module${n}.py`, `import pytest\n\nfrom numbers_of.module${n} import scale\n\n\ndef test_scale():\n    assert scale(2) == ${2 * (n + 1)}\n\n\n@pytest.mark.parametrize("value", [0, -0])\ndef test_nothing(value):\n    assert scale(value) == 0\n${n % 3 === 0 ? '\n\n@pytest.mark.skip\ndef test_later():\n    raise NotImplementedError\n' : ''}`],
    ]),
  ]);
}

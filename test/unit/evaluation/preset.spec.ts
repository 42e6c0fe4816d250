import { describe, expect, it } from 'vitest';
import { detectPreset } from '../../../src/evaluation/preset';
import type { EvalPreset } from '../../../src/model/evalConfig';
import { treeOf, type FilesByName } from '../../support/evaluations';

const repositories: Readonly<Record<string, FilesByName>> = {
  'a TypeScript library with vitest and coverage': { 'package.json': '{"scripts":{"test":"vitest run"},"devDependencies":{"vitest":"5","@vitest/coverage-v8":"5"}}', 'tsconfig.json': '{}', 'src/a.ts': '', 'test/a.spec.ts': '' },
  'a JavaScript project with node:test': { 'package.json': '{"scripts":{"test":"node --test"}}', 'index.js': '', 'test/a.test.js': '' },
  'a Python package with pytest and coverage': { 'pyproject.toml': '[tool.pytest.ini_options]\n[tool.coverage.run]\nbranch = true\n', 'pkg/a.py': '', 'tests/test_a.py': '' },
  'a Go module': { 'go.mod': 'module x', 'a.go': '', 'a_test.go': '' },
  'a crate': { 'Cargo.toml': '[package]', 'src/lib.rs': '' },
  'a folder of notes': { 'README.md': '# Notes' },
  'a broken manifest': { 'package.json': '{', 'index.js': '' },
  'nothing at all': {},
};

async function lines(preset: EvalPreset, files: FilesByName): Promise<string> {
  const { evaluators, gate } = await detectPreset(preset, treeOf(files));
  const rows = evaluators.map(({ name, required, weight, options }) => `    ${name}${required === true ? ' required' : ''} weight ${weight ?? 1}${options ? ` ${JSON.stringify(options)}` : ''}`);
  return [`  ${preset}${Object.keys(gate).length > 0 ? ` gate ${JSON.stringify(gate)}` : ''}`, ...rows].join('\n');
}

describe('presets', () => {
  it('are what the repository looks like', async () => {
    const text = await Promise.all(Object.entries(repositories).map(async ([what, files]) => `${what}\n${(await Promise.all((['recommended', 'strict', 'minimal', 'none'] as const).map((preset) => lines(preset, files)))).join('\n')}\n`));
    await expect(text.join('\n')).toMatchFileSnapshot('../../golden/evaluation/presets.txt');
  });

  it.each([
    ['jest that collects it', { 'package.json': '{"jest":{"coverageThreshold":{}}}' }, true],
    ['a script that measures it', { 'package.json': '{"scripts":{"test":"node --test --experimental-test-coverage"}}' }, true],
    ['nyc', { '.nycrc.json': '{}' }, true],
    ['coverage.py', { '.coveragerc': '' }, true],
    ['pytest-cov', { 'requirements-dev.txt': 'pytest\npytest-cov==5\n' }, true],
    ['a script that only speaks of it', { 'package.json': '{"scripts":{"docs":"echo coverage"}}' }, false],
    ['jest alone', { 'package.json': '{"devDependencies":{"jest":"30"},"jest":{}}' }, false],
  ] as const)('know a set-up for coverage: %s', async (_what, files, expected) => {
    const { evaluators } = await detectPreset('recommended', treeOf(files));
    expect(evaluators.some(({ use }) => use === 'coverage')).toBe(expected);
  });
});

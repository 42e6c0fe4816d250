import { asObject, asText, parseObject, type JsonObject } from '../base/jsonShape';
import type { EvalConfig, EvalFile, EvalPreset } from '../model/evalConfig';
import type { TreeFiles } from './evaluationInput';

/** What a repository looks like is read from these alone. */
export type PresetFiles = Pick<TreeFiles, 'list' | 'read'>;

export interface DetectedPreset {
  readonly evaluators: readonly EvalConfig[];
  readonly gate: Omit<NonNullable<EvalFile['gate']>, 'suite'>;
}

type Gating = Exclude<EvalPreset, 'none'>;

/** A built-in evaluator of the presets: those that have it, those that require it, and what it counts. */
interface PresetEntry {
  readonly use: NonNullable<EvalConfig['use']>;
  readonly in: readonly Gating[];
  readonly requiredIn: readonly Gating[];
  readonly weight: number;
  readonly when: (repository: Repository) => boolean;
  readonly options?: (repository: Repository, preset: Gating) => NonNullable<EvalConfig['options']>;
}

interface Repository {
  readonly hasScripts: boolean;
  readonly hasSource: boolean;
  readonly hasTypeScript: boolean;
  readonly hasCoverage: boolean;
}

const all: readonly Gating[] = ['minimal', 'recommended', 'strict'];
const most: readonly Gating[] = ['recommended', 'strict'];
const strictOnly: readonly Gating[] = ['strict'];

const always = (): boolean => true;

/** In the order in which a report shows them. Whoever asked for nothing is not blocked by what a project lacks: that is unscored. */
const entries: readonly PresetEntry[] = [
  { use: 'tests', in: all, requiredIn: all, weight: 3, when: always, options: ({ hasCoverage }, preset) => ({ missing: 'unscored', ...(hasCoverage && preset !== 'minimal' ? { coverage: true } : {}) }) },
  { use: 'integrity', in: all, requiredIn: all, weight: 1, when: always },
  { use: 'secrets', in: all, requiredIn: all, weight: 1, when: always },
  { use: 'typescript', in: most, requiredIn: strictOnly, weight: 1, when: ({ hasTypeScript }) => hasTypeScript },
  { use: 'eslint', in: most, requiredIn: strictOnly, weight: 1, when: ({ hasScripts }) => hasScripts },
  { use: 'coverage', in: most, requiredIn: [], weight: 1, when: ({ hasCoverage }) => hasCoverage, options: () => ({ shared: true, missing: 'unscored' }) },
  { use: 'complexity', in: most, requiredIn: [], weight: 1, when: ({ hasScripts }) => hasScripts },
  { use: 'duplication', in: most, requiredIn: [], weight: 1, when: ({ hasSource }) => hasSource },
  { use: 'dependency-changes', in: most, requiredIn: strictOnly, weight: 0, when: always },
  { use: 'diff-size', in: most, requiredIn: [], weight: 0, when: always },
  { use: 'todo-markers', in: most, requiredIn: [], weight: 0, when: always },
];

/** The evaluators of a preset that fit the repository. Only the names of its files and a few of its configurations are read. */
export async function detectPreset(preset: EvalPreset, files: PresetFiles): Promise<DetectedPreset> {
  if (preset === 'none') return { evaluators: [], gate: {} };
  const repository = await look(files);
  return {
    evaluators: entries
      .filter((entry) => entry.in.includes(preset) && entry.when(repository))
      .map(({ use, weight, requiredIn, options }) => ({ name: use, use, weight, ...(requiredIn.includes(preset) ? { required: true } : {}), ...(options ? { options: options(repository, preset) } : {}) })),
    gate: preset === 'strict' ? { noNewFindings: 'warning' } : {},
  };
}

async function look(files: PresetFiles): Promise<Repository> {
  const names = await files.list();
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  return {
    hasScripts: has(/\.(?:[cm]?[jt]s|[jt]sx)$/),
    hasSource: has(/\.(?:[cm]?[jt]s|[jt]sx|py|go|rs|java|kt|c|cc|cpp|h|hpp|cs|rb|php|swift|scala|vue|svelte)$/),
    hasTypeScript: names.includes('tsconfig.json'),
    hasCoverage: (await Promise.all([nodeCoverage(files), pythonCoverage(files)])).some(Boolean) || has(/^(?:\.nycrc(?:\.\w+)?|nyc\.config\.\w+|\.c8rc(?:\.json)?|\.coveragerc)$/),
  };
}

const coverageTools = ['@vitest/coverage-v8', '@vitest/coverage-istanbul', 'nyc', 'c8'];

async function nodeCoverage(files: PresetFiles): Promise<boolean> {
  const manifest = parseObject((await text(files, 'package.json')) ?? '');
  if (!manifest) return false;
  const dependencies = ['dependencies', 'devDependencies'].map((member) => asObject(manifest[member]) ?? {});
  const jest: JsonObject = asObject(manifest['jest']) ?? {};
  const scripts = Object.values(asObject(manifest['scripts']) ?? {}).map((script) => asText(script) ?? '');
  return (
    dependencies.some((list) => coverageTools.some((tool) => tool in list)) ||
    jest['collectCoverage'] === true ||
    jest['coverageThreshold'] !== undefined ||
    scripts.some((script) => /--(?:experimental-test-)?coverage\b/.test(script))
  );
}

async function pythonCoverage(files: PresetFiles): Promise<boolean> {
  const names = ['pyproject.toml', 'setup.cfg', 'tox.ini', 'pytest.ini', 'requirements-dev.txt', 'requirements.txt'];
  const texts = await Promise.all(names.map((name) => text(files, name)));
  return texts.some((content) => content !== undefined && /^\[(?:tool\.)?coverage[.:]|\bpytest-cov\b|--cov\b/m.test(content));
}

async function text(files: PresetFiles, name: string): Promise<string | undefined> {
  return (await files.read(name))?.toString('utf8');
}

import { availableParallelism } from 'node:os';
import { OrchestratorError } from '../base/errors';
import { asText } from '../base/jsonShape';
import { evalBaselineFile, evalConfigFile, type EvalConfig, type EvalFile } from '../model/evalConfig';
import { canonicalJson, sha256 } from './canonicalJson';
import { isOutside, looksLikeFile, scriptFile } from './definitionFiles';
import type { EvalConfigIssue, EvalDefinition, EvalSuite, ReadDefinitionFile } from './evalDefinition';
import { parseBaseline, parseEvalFile, placeOf } from './evalFile';
import { wholeSuite } from './evalFileRules';
import { detectPreset, type PresetFiles } from './preset';

/** Where a definition comes from: a commit for gates, a folder for trying out. */
export interface DefinitionSource {
  readonly files: PresetFiles;
  readonly read: ReadDefinitionFile;
  /** Evaluators at the same time where the file does not say. Default: the number of processors. */
  readonly concurrency?: number;
}

/** Something wrong in one of the files of a definition. */
export interface DefinitionIssue extends EvalConfigIssue {
  readonly file: string;
}

export type CheckedDefinition = { readonly definition: EvalDefinition } | { readonly issues: readonly [DefinitionIssue, ...DefinitionIssue[]] };

/** @throws OrchestratorError `evals-invalid` that names the place of the first issue and how many there are */
export async function loadDefinition(source: DefinitionSource): Promise<EvalDefinition> {
  const checked = await checkDefinition(source);
  if ('definition' in checked) return checked.definition;
  const [{ file, path, message }, ...others] = checked.issues;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new OrchestratorError('evals-invalid', `The evaluations are not right: ${file}${path === '' ? '' : ` at ${path}`}: ${message}${more}`, `Correct ${file}; for a gate it counts once it is in the base.`);
}

/** The definition, or all that is wrong in it and in the files that it names. */
export async function checkDefinition({ files, read, concurrency = availableParallelism() }: DefinitionSource): Promise<CheckedDefinition> {
  const text = await read(evalConfigFile);
  const parsed = text === undefined ? { value: { version: 1, preset: 'recommended' } satisfies EvalFile } : parseEvalFile(text);
  const baseline = await readBaseline(read);
  const [first, ...others] = [...('issues' in parsed ? parsed.issues.map((issue) => ({ ...issue, file: evalConfigFile })) : []), ...('issues' in baseline ? baseline.issues : [])];
  if (first) return { issues: [first, ...others] };
  if ('issues' in parsed || 'issues' in baseline) throw new Error('an empty list of issues');
  const file: EvalFile = parsed.value;
  const preset = file.preset ?? 'none';
  const detected = await detectPreset(preset, files);
  const evaluators = merged(detected.evaluators, file.evaluators ?? []);
  const named = await namedFiles(evaluators, read);
  const [firstMissing, ...otherMissing] = named.flatMap(({ path, content, name, isNeeded }) => (content === undefined && isNeeded ? [missing(path, name, file.evaluators ?? [], text ?? '')] : []));
  if (firstMissing) return { issues: [firstMissing, ...otherMissing] };
  const { suites, notices } = suitesOf(file, evaluators);
  const gate = { ...detected.gate, ...file.gate, suite: file.gate?.suite ?? suites[0].name };
  const setup = file.setup ?? [];
  const contents = Object.fromEntries(named.flatMap(({ path, content }) => (content === undefined ? [] : [[path, sha256(content)] as const])));
  return {
    definition: {
      source: text === undefined ? 'preset' : 'file',
      preset,
      evaluators,
      suites,
      gate,
      setup,
      concurrency: file.concurrency ?? concurrency,
      baseline: baseline.value,
      // How many run at the same time is a matter of the machine, and decides nothing.
      hash: sha256(canonicalJson({ preset, evaluators, suites, gate, setup, baseline: Object.fromEntries(baseline.value), contents })),
      notices: evaluators.length > 0 ? notices : [...notices, `${evalConfigFile} names no evaluators and no preset, so nothing is checked and every merge passes.`],
      read,
    },
  };
}

async function readBaseline(read: ReadDefinitionFile): Promise<{ readonly value: ReadonlyMap<string, string> } | { readonly issues: readonly DefinitionIssue[] }> {
  const text = await read(evalBaselineFile);
  if (text === undefined) return { value: new Map() };
  const parsed = parseBaseline(text);
  if ('issues' in parsed) return { issues: parsed.issues.map((issue) => ({ ...issue, file: evalBaselineFile })) };
  return { value: new Map(parsed.value.accepted.map(({ fingerprint, reason }) => [fingerprint, reason ?? 'It is in the baseline.'])) };
}

/** An evaluator of the file takes the place of the preset's one of the same name. */
function merged(preset: readonly EvalConfig[], own: readonly EvalConfig[]): readonly EvalConfig[] {
  const byName = new Map([...preset, ...own].map((config) => [config.name, config]));
  return [...byName.values()];
}

interface NamedFile {
  readonly name: string;
  readonly path: string;
  readonly isNeeded: boolean;
  readonly content: string | undefined;
}

/** Scripts, and the rubrics of judges: what an outcome depends on besides the configuration. */
async function namedFiles(evaluators: readonly EvalConfig[], read: ReadDefinitionFile): Promise<readonly NamedFile[]> {
  const named = evaluators.flatMap(({ name, script, use, options }): Omit<NamedFile, 'content'>[] => {
    const path = script === undefined ? undefined : scriptFile(script);
    if (path !== undefined) return [{ name, path, isNeeded: true }];
    const rubric = use === 'llm-judge' ? asText(options?.['rubric']) : undefined;
    return rubric !== undefined && looksLikeFile(rubric) && !isOutside(rubric) ? [{ name, path: rubric, isNeeded: !/\s/.test(rubric) }] : [];
  });
  return Promise.all(named.map(async (file) => ({ ...file, content: await read(file.path) })));
}

function missing(file: string, name: string, own: readonly EvalConfig[], text: string): DefinitionIssue {
  const index = own.findIndex((config) => config.name === name);
  const member = own[index]?.script === undefined ? ['options', 'rubric'] : ['script'];
  return { file: evalConfigFile, message: `The file ${file} is not there.`, ...placeOf(text, ['evaluators', index, ...member]) };
}

/** Without suites all evaluators are one. What a suite names of a preset and the repository lacks is left out, and told. */
function suitesOf({ suites = [] }: EvalFile, evaluators: readonly EvalConfig[]): { readonly suites: readonly [EvalSuite, ...EvalSuite[]]; readonly notices: readonly string[] } {
  const names = evaluators.map(({ name }) => name);
  const [first, ...others] = suites.map(({ name, evaluators: members }) => ({ name, evaluators: members.filter((member) => names.includes(member)) }));
  const notices = suites.flatMap(({ name, evaluators: members }) => members.filter((member) => !names.includes(member)).map((member) => `The suite "${name}" names "${member}", for which the preset found nothing in the repository.`));
  return { suites: first ? [first, ...others] : [{ name: wholeSuite, evaluators: names }], notices };
}

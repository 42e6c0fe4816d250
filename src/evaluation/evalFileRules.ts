import picomatch from 'picomatch';
import { asList, asName, asNumber, asObject, asText, type JsonObject } from '../base/jsonShape';
import type { ValueProblem } from '../base/jsonText';
import { meant } from '../base/nearestName';
import { builtinEvaluators } from '../model/evalConfig';
import { isOutside, looksLikeFile, scriptExtensions, scriptFile } from './definitionFiles';

/** The suite that there is when a file names none. */
export const wholeSuite = 'all';

type Path = ValueProblem['path'];

/** What no schema says. Looks only at what has the right form; the schema tells of the rest. */
export function brokenRules(value: unknown): readonly ValueProblem[] {
  const file = asObject(value);
  if (!file) return [];
  const evaluators = asList(file['evaluators']).map((entry) => asObject(entry) ?? {});
  const names = evaluators.map((evaluator) => asText(evaluator['name']));
  const hasPreset = file['preset'] !== undefined && file['preset'] !== 'none';
  const known = [...names.filter((name) => name !== undefined), ...(hasPreset ? builtinEvaluators : [])];
  return [
    ...evaluators.flatMap((evaluator, index) => evaluatorRules(evaluator, ['evaluators', index])),
    ...repeated(names, (index) => ['evaluators', index, 'name'], 'Another evaluator has the same name.'),
    ...asList(file['setup']).flatMap((command, index) => programRule(command, ['setup', index])),
    ...suiteRules(file, known),
  ];
}

function evaluatorRules(evaluator: JsonObject, path: Path): ValueProblem[] {
  const broken: ValueProblem[] = [];
  const kinds = ['use', 'script', 'command'].filter((kind) => evaluator[kind] !== undefined);
  if (kinds.length === 0) broken.push({ path, at: 'start', message: 'One of "use", "script" and "command" is missing: what the evaluator is.' });
  for (const kind of kinds.slice(1)) broken.push({ path: [...path, kind], at: 'name', message: `An evaluator has exactly one of "use", "script" and "command", and this one has "${kinds[0] ?? ''}" already.` });
  const script = asText(evaluator['script']);
  if (script !== undefined) broken.push(...scriptRule(script, [...path, 'script']));
  broken.push(...programRule(evaluator['command'], [...path, 'command']));
  const trials = asObject(evaluator['trials']);
  const [runs, pass] = [asNumber(trials?.['runs']), asNumber(trials?.['pass'])];
  if (runs !== undefined && pass !== undefined && pass > runs) broken.push({ path: [...path, 'trials', 'pass'], at: 'value', message: `It must be at most ${runs}, which is how often the evaluator is run.` });
  for (const list of ['include', 'exclude']) {
    asList(evaluator[list]).forEach((glob, index) => {
      if (asName(glob) !== undefined && !isGlob(String(glob))) broken.push({ path: [...path, list, index], at: 'value', message: 'This is no glob: its brackets do not match, or it is too long.' });
    });
  }
  return broken;
}

function scriptRule(script: string, path: Path): ValueProblem[] {
  const file = scriptFile(script);
  if (file === undefined) return looksLikeFile(script) ? [{ path, at: 'value', message: `A script is a file that ends with ${scriptExtensions.join(', ')}, or the source itself.` }] : [];
  return isOutside(file) ? [{ path, at: 'value', message: 'A script is in the repository: a path relative to its root, with forward slashes.' }] : [];
}

function programRule(command: unknown, path: Path): ValueProblem[] {
  return asList(command).length > 0 && asText(asList(command)[0])?.trim() === '' ? [{ path: [...path, 0], at: 'value', message: 'The program has no name.' }] : [];
}

function suiteRules(file: JsonObject, known: readonly string[]): ValueProblem[] {
  const suites = asList(file['suites']).map((entry) => asObject(entry) ?? {});
  const names = suites.map((suite) => asText(suite['name']));
  const broken = repeated(names, (index) => ['suites', index, 'name'], 'Another suite has the same name.');
  suites.forEach((suite, index) => {
    const members = asList(suite['evaluators']).map(asText);
    broken.push(...repeated(members, (member) => ['suites', index, 'evaluators', member], 'This evaluator is in the suite already.'));
    members.forEach((member, at) => {
      if (member !== undefined && !known.includes(member)) broken.push({ path: ['suites', index, 'evaluators', at], at: 'value', message: `There is no evaluator of this name.${meant(member, known)}` });
    });
  });
  const gated = asText(asObject(file['gate'])?.['suite']);
  const gateable = names.filter((name) => name !== undefined);
  const choices = gateable.length === 0 ? [wholeSuite] : gateable;
  if (gated !== undefined && !choices.includes(gated)) broken.push({ path: ['gate', 'suite'], at: 'value', message: `There is no suite of this name.${meant(gated, choices)}` });
  return broken;
}

function repeated(names: readonly (string | undefined)[], pathOf: (index: number) => Path, message: string): ValueProblem[] {
  return names.flatMap((name, index) => (name !== undefined && names.indexOf(name) < index ? [{ path: pathOf(index), at: 'value' as const, message }] : []));
}

function isGlob(glob: string): boolean {
  try {
    picomatch(glob, { dot: true, strictBrackets: true });
    return true;
  } catch {
    return false;
  }
}

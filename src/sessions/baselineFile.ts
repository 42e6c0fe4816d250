import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OrchestratorError, systemCode } from '../base/errors';
import { newId } from '../base/ids';
import { present } from '../base/jsonShape';
import { parseBaseline } from '../evaluation/evalFile';
import { evalBaselineFile, type EvalBaseline } from '../model/evalConfig';
import type { EvalFinding } from '../model/evalResult';

/**
 * Adds findings to the baseline file of a work tree, sorted so that two people's additions rarely meet; gives its path. It counts for
 * gates once it is in the base.
 * @throws OrchestratorError `evals-invalid` when the file that is there cannot be read, which leaves it as it is
 */
export async function addToBaseline(folder: string, findings: readonly EvalFinding[], reason?: string): Promise<string> {
  const file = path.join(folder, evalBaselineFile);
  const accepted = new Map((await readBaseline(file)).accepted.map((entry) => [entry.fingerprint, entry]));
  for (const finding of findings) {
    accepted.set(finding.fingerprint, { fingerprint: finding.fingerprint, evaluator: finding.evaluator, rule: finding.ruleId, ...present({ file: finding.file, reason }) });
  }
  const baseline: EvalBaseline = { version: 1, accepted: [...accepted.values()].sort((one, other) => compare(order(one), order(other))) };
  await mkdir(path.dirname(file), { recursive: true });
  const beside = `${file}.${newId()}.tmp`;
  await writeFile(beside, `${JSON.stringify(baseline, undefined, 2)}\n`);
  await rename(beside, file);
  return file;
}

async function readBaseline(file: string): Promise<EvalBaseline> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { version: 1, accepted: [] };
    throw error;
  }
  const parsed = parseBaseline(text);
  if ('value' in parsed) return parsed.value;
  throw new OrchestratorError('evals-invalid', `${file} is not right: ${parsed.issues[0].message}`, 'Correct it; nothing was added.');
}

function order({ file = '', evaluator, rule, fingerprint }: EvalBaseline['accepted'][number]): string {
  return [file, evaluator, rule, fingerprint].join('\0');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

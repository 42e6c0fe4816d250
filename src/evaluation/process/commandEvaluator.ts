import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Type } from '@sinclair/typebox';
import { explain, isOrchestratorError } from '../../base/errors';
import { formatCount } from '../../base/format';
import { present } from '../../base/jsonShape';
import { makeThrowAwayFolder, removeFolder } from '../../base/throwAwayFolder';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome, ToolRun } from '../evaluator';
import { scriptJudgement } from '../sandbox/scriptResult';
import { optionsCheck } from '../checkedOptions';
import { errored } from '../withoutScore';
import { resultsOf } from './commandResult';

const CommandOptionsSchema = Type.Object(
  {
    output: Type.Optional(Type.Union([Type.Literal('exit-code'), Type.Literal('json')], { description: 'What judges: the exit code, or a JSON object { score, passed, details, findings } that is last on stdout or in the file that $AMP_EVAL_RESULT names.' })),
    env: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), { maxItems: 100, description: 'Names of environment variables that it gets besides the few that every tool gets.' })),
    network: Type.Optional(Type.Boolean({ description: 'Whether it may use the network where that can be prevented.' })),
    folder: Type.Optional(Type.String({ description: 'Folder of the repository that it runs in.' })),
    cache: Type.Optional(Type.Boolean({ description: 'Its outcome depends on the files alone, so that it may be kept.' })),
  },
  { additionalProperties: false },
);

export interface CommandEvaluatorServices {
  /** Where named variables are taken from. Default: this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
}

const outputTail = 4_000;
const maxDiffBytes = 16 * 1024 * 1024;
const maxOutputBytes = 64 * 1024 * 1024;
const maxResultBytes = 8 * 1024 * 1024;

/**
 * Custom evaluators that need tools: a child process in a throw-away copy of the tree. `$AMP_EVAL_BASE_DIFF` names a file with the diff,
 * `$AMP_EVAL_CHANGED_FILES` one with a path a line.
 */
export function createCommandEvaluator({ environment = process.env }: CommandEvaluatorServices = {}): Evaluator {
  const check = optionsCheck(CommandOptionsSchema);
  return {
    dependsOnBase: true,
    // Nobody knows the versions of all that a command starts.
    cacheKey: ({ config }) => Promise.resolve(check(config.options).cache === true ? 'command 1' : undefined),
    evaluate: async (context) => {
      const folder = await makeThrowAwayFolder();
      try {
        const { env = [], network = false, folder: inside, output = 'exit-code' } = check(context.config.options);
        const [program = '', ...args] = context.config.command ?? [];
        const named = Object.fromEntries(env.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
        const files = await writeFiles(context, folder);
        const results = path.join(folder, 'result');
        await mkdir(results);
        const resultFile = path.join(results, 'result.json');
        const laidOut = await (context.tree.layOutApart?.() ?? context.tree.layOut());
        const run = await context.runTool({
          argv: [program, ...args],
          tree: { ...laidOut, reads: [...(laidOut.reads ?? []), folder] },
          env: { ...named, ...files, ...(output === 'json' && { AMP_EVAL_RESULT: resultFile }) },
          writable: [results],
          network,
          maxOutputBytes,
          ...present({ folder: inside }),
        });
        if (run.truncated) return errored(`It wrote more than ${formatCount(maxOutputBytes)} bytes and was ended.`, run.isolation, printed(run));
        if (run.exitCode === null) return errored(`It was ended by ${run.signal ?? 'a signal'}.`, run.isolation, printed(run));
        return output === 'json' ? await judgeResult(context, run, resultFile) : judgeExitCode(run);
      } catch (error) {
        if (!isOrchestratorError(error) || error.code === 'stopped') throw error;
        return errored(explain(error), 'process');
      } finally {
        await removeFolder(folder);
      }
    },
  };
}

/** Files for it to read, and the variables that name them. */
async function writeFiles({ input }: EvaluatorContext, folder: string): Promise<Readonly<Record<string, string>>> {
  const files = { AMP_EVAL_BASE_DIFF: path.join(folder, 'base.diff'), AMP_EVAL_CHANGED_FILES: path.join(folder, 'changed-files.txt') };
  await writeFile(files.AMP_EVAL_BASE_DIFF, await input.diff(maxDiffBytes));
  await writeFile(files.AMP_EVAL_CHANGED_FILES, input.changes.filter(({ change }) => change !== 'deleted').map(({ path: file }) => `${file}\n`).join(''));
  return files;
}

function judgeExitCode(run: ToolRun): EvaluatorOutcome {
  const passed = run.exitCode === 0;
  return { verdict: passed ? 'passed' : 'failed', score: passed ? 100 : 0, issues: [], isolation: run.isolation, details: printed(run) };
}

async function judgeResult({ tree, input }: EvaluatorContext, run: ToolRun, resultFile: string): Promise<EvaluatorOutcome> {
  const size = await lstat(resultFile).then((found) => (found.isFile() ? found.size : undefined), () => undefined);
  if ((size ?? 0) > maxResultBytes) return errored(`Its result is larger than ${formatCount(maxResultBytes)} bytes.`, run.isolation, printed(run));
  const given = resultsOf(run.stdout, size === undefined ? undefined : await readFile(resultFile, 'utf8'));
  if (typeof given === 'string') return errored(given, run.isolation, printed(run));
  const isKnown = async (file: string): Promise<boolean> => input.changes.some(({ path: changed }) => changed === file) || (await tree.size(file)) !== undefined;
  const judgement = await scriptJudgement(given.value, isKnown);
  if (typeof judgement === 'string') return errored(`It ran, but ${judgement}.`, run.isolation, printed(run));
  const { score, passed, issues, details, metrics, notes } = judgement;
  // A result that says "passed" while the command itself failed is not believed.
  const failed = passed && run.exitCode !== 0;
  const all = [details, ...notes, failed ? `The result says that it passed, but the command ended with exit code ${run.exitCode}.` : undefined].filter((text) => text !== undefined && text !== '');
  return { verdict: passed && !failed ? 'passed' : 'failed', score: failed ? 0 : score, issues, isolation: run.isolation, ...present({ details: all.length > 0 ? all.join('\n') : undefined, metrics }) };
}

function printed({ stdout, stderr }: ToolRun): string {
  return `${stdout}\n${stderr}`.trim().slice(-outputTail);
}

import path from 'node:path/posix';
import { Type } from '@sinclair/typebox';
import { parse } from 'jsonc-parser';
import { OrchestratorError } from '../../base/errors';
import { formatPlural } from '../../base/format';
import { asList, asObject } from '../../base/jsonShape';
import type { FoundIssue, Isolation } from '../../model/evalResult';
import { parseDiagnostics } from '../analysis/compilerOutput';
import { installedTool, type InstalledTool } from '../analysis/installedTools';
import type { EvaluatedTree } from '../evaluationInput';
import type { Evaluator, EvaluatorContext, EvaluatorOutcome } from '../evaluator';
import { optionsCheck } from '../checkedOptions';
import { errored, orErrored, unscored } from '../withoutScore';

const project = Type.String({ minLength: 1, maxLength: 1000 });

export const TypescriptOptionsSchema = Type.Object(
  {
    project: Type.Optional(Type.Union([project, Type.Array(project, { minItems: 1, maxItems: 100 })], { default: 'tsconfig.json', description: 'The configurations to check, relative to the root.' })),
    build: Type.Optional(Type.Boolean({ description: 'Check with tsc --build. Default: where a configuration has references.' })),
  },
  { additionalProperties: false },
);

const pointsPerError = 5;
const longestOutput = 2_000;

/** The project's own compiler on its own configurations. Score: 100 − 5 an error. Metrics: `errors`, `projects`. */
export function createTypescriptEvaluator(): Evaluator {
  const checked = optionsCheck(TypescriptOptionsSchema);
  return {
    dependsOnBase: false,
    cacheKey: async ({ tree }) => `typescript 1 ${await tree.installed()}`,
    evaluate: (context) =>
      orErrored(async () => {
        const options = checked(context.config.options);
        const projects = await projectsOf(context.tree, options.project);
        if (projects.length === 0) return unscored('There is no tsconfig.json.');
        const laidOut = await context.tree.layOut();
        const tool = await installedTool(laidOut.directory, '', 'typescript', 'tsc');
        if (!tool) return unscored('TypeScript is not installed. Install the dependencies in the checkout (npm install --save-dev typescript), or name a setup command such as ["npm", "ci"].');
        const runs: ProjectRun[] = [];
        for (const { file, hasReferences } of projects) {
          const run = await check(context, tool, file, options.build ?? hasReferences);
          if ('verdict' in run) return run;
          runs.push(run);
        }
        return judge(runs, tool, context.selected);
      }),
  };
}

interface Project {
  readonly file: string;
  readonly hasReferences: boolean;
}

async function projectsOf(tree: EvaluatedTree, named: string | string[] | undefined): Promise<readonly Project[]> {
  const files = typeof named === 'string' ? [named] : (named ?? ['tsconfig.json']);
  const projects: Project[] = [];
  for (const name of files) {
    const file = path.normalize(name.endsWith('.json') ? name : path.join(name, 'tsconfig.json'));
    const content = await tree.read(file);
    if (content) projects.push({ file, hasReferences: asList(asObject(parse(content.toString('utf8'), [], { allowTrailingComma: true }))?.['references']).length > 0 });
    else if (named !== undefined) throw new OrchestratorError('evals-invalid', `The option project names ${name}, which is not in the tree.`, 'Name a tsconfig.json, or a folder that has one, relative to the root.');
  }
  return projects;
}

interface ProjectRun {
  readonly issues: readonly FoundIssue[];
  readonly isolation: Isolation;
}

async function check({ tree, runTool }: EvaluatorContext, tool: InstalledTool, file: string, build: boolean): Promise<ProjectRun | EvaluatorOutcome> {
  // What others refer to must be emitted (TS6310); it is, in a tree that is thrown away.
  const action = build ? ['--build', file] : ['--noEmit', '-p', file];
  const run = await runTool({ argv: ['node', tool.program, ...action, '--pretty', 'false'], tree: await tree.layOut() });
  const { isolation, exitCode } = run;
  if (run.timedOut) return errored(`TypeScript ${tool.version} did not end in time.`, isolation);
  const output = `${run.stdout}\n${run.stderr}`.trim();
  const issues = parseDiagnostics(run.stdout, '');
  const isSound = exitCode === 0 || ((exitCode === 1 || exitCode === 2) && issues.length > 0);
  if (run.truncated || !isSound) return errored(`TypeScript ${tool.version} did not say what is wrong with ${file}: it ended with ${String(exitCode ?? run.signal)}${run.truncated ? ' after more output than is taken' : ''}.`, isolation, output.slice(-longestOutput));
  return { issues, isolation };
}

function judge(runs: readonly ProjectRun[], tool: InstalledTool, selected: (file: string) => boolean): EvaluatorOutcome {
  const unique = new Map(runs.flatMap(({ issues }) => issues).map((issue) => [JSON.stringify(issue), issue]));
  const issues = [...unique.values()].filter(({ file }) => file === undefined || selected(file));
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  return {
    verdict: errors === 0 ? 'passed' : 'failed',
    score: Math.max(0, 100 - pointsPerError * errors),
    issues,
    details: `TypeScript ${tool.version}: ${formatPlural(runs.length, 'project')}, ${formatPlural(errors, 'error')}.`,
    isolation: runs[0]?.isolation ?? 'none',
    metrics: { errors, projects: runs.length },
  };
}

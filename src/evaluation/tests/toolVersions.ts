import os from 'node:os';
import { isOrchestratorError } from '../../base/errors';
import { run } from '../../base/processes';
import type { EvaluatorContext } from '../evaluator';
import type { TestFramework } from './testOptions';

const timeoutMs = 20_000;
/** What is installed decides what tests do, so all of it is named. */
const pythonPackages = 'import importlib.metadata as m, sys; print(sys.version, sorted(f"{d.metadata[\'Name\']}={d.version}" for d in m.distributions()))';
const questions: Readonly<Partial<Record<TestFramework, readonly [string, ...string[]]>>> = {
  pytest: [process.platform === 'win32' ? 'python' : 'python3', '-c', pythonPackages],
  go: ['go', 'version'],
  cargo: ['cargo', '--version', '--verbose'],
};

/** What is known of the tools that run a project's tests, and of what is installed for them; undefined where nothing is, so that nothing is kept. */
export async function toolVersions(framework: TestFramework, { input, tree, signal }: Pick<EvaluatorContext, 'input' | 'tree' | 'signal'>): Promise<string | undefined> {
  if (framework === 'command') return undefined;
  const [program, ...args] = questions[framework] ?? ['node', '--version'];
  try {
    const { exitCode, stdout } = await run(program, args, { cwd: os.tmpdir(), env: process.env, timeoutMs, signal });
    // The head is compared with the base, whose tests may run with other packages.
    return exitCode === 0 ? JSON.stringify([stdout.trim(), await tree.installed(), tree === input.base ? null : await input.base.installed()]) : undefined;
  } catch (error) {
    if (isOrchestratorError(error)) throw error;
    return undefined;
  }
}

// `npm start`: installs, builds, runs one whole session headless on a sample repository (or on yours), and opens it in VS Code.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { childEnvironment, ensureInstalled, node24, reexecOnNode24, root, say } from './bootstrap.mjs';
import { ensureBuilt } from './build.mjs';
import { run } from './processes.mjs';
import { makeSampleRepository } from './sampleRepository.mjs';

const usage = `npm start -- [options]

Without options: makes a sample repository in a temporary folder, replays a recorded agent run on it, merges, and opens it in VS Code.

  --no-editor     stop after the summary
  --full-speed    replay as fast as possible instead of at the recorded speed
  --repo PATH     your own repository, with
  --agent NAME      claudeCode, amp, command (-- PROGRAM ARG…) or replay
  --prompt TEXT     what the agent shall do
  --merge           merge the result when the agent and the project's tests succeed`;

const sessionLimitMs = 4 * 60 * 60_000;

/** @returns {Options} */
function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'no-editor': { type: 'boolean' }, 'full-speed': { type: 'boolean' }, repo: { type: 'string' }, agent: { type: 'string' }, prompt: { type: 'string' }, merge: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.repo !== undefined && values.prompt === undefined) throw new Error('--repo needs --prompt TEXT: what shall the agent do there?');
    if (values.repo === undefined && (values.agent ?? values.prompt) !== undefined) throw new Error('--agent and --prompt need --repo PATH: the sample is played from a recording.');
    return { ...values, argv: positionals };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** @typedef {{ 'no-editor'?: boolean, 'full-speed'?: boolean, repo?: string, agent?: string, prompt?: string, merge?: boolean, help?: boolean, argv: string[] }} Options */

/** @param {Options} options @param {string} repository */
function sessionArguments(options, repository) {
  if (options.repo !== undefined) {
    return ['run', '--repo', repository, '--agent', options.agent ?? 'claudeCode', '--prompt', options.prompt ?? '', '--tests', ...(options.merge ? ['--merge'] : []), ...(options.argv.length > 0 ? ['--', ...options.argv] : [])];
  }
  const recording = path.join(root, 'media', 'recordings', 'fix-invoice-rounding.jsonl');
  return ['run', '--repo', repository, '--agent', 'replay', '--recording', recording, '--speed', options['full-speed'] ? '0' : '1', '--name', 'Fix the rounding of invoices', '--prompt', 'The test "a line of one costs exactly its price" fails. Find the rounding bug in src/invoice.ts, fix it, add tests for it, and run the tests.', '--tests', '--merge'];
}

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
await ensureInstalled();
await reexecOnNode24(import.meta.url);
await ensureBuilt();
const repository = options.repo === undefined ? makeSampleRepository() : path.resolve(options.repo);
say(options.repo === undefined ? `A sample repository with a failing test: ${repository}` : repository);
console.log('');
const { code } = await run(node24(), [path.join(root, 'dist', 'cli.js'), ...sessionArguments(options, repository)], { env: childEnvironment(), timeLimitMs: sessionLimitMs });
console.log('');
if (code !== 0) process.exitCode = code ?? 1;
if (!options['no-editor']) {
  const [{ openEditor }, { ensurePackaged, extensionDirectory, vsixFile }] = await Promise.all([import('./openEditor.mjs'), import('./package.mjs')]);
  await ensurePackaged();
  await openEditor({ repository, extensionDirectory, vsix: vsixFile });
}

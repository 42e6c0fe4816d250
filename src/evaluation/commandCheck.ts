import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors';
import { formatCount } from '../base/format';
import { present } from '../base/jsonShape';
import { run } from '../base/processes';
import type { EvalResult, EvalVerdict } from '../model/evalResult';

const outputTail = 4000;
const defaultTimeoutMs = 600_000;
const defaultMaxOutputBytes = 64 * 1024 * 1024;

/** The command that runs a project's own tests, if it has one. */
export async function testCommand(tree: string): Promise<readonly string[] | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path.join(tree, 'package.json'), 'utf8'));
    const scripts = isRecord(manifest) ? manifest['scripts'] : undefined;
    const test = isRecord(scripts) ? scripts['test'] : undefined;
    return typeof test === 'string' && !test.includes('no test specified') ? ['npm', 'test'] : undefined;
  } catch {
    return undefined;
  }
}

export interface CommandCheck {
  readonly id: string;
  readonly name: string;
  readonly argv: readonly string[];
  readonly tree: string;
  readonly signal?: AbortSignal;
  /** Default 10 minutes. */
  readonly timeoutMs?: number;
  /** Most bytes of each of stdout and stderr; more ends the command. Default 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Marks what the command starts, so that nothing of it is left. Default: the check's id. */
  readonly runMarker?: string;
  /** Takes secrets out of the output before its end is cut off from the rest. */
  readonly redact?: (text: string) => string;
}

/** Runs a command in a tree: it passes when it exits with 0. Servers and watchers that it leaves behind are ended. Only an abort rejects. */
export async function runCommandCheck(check: CommandCheck): Promise<EvalResult> {
  const started = performance.now();
  const [program = '', ...args] = check.argv;
  const maxOutputBytes = check.maxOutputBytes ?? defaultMaxOutputBytes;
  const done = (verdict: EvalVerdict, { details, error }: Pick<EvalResult, 'details' | 'error'>): EvalResult => ({
    id: check.id,
    name: check.name,
    score: verdict === 'passed' ? 100 : verdict === 'failed' ? 0 : null,
    verdict,
    passed: verdict === 'passed',
    duration: performance.now() - started,
    findings: [],
    isolation: 'none',
    weight: 1,
    required: false,
    ...present({ details, error }),
  });
  try {
    const result = await run(program, args, {
      cwd: check.tree,
      env: commandEnvironment(),
      timeoutMs: check.timeoutMs ?? defaultTimeoutMs,
      maxOutputBytes,
      runMarker: check.runMarker ?? check.id,
      ...(check.signal ? { signal: check.signal } : {}),
    });
    const output = `${result.stdout}\n${result.stderr}`.trim();
    const details = (check.redact?.(output) ?? output).slice(-outputTail);
    if (result.timedOut) return done('errored', { details, error: 'It did not end in time.' });
    if (result.truncated) return done('errored', { details, error: `It wrote more than ${formatCount(maxOutputBytes)} bytes and was ended.` });
    return done(result.exitCode === 0 ? 'passed' : 'failed', { details });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return done('errored', { error: `The program ${program} was not found.` });
    throw error;
  }
}

/** Of a project's own commands. The editor's variables would make a Node program in the tree behave as a part of the editor. */
export function commandEnvironment(): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|GIT_|NODE_OPTIONS$)/.test(name))), CI: '1', NO_COLOR: '1' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

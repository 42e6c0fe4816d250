// Child processes of the scripts: each leads its own process group, has a time limit, and never outlives its parent.
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const isWindows = process.platform === 'win32';
const graceMs = 5000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const live = new Set();

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  if (isWindows) {
    if (child.exitCode === null) spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function groupIsAlive(child) {
  if (child.pid === undefined) return false;
  if (isWindows) return child.exitCode === null;
  try {
    process.kill(-child.pid, 0);
    return true;
  } catch {
    return false;
  }
}

let watching = false;
let ending = false;
/** @type {(() => void) | undefined} */
let interrupted;

function endGroupsWithThisProcess() {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const child of live) signalGroup(child, 'SIGKILL');
  });
  for (const [signal, number] of /** @type {const} */ ([['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]])) {
    process.on(signal, () => {
      if (interrupted) interrupted();
      else if (ending) process.exit(128 + number);
      else {
        // Children get the time to put their work away; a second Ctrl-C does not wait for them.
        ending = true;
        void Promise.all([...live].map(endGroup)).finally(() => process.exit(128 + number));
      }
    });
  }
}

/** Resolves at Ctrl-C (or when asked to end), instead of ending this process: for a caller that has something to put away first. @returns {Promise<void>} */
export function untilInterrupted() {
  endGroupsWithThisProcess();
  return new Promise((resolve) => (interrupted = resolve));
}

/**
 * Starts a program as the leader of its own process group, so that its grandchildren can be ended with it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function startGroup(command, args, options = {}) {
  endGroupsWithThisProcess();
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options, detached: !isWindows });
  live.add(child);
  return child;
}

/**
 * Ends a whole group: asks, waits for at most five seconds, then kills. Resolves when nothing of it is left.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function endGroup(child) {
  const deadline = Date.now() + graceMs;
  signalGroup(child, 'SIGTERM');
  while (groupIsAlive(child) && Date.now() < deadline) await delay(20);
  signalGroup(child, 'SIGKILL');
  while (groupIsAlive(child) && Date.now() < deadline + 1000) await delay(20);
  live.delete(child);
}

/**
 * Runs a program to its end, or to its time limit.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { readonly timeLimitMs?: number, readonly capture?: boolean, readonly endLeftovers?: boolean }} [options] `capture` collects what it prints instead of showing it; `endLeftovers: false` leaves alone what it has started and left running.
 * @returns {Promise<{ readonly code: number | null, readonly output: string, readonly timedOut: boolean }>} `code` is null when it was ended by a signal or could not start.
 */
export async function run(command, args, { timeLimitMs, capture = false, endLeftovers = true, ...options } = {}) {
  const child = startGroup(command, args, { ...(capture ? { stdio: ['ignore', 'pipe', 'pipe'] } : {}), ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
  const closed = new Promise((resolve) => child.once('close', resolve));
  let timedOut = false;
  const timer = timeLimitMs === undefined ? undefined : setTimeout(() => ((timedOut = true), void endGroup(child)), timeLimitMs);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => ((output += error.message), resolve(null)));
    // `exit`, not `close`: a grandchild that keeps the pipes open must not hold up the run.
    child.once('exit', resolve);
  });
  clearTimeout(timer);
  if (endLeftovers || timedOut) await endGroup(child);
  else {
    // What it left running may hold our ends of the pipes open: they must not keep this process.
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    live.delete(child);
  }
  if (endLeftovers && child.pid !== undefined) await Promise.race([closed, delay(graceMs, undefined, { ref: false })]);
  return { code, output, timedOut };
}

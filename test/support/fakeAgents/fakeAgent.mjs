#!/usr/bin/env node
// Stands in for an agent's program. FAKE_AGENT says what to do, FAKE_AGENT_REPORT names a file for what it was given.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

const [mode, argument] = (process.env.FAKE_AGENT ?? 'garbage').split(' ');
const init = '{"type":"system","subtype":"init","session_id":"fake-session","cwd":"/repo","model":"fake"}\n';
const success = '{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"fake-session"}\n';
const interrupted = '{"type":"result","subtype":"error_during_execution","is_error":true,"terminal_reason":"aborted_tools","session_id":"fake-session"}\n';
const megabyte = Buffer.alloc(1024 * 1024, 'x');

const input = readFileSync(0, 'utf8');
if (process.env.FAKE_AGENT_REPORT) {
  writeFileSync(process.env.FAKE_AGENT_REPORT, JSON.stringify({ args: process.argv.slice(2), input, environment: process.env, folder: process.cwd() }));
}

function write(bytes) {
  const whole = Buffer.from(bytes);
  for (let written = 0; written < whole.length; ) {
    try {
      written += writeSync(1, whole, written);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

/** Long for a test, and not for ever: one whose test was killed must not stay. */
function stay() {
  setTimeout(() => process.exit(), 60_000);
}

const modes = {
  fixture: () => write(readFileSync(argument)),
  garbage: () => write('Welcome!\nThis is not JSON at all.\n'),
  failing: () => {
    process.stderr.write('first line\nsomething is wrong\n');
    process.exitCode = 7;
  },
  silent: () => {
    write(init);
    stay();
  },
  silentAfterSuccess: () => {
    write(init + success);
    stay();
  },
  graceful: () => {
    process.on('SIGINT', () => {
      write(interrupted);
      process.exit(0);
    });
    write(init);
    stay();
  },
  // What Codex and opencode do: the stream's beginning, then death by the first signal without a word.
  fixtureThenSilent: () => {
    write(readFileSync(argument));
    stay();
  },
  // What Gemini does: it exits with 0 and no result, and leaves the shell of its tool, which has a session of its own.
  leavesToolShell: () => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore', detached: true }).unref();
    write(readFileSync(argument));
    stay();
  },
  exit: () => {
    process.stderr.write('no success\n');
    process.exitCode = Number(argument);
  },
  fixtureThenExit: () => {
    write(readFileSync(argument));
    process.exitCode = 1;
  },
  crashing: () => {
    write(init);
    process.kill(process.pid, 'SIGKILL');
  },
  login: () => {
    write('If your browser does not open, visit https://example.com/auth/cli-login?token=1\n');
    stay();
  },
  family: () => {
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => undefined);
    spawn(process.execPath, [path.join(import.meta.dirname, 'familyOfStrays.mjs'), argument], { stdio: ['ignore', 'inherit', 'inherit'] });
    stay();
  },
  stray: () => {
    spawn(process.execPath, ['-e', `require('fs').writeFileSync(${JSON.stringify(argument)}, String(process.pid)); setTimeout(() => {}, 60000)`], { stdio: 'ignore', detached: true }).unref();
    write(init + success);
  },
  hugeOutput: () => {
    write(init);
    const line = `${JSON.stringify({ type: 'noise', text: 'x'.repeat(10_000) })}\n`;
    for (let written = 0; written < Number(argument) * megabyte.length; written += line.length) write(line);
    write(success);
  },
  hugeLine: () => {
    write(init);
    for (let written = 0; written < Number(argument); written++) write(megabyte);
    write(`\n${success}`);
  },
};

modes[mode]();

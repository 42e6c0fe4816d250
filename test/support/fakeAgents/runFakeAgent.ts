import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { AgentOutcome, AgentRequest } from '../../../src/agents/agentDriver';
import { createAgentDrivers, type AgentDriverOptions } from '../../../src/agents/agents';
import { systemClock } from '../../../src/base/clock';
import type { AgentEvent } from '../../../src/model/agentEvent';
import type { AgentName } from '../../../src/model/session';
import { endLeftovers } from '../leftovers';

export const fakeAgent = path.join(import.meta.dirname, 'fakeAgent.mjs');

export interface FakeRun {
  readonly outcome: AgentOutcome;
  readonly events: readonly AgentEvent[];
  readonly lines: number;
  /** What the agent says of how it was started. */
  readonly report: { readonly args: readonly string[]; readonly input: string; readonly environment: NodeJS.ProcessEnv; readonly folder: string };
}

export type RunChange = Partial<AgentRequest> & { readonly driver?: Partial<AgentDriverOptions> };

export interface FakeAgents {
  /** Where the agents run; a new one for each test. */
  readonly folder: string;
  /** What the processes of a run are known by. */
  readonly marker: string;
  /** Runs a driver with the fake agent as its program. */
  readonly run: (name: AgentName, mode: string, change?: RunChange) => Promise<FakeRun>;
}

/** For the tests of the calling file: whatever the agents leave is ended and removed after each. */
export function useFakeAgents(): FakeAgents {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'drivers-')));
  });
  afterEach(async () => {
    await endLeftovers(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get folder() { return folder; },
    get marker() { return path.basename(folder); },
    run: (name, mode, change) => runFakeAgent(folder, name, mode, change),
  };
}

async function runFakeAgent(folder: string, name: AgentName, mode: string, { driver, ...change }: RunChange = {}): Promise<FakeRun> {
  const reportFile = path.join(folder, 'report.json');
  const own = { PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}`, FAKE_AGENT: mode, FAKE_AGENT_REPORT: reportFile };
  const programs = { claudeCode: fakeAgent, amp: fakeAgent, codex: fakeAgent, gemini: fakeAgent, opencode: fakeAgent };
  const agent = createAgentDrivers({ clock: systemClock, programs, gracefulMs: 300, ...driver, env: { ...own, ...driver?.env } }).get(name);
  if (!agent) throw new Error(`no driver ${name}`);
  const events: AgentEvent[] = [];
  let lines = 0;
  const outcome = await agent.run({
    prompt: 'do it',
    cwd: folder,
    options: name === 'command' ? { argv: [fakeAgent] } : {},
    runMarker: path.basename(folder),
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    onLine: () => lines++,
    ...change,
  });
  return { outcome, events, lines, get report() { return JSON.parse(readFileSync(reportFile, 'utf8')) as FakeRun['report']; } };
}

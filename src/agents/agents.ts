import type { AgentName } from '../model/session';
import type { AgentDriver } from './agentDriver';
import type { AgentDriverOptions } from './agentRun';
import { ampDriver } from './amp';
import { claudeCodeDriver } from './claudeCode';
import { codexDriver } from './codex';
import { commandDriver } from './command';
import { geminiDriver } from './gemini';
import { opencodeDriver } from './opencode';
import { replayDriver } from './replay';

export type { AgentDriverOptions } from './agentRun';

/** All agents that a session can be run with, by name. */
export function createAgentDrivers(options: AgentDriverOptions): ReadonlyMap<AgentName, AgentDriver> {
  const drivers = [claudeCodeDriver(options), ampDriver(options), codexDriver(options), geminiDriver(options), opencodeDriver(options), commandDriver(options), replayDriver(options)];
  return new Map(drivers.map((driver) => [driver.name, driver]));
}

import type { AgentName } from '../model/session';
import type { AgentDriver } from './agentDriver';
import type { AgentDriverOptions } from './agentRun';
import { ampDriver } from './amp';
import { claudeCodeDriver } from './claudeCode';
import { commandDriver } from './command';
import { replayDriver } from './replay';

export type { AgentDriverOptions } from './agentRun';

/** All agents that a session can be run with, by name. */
export function createAgentDrivers(options: AgentDriverOptions): ReadonlyMap<AgentName, AgentDriver> {
  const drivers = [claudeCodeDriver(options), ampDriver(options), commandDriver(options), replayDriver(options)];
  return new Map(drivers.map((driver) => [driver.name, driver]));
}

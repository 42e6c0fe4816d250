import path from 'node:path';
import { OrchestratorError } from '../../base/errors';
import { present } from '../../base/jsonShape';
import { agentNames, type AgentName, type AgentOptions } from '../../model/session';
import type { AgentChoice } from '../../model/workflow/nodeConfig';
import type { NodeServices } from './nodeServices';
import { optionalText, templateText } from './templateText';

/**
 * The agent that a configuration names, and what its driver needs.
 * @throws OrchestratorError `agent-not-configured` for a name that no agent has
 */
export function chosenAgent({ repository, defaultAgent }: Pick<NodeServices, 'repository' | 'defaultAgent'>, { agent, model, argv, recording, speed }: AgentChoice): { readonly agent: AgentName; readonly agentOptions: AgentOptions } {
  const wanted = optionalText(agent) ?? defaultAgent();
  const known = agentNames.find((name) => name === wanted);
  if (known === undefined) throw new OrchestratorError('agent-not-configured', `There is no agent named "${wanted}".`, `Choose one of: ${agentNames.join(', ')}.`);
  const file = optionalText(recording);
  return { agent: known, agentOptions: present({ model: optionalText(model), argv: argv?.map(templateText), recording: file === undefined ? undefined : path.resolve(repository.root, file), speed }) };
}

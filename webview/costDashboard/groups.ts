import type { CostGroup } from '../../src/model/costReport';

export const groupLabels: Readonly<Record<CostGroup, string>> = { model: 'Model', session: 'Session', agent: 'Agent', branch: 'Branch' };

import type { NodeType } from '../../model/workflow/nodeConfig';
import type { NodeExecutor, NodeExecutors } from '../nodeExecutor';
import { ampExecutor } from './amp';
import { approvalExecutor } from './approval';
import { bestOfExecutor } from './bestOf';
import { conditionExecutor } from './condition';
import { endExecutor } from './end';
import { evalExecutor } from './eval';
import { forEachExecutor } from './forEach';
import { mergeExecutor } from './merge';
import type { NodeServices } from './nodeServices';
import { notifyExecutor } from './notify';
import { parallelExecutor } from './parallel';
import { scriptExecutor } from './script';
import { startExecutor } from './start';
import { testExecutor } from './test';
import { waitExecutor } from './wait';
import { workflowExecutor } from './workflow';

/** How nodes of each type are done in one repository. */
export function createExecutors(services: NodeServices): NodeExecutors {
  return {
    start: startExecutor(),
    amp: ampExecutor(services),
    test: testExecutor(services),
    eval: evalExecutor(services),
    approval: approvalExecutor(services),
    parallel: parallelExecutor(),
    condition: conditionExecutor(),
    end: endExecutor(),
    script: scriptExecutor(services),
    merge: mergeExecutor(services),
    forEach: forEachExecutor(services),
    bestOf: bestOfExecutor(services),
    workflow: workflowExecutor(),
    wait: waitExecutor(services),
    notify: notifyExecutor(services),
  } satisfies { readonly [Type in NodeType]: NodeExecutor & { readonly type: Type } };
}

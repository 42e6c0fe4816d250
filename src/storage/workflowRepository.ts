import type { Cleaner } from './cleaner';
import { numberOf, storable } from './columns';
import { eventToRow, rowsToEvents } from './eventRows';
import type { WorkflowRepository } from './workflowStore';
import type { Unsent } from './storeConnection';
import type { Ask, WriteMessage } from './storeProtocol';
import { definitionToRow, newExecutionToRow, rowToApproval, rowToDefinition, rowToExecution, rowToSignal, signalToRow } from './workflowRows';

/** `write` posts at once, behind everything that was asked and written before, and resolves when it is committed. */
export function workflowRepository(ask: Ask, write: (message: Unsent<WriteMessage>) => Promise<void>, processNonce: string, clean: Cleaner): WorkflowRepository {
  return {
    saveDefinition: async (definition) => void (await ask({ name: 'saveDefinition', definition: definitionToRow(definition) })),
    definition: async (hash) => (await ask({ name: 'workflowDefinition', hash: storable(hash) })).map(rowToDefinition)[0],
    create: async (execution, events) => {
      const rows = events.map((event) => eventToRow(event, 1, clean));
      return (await ask({ name: 'createExecution', execution: newExecutionToRow(execution, clean), events: rows })).length > 0;
    },
    claim: async (id, { takeOver = false } = {}) => {
      const [row] = await ask({ name: 'claimExecution', id: storable(id), takeOver });
      return row === undefined ? undefined : { epoch: numberOf(row[0]) };
    },
    release: async (id, epoch) => void (await ask({ name: 'releaseExecution', id: storable(id), epoch })),
    append: async (id, epoch, events, { now = false, consumed = [] } = {}) => {
      const rows = events.map((event) => eventToRow(event, epoch, clean));
      await write({ kind: 'events', execution: storable(id), epoch, rows, consumed, now });
    },
    events: async (id, after = 0) => rowsToEvents(await ask({ name: 'workflowEvents', execution: storable(id), after }), id, after),
    execution: async (id) => (await ask({ name: 'workflowExecution', id: storable(id), processNonce })).map(rowToExecution)[0],
    executions: async (filter = {}) => (await ask({ name: 'workflowExecutions', filter, processNonce })).map(rowToExecution),
    openApprovals: async () => (await ask({ name: 'openApprovals' })).map(rowToApproval),
    signal: async (signal) => void (await ask({ name: 'signalExecution', signal: signalToRow(signal, clean) })),
    signals: async (execution) => (await ask({ name: 'workflowSignals', execution: storable(execution) })).flatMap(rowToSignal),
    remove: async (id) => (await ask({ name: 'removeExecution', id: storable(id) })).length > 0,
  };
}

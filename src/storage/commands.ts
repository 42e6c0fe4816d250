import { heldStatuses } from '../model/session';
import { release, reserve, setLimits } from './budgetCommands';
import type { Row } from './columns';
import { accept, keepOutcome, saveReport } from './evaluationCommands';
import { clearImports, saveImports } from './importCommands';
import { requestStop, transition } from './queries';
import type { Statements } from './statements';
import { rebuildRollups } from './rollupCheck';
import type { TableName } from './store';
import type { StoreCommand, StoreRequest } from './storeProtocol';
import { claimExecution, createExecution, releaseExecution, saveDefinition, signalExecution } from './workflowCommands';
import { removeExecution } from './workflowRemoval';

export interface CommandResult {
  readonly rows: Row[];
  /** What it changed that others want to hear of. */
  readonly changed: readonly TableName[];
}

const commandNames: Readonly<Record<StoreCommand['name'], true>> = {
  transition: true, requestStop: true, saveImports: true, clearImports: true, setLimits: true, reserve: true, release: true, saveReport: true, keepOutcome: true, accept: true,
  saveDefinition: true, createExecution: true, claimExecution: true, releaseExecution: true, signalExecution: true, removeExecution: true, rebuild: true,
};

/** Requests that change rows and answer, each in a transaction of its own after everything that was written before it. */
export function isCommand(request: StoreRequest): request is StoreCommand {
  return request.name in commandNames;
}

/** Inside the caller's transaction. */
export function command(statements: Statements, request: StoreCommand, processNonce: string, nowMs: number): CommandResult {
  switch (request.name) {
    case 'transition': {
      const changes = { ...request.changes };
      if ('status' in changes) changes.owner_nonce = heldStatuses.some((held) => held === changes.status) ? processNonce : null;
      return changedWhenFound('sessions', transition(statements, { ...request, changes }));
    }
    case 'requestStop':
      return changedWhenFound('iterations', requestStop(statements, request));
    case 'saveImports':
      saveImports(statements, request.texts);
      return { rows: [], changed: ['imported_calls'] };
    case 'clearImports':
      clearImports(statements);
      return { rows: [], changed: ['imported_calls'] };
    case 'setLimits':
      setLimits(statements, request.limits);
      return { rows: [], changed: ['budgets'] };
    case 'reserve':
      return { rows: reserve(statements, request.reservation, processNonce, nowMs), changed: [] };
    case 'release':
      release(statements, request.id);
      return { rows: [], changed: [] };
    case 'saveReport':
      saveReport(statements, request.report, request.results);
      return { rows: [], changed: ['eval_results'] };
    case 'keepOutcome':
      keepOutcome(statements, request.key, request.outcome, nowMs);
      return { rows: [], changed: [] };
    case 'accept':
      accept(statements, request.acceptance);
      return { rows: [], changed: ['eval_results'] };
    case 'saveDefinition':
      saveDefinition(statements, request.definition, nowMs);
      return { rows: [], changed: [] };
    case 'createExecution':
      return changedWhenFound('workflow_executions', createExecution(statements, request, processNonce, nowMs));
    case 'claimExecution':
      return changedWhenFound('workflow_executions', claimExecution(statements, request, processNonce));
    case 'releaseExecution':
      return changedWhenFound('workflow_executions', releaseExecution(statements, request, processNonce));
    case 'signalExecution':
      signalExecution(statements, request.signal);
      return { rows: [], changed: ['workflow_executions'] };
    case 'removeExecution':
      return changedWhenFound('workflow_executions', removeExecution(statements, request.id, nowMs));
    case 'rebuild':
      return { rows: rebuildRollups(statements), changed: ['telemetry_events', 'imported_calls'] };
  }
}

function changedWhenFound(table: TableName, rows: Row[]): CommandResult {
  return { rows, changed: rows.length > 0 ? [table] : [] };
}

import { budgetScopes } from '../model/budget';
import type { BudgetLimits, BudgetLimitsPatch, BudgetState } from '../model/budget';
import { defined, numberOf, oneOf, optionalNumber, optionalText, storable, textOf } from './columns';
import type { Row } from './columns';
import { checkedAmount } from './soundNumbers';
import type { BudgetRepository, ReservationRequest } from './store';
import type { Ask } from './storeProtocol';

export function budgetRepository(ask: Ask): BudgetRepository {
  return {
    limits: async () => toLimits(await ask({ name: 'limits' })),
    setLimits: async (patch) => void (await ask({ name: 'setLimits', limits: toRows(patch) })),
    reserve: async (reservation) => toState((await ask({ name: 'reserve', reservation: checked(reservation) }))[0]),
    reservations: async () => new Map((await ask({ name: 'reservations' })).map(([sessionId, costNano]) => [textOf(sessionId), numberOf(costNano)])),
    release: async (id) => void (await ask({ name: 'release', id: storable(id) })),
  };
}

function toLimits(rows: readonly Row[]): BudgetLimits {
  const limitOf = (scope: string): number | undefined => optionalNumber(rows.find(([name]) => name === scope)?.[1]);
  return defined<BudgetLimits>({ dayNano: limitOf('day'), sessionNano: limitOf('session') });
}

function toRows(patch: BudgetLimitsPatch): Row[] {
  const row = (scope: string, limit: number | undefined, what: string): Row => [scope, limit === undefined ? null : checkedAmount(limit, what)];
  return [
    ...('dayNano' in patch ? [row('day', patch.dayNano, 'The limit of a day')] : []),
    ...('sessionNano' in patch ? [row('session', patch.sessionNano, 'The limit of a session')] : []),
  ];
}

function checked(request: ReservationRequest): ReservationRequest {
  checkedAmount(request.costNano, 'The estimate of a call');
  for (const limit of [request.dayLimitNano, request.sessionLimitNano, request.executionLimitNano]) if (limit !== undefined) checkedAmount(limit, 'A limit');
  return request;
}

function toState(row: Row | undefined): BudgetState | undefined {
  if (row === undefined) return undefined;
  const [scope, id, limitNano, spentNano, reservedNano] = row;
  return defined<BudgetState>({ scope: oneOf(scope, budgetScopes, 'day'), id: optionalText(id), limitNano: numberOf(limitNano), spentNano: numberOf(spentNano), reservedNano: numberOf(reservedNano) });
}

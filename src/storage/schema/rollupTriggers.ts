import { rollups } from './rollups';
import type { Rollup, Share, SourceTable } from './rollups';

/**
 * Triggers that keep the roll-ups the exact sums of the rows, however often and in whatever order a row is written: an insert adds, a
 * delete subtracts, an update does both. SQLite runs them in the transaction of the row.
 */
export function rollupTriggers(): string {
  return [...new Set(rollups.flatMap(({ shares }) => shares.map(({ source }) => source)))].map(triggers).join('\n');
}

/** Adds up all rows of one source; for the first filling and for a rebuild of empty tables. */
export function fillRollups(): string {
  return rollups.map((rollup) => `INSERT INTO ${rollup.table} ${expectedGroups(rollup)};`).join('\n');
}

export function clearRollups(): string {
  return rollups.map(({ table }) => `DELETE FROM ${table};`).join('\n');
}

/** What the roll-up has to hold. The keys of its shares never meet, so each is grouped for itself. */
export function expectedGroups(rollup: Rollup): string {
  return rollup.shares
    .map(({ source, when, key, sums }) => `SELECT ${[...key('t'), ...sums('t').map((sum) => `sum(${sum})`)].join(', ')} FROM ${source} AS t WHERE ${when('t')} GROUP BY ${rollup.key.map((_, index) => index + 1).join(', ')}`)
    .join(' UNION ALL ');
}

/** One trigger an event: calling one costs a row 0.6 µs, whatever it then does not do. */
function triggers(source: SourceTable): string {
  const parts = rollups.flatMap((rollup) => rollup.shares.filter((share) => share.source === source).map((share) => ({ rollup, share })));
  const guard = (row: string): string => [...new Set(parts.map(({ share }) => share.guard(row)))].join(' OR ');
  const all = (statements: (rollup: Rollup, share: Share) => string): string => parts.map(({ rollup, share }) => statements(rollup, share)).join('');
  return `
    CREATE TRIGGER ${source}_insert AFTER INSERT ON ${source} WHEN ${guard('NEW')} BEGIN ${all((rollup, share) => add(rollup, share))} END;
    CREATE TRIGGER ${source}_delete AFTER DELETE ON ${source} WHEN ${guard('OLD')} BEGIN ${all((rollup, share) => subtract(rollup, share))} END;
    CREATE TRIGGER ${source}_update AFTER UPDATE ON ${source} WHEN ${guard('OLD')} OR ${guard('NEW')} BEGIN ${all(change)} END;`;
}

/** Most updates leave a row in its group: then one look at the roll-up does it. */
function change(rollup: Rollup, share: Share): string {
  const stays = `${share.when('OLD')} AND ${share.when('NEW')} AND ${same(share)}`;
  return replace(rollup, share, stays) + subtract(rollup, share, `NOT (${stays})`) + add(rollup, share, `NOT (${stays})`);
}

function add({ table, key, sums }: Rollup, share: Share, unless = '1'): string {
  return `INSERT INTO ${table} SELECT ${[...share.key('NEW'), ...share.sums('NEW')].join(', ')} WHERE ${share.when('NEW')} AND ${unless}
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${sums.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ')};\n`;
}

function subtract({ table, key, sums, empty }: Rollup, share: Share, unless = '1'): string {
  const [keys, values] = [share.key('OLD'), share.sums('OLD')];
  const where = `${share.when('OLD')} AND ${unless} AND ${key.map((column, index) => `${column} = ${keys[index]}`).join(' AND ')}`;
  return `UPDATE ${table} SET ${sums.map((sum, index) => `${sum} = ${sum} - ${values[index]}`).join(', ')} WHERE ${where};
    DELETE FROM ${table} WHERE ${where} AND ${empty};\n`;
}

/** Nothing where a row adds the same before and after. */
function replace({ table, key, sums }: Rollup, share: Share, stays: string): string {
  const [keys, before, after] = [share.key('NEW'), share.sums('OLD'), share.sums('NEW')];
  const changes = sums.map((sum, index) => ({ sum, old: before[index], fresh: after[index] })).filter(({ old, fresh }) => old !== fresh);
  if (changes.length === 0) return '';
  return `UPDATE ${table} SET ${changes.map(({ sum, old, fresh }) => `${sum} = ${sum} - ${old} + ${fresh}`).join(', ')} WHERE ${stays} AND ${key.map((column, index) => `${column} = ${keys[index]}`).join(' AND ')};\n`;
}

function same(share: Share): string {
  const keys = share.key('NEW');
  return share.key('OLD').map((old, index) => `${old} IS ${keys[index]}`).join(' AND ');
}

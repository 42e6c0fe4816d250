import type { Database, Statement } from 'sql.js';
import type { Binding, Cell, Row } from './columns';

/** Prepared once, kept until the database closes. */
export class Statements {
  private readonly prepared = new Map<string, Statement>();

  constructor(readonly db: Database) {}

  run(sql: string, cells: readonly Binding[]): void {
    const statement = this.prepare(sql);
    try {
      statement.run(cells as Binding[]);
    } finally {
      statement.reset();
    }
  }

  rows(sql: string, cells: Row): Row[] {
    const statement = this.prepare(sql);
    const rows: Row[] = [];
    try {
      statement.bind(cells as Cell[]);
      while (statement.step()) rows.push(statement.get() as Cell[]);
    } finally {
      statement.reset();
      statement.freemem();
    }
    return rows;
  }

  private prepare(sql: string): Statement {
    let statement = this.prepared.get(sql);
    if (statement === undefined) {
      statement = this.db.prepare(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }
}

import type { Database } from 'sql.js';
import type { ChangeWatch } from './changeCounter';
import type { NodeFiles } from './nodeFiles';

/** Runs one transaction after the other, and notices between them what other processes committed. */
export class Transactions {
  constructor(
    private readonly db: Database,
    private readonly files: NodeFiles,
    private readonly watch: ChangeWatch,
    private readonly onForeignChange: () => void,
  ) {}

  /** All of `action` or nothing. Throws what it throws, and SQLite's errors. */
  run<T>(action: () => T): T {
    this.files.lastError = undefined;
    this.db.run('BEGIN IMMEDIATE');
    let foreign = false;
    let result: T;
    try {
      foreign = this.watch.before();
      result = action();
      this.db.run('COMMIT');
    } catch (error) {
      this.rollBack();
      throw error;
    }
    if (this.watch.after() || foreign) this.onForeignChange();
    return result;
  }

  /** One state of the file for all reads of `action`, and SQLite asks only once whether the file has changed or a journal is hot. */
  view<T>(action: () => T): T {
    this.db.run('BEGIN');
    try {
      return action();
    } finally {
      this.rollBack();
    }
  }

  private rollBack(): void {
    try {
      this.db.run('ROLLBACK');
    } catch {
      // A full or failing disk makes SQLite roll back by itself.
    }
  }
}

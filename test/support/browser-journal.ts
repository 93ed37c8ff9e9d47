import type { LegacyCells } from './legacy-journals.js';

/** A row of the browser application's journal, and the copy that replaced it in an edit. */
interface Row {
  cells: LegacyCells;
  copy: Row | undefined;
}

/** An action of a trader. The target row is chosen among the rows to which the action applies. */
export type BrowserAction =
  { kind: 'append'; symbol: string; type: string } | { kind: 'edit' | 'delete' | 'restore'; choice: number };

/**
 * Writes a journal as the browser application does. An edit marks the row as deleted and inserts a
 * copy without a link to it. A restoration clears the deletion in place. `created_at` is in
 * SQLite's form, the other timestamps are in ISO form.
 */
export class BrowserJournal {
  readonly #rows: Row[] = [];
  /** Counter for amounts: each row gets a different amount, which identifies the row. */
  #amounts = 0;

  constructor(private now: number = Date.UTC(2025, 10, 20, 9)) {}

  /** Advances the clock. */
  wait(milliseconds: number): void {
    this.now += milliseconds;
  }

  act(action: BrowserAction): void {
    if (action.kind === 'append') {
      const { symbol, type } = action;
      this.#insert({ symbol, type, ts: this.#iso, notes: null });
      return;
    }
    const isLive = action.kind !== 'restore';
    const rows = this.#rows.filter(({ cells }) => (cells['deleted_at'] === null) === isLive);
    const row = rows[action.choice % rows.length];
    if (row === undefined) return;
    row.copy = undefined;
    if (action.kind === 'restore') {
      Object.assign(row.cells, { deleted_at: null, edit_reason: null, updated_at: this.#iso });
      return;
    }
    const edit_reason = action.kind === 'edit' ? 'Edited by user' : 'Deleted by user from Journal page';
    Object.assign(row.cells, { deleted_at: this.#iso, edit_reason, updated_at: this.#iso });
    if (action.kind === 'edit') {
      const { symbol = null, type = null, ts = null } = row.cells;
      row.copy = this.#insert({ symbol, type, ts, notes: 'edited' });
    }
  }

  #insert(cells: LegacyCells): Row {
    this.#amounts += 1;
    const created = this.#iso.slice(0, 19).replace('T', ' ');
    const row = {
      cells: {
        id: `row-${this.#amounts}`,
        account_id: 'acct-1',
        qty: null,
        amount: -this.#amounts,
        strike: null,
        expiration: null,
        underlying_price: null,
        meta: '{}',
        deleted_at: null,
        edited_by: null,
        edit_reason: null,
        original_entry_id: null,
        created_at: created,
        updated_at: created,
        ...cells,
      },
      copy: undefined,
    };
    this.#rows.push(row);
    return row;
  }

  get #iso(): string {
    return new Date(this.now).toISOString();
  }

  /** The current rows in the order of the table. */
  get rows(): LegacyCells[] {
    return this.#rows.map(({ cells }) => ({ ...cells }));
  }

  /**
   * For each row id: the ids of the copies that replaced the row, and the amount of the live copy
   * at the end of the chain, if there is one.
   */
  get successors(): Map<string, { copies: string[]; liveAmount: number | undefined }> {
    return new Map(
      this.#rows.map((row) => {
        const copies: string[] = [];
        let last = row;
        for (; last.copy !== undefined; last = last.copy) copies.push(last.copy.cells['id'] as string);
        const liveAmount = last.cells['deleted_at'] === null ? Number(last.cells['amount']) : undefined;
        return [row.cells['id'] as string, { copies, liveAmount }];
      }),
    );
  }
}

/** The known columns of an entry. Ids are shared by all traders; amounts and notes are unique. */
export interface Row {
  id: string;
  /** In ISO 8601. */
  ts: string;
  accountId: string;
  amount: string;
  notes: string | null;
  isDeleted: boolean;
  /** The id of the entry that this one replaces. */
  originalEntryId: string | null;
}

/** The rows of one trader in memory: exactly the rows that the trader must be able to read. */
export class TraderModel {
  readonly #rows = new Map<string, Row>();
  /** Account names by id. */
  readonly accounts = new Map([
    ['acct-1', 'Taxable'],
    ['acct-2', 'IRA'],
  ]);

  add(...rows: readonly Row[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
  }

  markAll(): void {
    for (const row of this.rows) this.#rows.set(row.id, { ...row, isDeleted: true });
  }

  /** Deletes an entry. Its successor, if given, has the same timestamp and account. */
  delete(id: string, successor?: Row): void {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`there is no entry ${id}`);
    this.#rows.set(id, { ...row, isDeleted: true });
    const { ts, accountId } = row;
    if (successor) this.add({ ...successor, ts, accountId, originalEntryId: id });
  }

  /** All rows, sorted by id. */
  get rows(): Row[] {
    return byId([...this.#rows.values()]);
  }

  get liveRows(): Row[] {
    return this.rows.filter(({ isDeleted }) => !isDeleted);
  }

  /** Ids of accounts without entries. */
  get spareAccounts(): string[] {
    const named = new Set(this.rows.map(({ accountId }) => accountId));
    return [...this.accounts.keys()].filter((id) => id.startsWith('spare-') && !named.has(id));
  }
}

export function byId<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * What there is to know of an entry: ids are the same for all traders, amounts and notes are not.
 */
export interface Row {
  id: string;
  /** In ISO 8601. */
  ts: string;
  accountId: string;
  amount: string;
  notes: string | null;
  isDeleted: boolean;
  /** Which one it replaces. */
  originalEntryId: string | null;
}

/**
 * What one trader has, told in memory and of nobody else: what the trader must be able to read, no
 * more and no less.
 */
export class TraderModel {
  readonly #rows = new Map<string, Row>();
  /** Names by id. */
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

  /** Another entry takes its place, at the same time in the same account, or nothing does. */
  delete(id: string, successor?: Row): void {
    const row = this.#rows.get(id);
    if (row === undefined) throw new Error(`there is no entry ${id}`);
    this.#rows.set(id, { ...row, isDeleted: true });
    const { ts, accountId } = row;
    if (successor) this.add({ ...successor, ts, accountId, originalEntryId: id });
  }

  /** By id. */
  get rows(): Row[] {
    return byId([...this.#rows.values()]);
  }

  get liveRows(): Row[] {
    return this.rows.filter(({ isDeleted }) => !isDeleted);
  }

  /** Ids of the accounts that no entry names. */
  get spareAccounts(): string[] {
    const named = new Set(this.rows.map(({ accountId }) => accountId));
    return [...this.accounts.keys()].filter((id) => id.startsWith('spare-') && !named.has(id));
  }
}

export function byId<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));
}

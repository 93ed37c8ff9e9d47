import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Filter, Position } from '../model/entry.js';
import { pageSize } from '../contenders/contender.js';

/** Reads the expected results directly from the table, in PostgreSQL's text output. */
export class Expected {
  constructor(private readonly superuser: Client) {}

  newestPage(userId: string): Promise<string[]> {
    return this.#rows('deleted_at IS NULL', [userId], pageSize);
  }

  filteredPage(userId: string, { symbol, type, from, to }: Filter): Promise<string[]> {
    const values = [userId, symbol, type, from.toISOString(), to.toISOString()];
    return this.#rows(
      'deleted_at IS NULL AND symbol = $2 AND type = $3 AND ts BETWEEN $4 AND $5',
      values,
      pageSize,
    );
  }

  pageAfter(userId: string, { ts, id }: Position): Promise<string[]> {
    return this.#rows('deleted_at IS NULL AND (ts, id) < ($2, $3)', [userId, ts.toISOString(), id], pageSize);
  }

  get(userId: string, id: string): Promise<string[]> {
    return this.#rows('deleted_at IS NULL AND id = $2', [userId, id], 1);
  }

  /** Every live row, newest first. */
  export(userId: string): Promise<string[]> {
    return this.#rows('deleted_at IS NULL', [userId]);
  }

  async totals(userId: string): Promise<string> {
    const { rows } = await this.superuser.query<{ totals: [number, string, string, string] }>(
      `SELECT json_build_array(count(*), coalesce(sum(greatest(amount, 0)), 0)::numeric(28,8)::text,
         coalesce(sum(greatest(-amount, 0)), 0)::numeric(28,8)::text, coalesce(sum(amount), 0)::numeric(28,8)::text) AS totals
       FROM journal WHERE user_id = $1 AND deleted_at IS NULL`,
      [userId],
    );
    return JSON.stringify(rows[0]?.totals);
  }

  async #rows(where: string, values: unknown[], limit?: number): Promise<string[]> {
    const instant = (column: string) =>
      `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    const { rows } = await this.superuser.query<{ row: unknown[] }>(
      `SELECT json_build_array(user_id, id, ${instant('ts')}, account_id, symbol, type, qty::text, amount::text, strike::text,
         expiration::text, underlying_price::text, notes,
         (SELECT coalesce(json_agg(json_build_array(key, value) ORDER BY key COLLATE "C"), '[]') FROM jsonb_each(meta)),
         ${instant('deleted_at')}, edited_by, edit_reason, original_entry_id) AS row
       FROM journal WHERE user_id = $1 AND ${where} ORDER BY ts DESC, id DESC ${limit === undefined ? '' : `LIMIT ${limit}`}`,
      values,
    );
    return rows.map(({ row }) => JSON.stringify(row));
  }
}

/** A digest of the rows, for comparisons. */
export function digestOf(rows: readonly string[]): string {
  return `${rows.length} rows ${createHash('sha256').update(rows.join('\n')).digest('hex')}`;
}

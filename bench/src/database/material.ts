import type { Client } from 'pg';
import type { Filter, Position } from '../model/entry.js';
import type { JournalFiles } from '../model/journal-file.js';
import type { Size } from './size.js';
import { heavyUser, loadUser, totalsUser } from './user-ids.js';

/** The parameters of a run's operations, shared by all contenders. */
export interface Material {
  /** Ordinary users. */
  users: string[];
  heavy: string;
  totals: string;
  load: string;
  loadSize: number;
  /** Keys for reads of single entries. */
  keys: { userId: string; id: string }[];
  filters: { userId: string; filter: Filter }[];
  heavyFilters: Filter[];
  /** Start positions of deep pages of the heavy user. */
  positions: Position[];
  /** The files for the operation `import`. */
  files?: JournalFiles;
}

/**
 * Half of the year of an ordinary user's entries, and a twentieth of the heavy user's ten years.
 */
export const window = { from: new Date('2025-04-01'), to: new Date('2025-10-01') };
const filteredType = 'sell_to_open';
/** A date on which options are open. */
export const today = '2025-12-15';

/** Chooses the parameters from a seeded database, as a superuser. */
export async function chooseMaterial(client: Client, size: Size): Promise<Material> {
  const ids = await client.query<{ id: string }>(
    `SELECT id FROM users WHERE id <> ALL($1) ORDER BY md5(id::text) LIMIT 1000`,
    [[heavyUser, totalsUser, loadUser]],
  );
  const users = ids.rows.map(({ id }) => id);
  const keys = await client.query<{ userId: string; id: string }>(
    `SELECT user_id AS "userId", entry.id FROM unnest($1::uuid[]) user_id CROSS JOIN LATERAL (
       SELECT id FROM journal WHERE journal.user_id = user_id.user_id AND deleted_at IS NULL
       ORDER BY ts DESC, id DESC OFFSET 100 LIMIT 4) entry
     ORDER BY md5(entry.id)`,
    [users],
  );
  const filters = await client.query<{ userId: string; symbol: string }>(
    `SELECT user_id AS "userId", symbol FROM unnest($1::uuid[]) user_id CROSS JOIN LATERAL (
       SELECT symbol FROM journal
       WHERE journal.user_id = user_id.user_id AND deleted_at IS NULL AND type = $2 AND ts BETWEEN $3 AND $4
       ORDER BY ts DESC, id DESC LIMIT 1) entry`,
    [users, filteredType, window.from, window.to],
  );
  const heavyFilters = await client.query<{ symbol: string }>(
    `SELECT DISTINCT symbol FROM journal WHERE user_id = $1 AND deleted_at IS NULL AND type = $2 AND ts BETWEEN $3 AND $4`,
    [heavyUser, filteredType, window.from, window.to],
  );
  const positions = await client.query<Position>(
    `SELECT ts, id FROM journal WHERE user_id = $1 AND deleted_at IS NULL
     ORDER BY ts DESC, id DESC OFFSET $2 LIMIT 100`,
    [heavyUser, size.depth],
  );
  return {
    users,
    heavy: heavyUser,
    totals: totalsUser,
    load: loadUser,
    loadSize: size.load,
    keys: keys.rows,
    filters: filters.rows.map(({ userId, symbol }) => ({ userId, filter: filterOf(symbol) })),
    heavyFilters: heavyFilters.rows.map(({ symbol }) => filterOf(symbol)),
    positions: positions.rows,
  };
}

function filterOf(symbol: string): Filter {
  return { symbol, type: filteredType, ...window };
}

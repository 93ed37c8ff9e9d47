import type { Client } from 'pg';
import type { Entry, Filter, Position } from '../model/entry.js';
import type { Size } from './size.js';
import { heavyUser, loadUser, totalsUser } from './user-ids.js';

/** What the operations of a run are about, the same for all contenders. */
export interface Material {
  /** Ordinary users. */
  users: string[];
  heavy: string;
  totals: string;
  load: string;
  loadSize: number;
  /** Entries to be got. */
  keys: { userId: string; id: string }[];
  filters: { userId: string; filter: Filter }[];
  heavyFilters: Filter[];
  /** Where deep pages of the heavy user begin. */
  positions: Position[];
}

const from = new Date('2023-07-01');
const to = new Date('2024-07-01');

/** Chooses the material in a seeded database, as a superuser. */
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
  const filters = await client.query<{ userId: string; symbol: string; type: Entry['type'] }>(
    `SELECT user_id AS "userId", symbol, type FROM unnest($1::uuid[]) user_id CROSS JOIN LATERAL (
       SELECT symbol, type FROM journal
       WHERE journal.user_id = user_id.user_id AND deleted_at IS NULL AND symbol IS NOT NULL AND ts BETWEEN $2 AND $3
       ORDER BY ts DESC, id DESC LIMIT 1) entry`,
    [users, from, to],
  );
  const heavyFilters = await client.query<{ symbol: string }>(
    `SELECT DISTINCT symbol FROM journal WHERE user_id = $1 AND symbol IS NOT NULL`,
    [heavyUser],
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
    filters: filters.rows.map(({ userId, ...rest }) => ({ userId, filter: { ...rest, from, to } })),
    heavyFilters: heavyFilters.rows.map(({ symbol }) => ({ symbol, type: 'sell_to_open', from, to })),
    positions: positions.rows,
  };
}

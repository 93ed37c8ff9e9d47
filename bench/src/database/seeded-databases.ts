import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import type { Client } from 'pg';
import { migrations, readDatabaseSettings, runMigrations } from 'trading-journal-database';
import { Refusal } from '../refusal.js';
import type { Server } from './embedded.js';
import { seed, seedText } from './seed.js';
import type { Size } from './size.js';
import { asSuperuser } from './superuser.js';

/** Disk space of a row in the table and its indexes, doubled for WAL and for the clone. */
const bytesOfRow = 1_000;

/**
 * The name of a database seeded in this size. Reuses the database of an earlier run. It is a
 * template for clones, so nothing may connect to it.
 */
export async function seededDatabase(server: Server, size: Size): Promise<string> {
  const prefix = `seeded_${size.name}_`;
  const digest = createHash('sha256').update(migrations.map(String).join('\n')).update(seedText(size));
  const name = prefix + digest.digest('hex').slice(0, 12);
  return asSuperuser(server.url('postgres'), async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)`,
      [prefix],
    );
    if (rows.some((row) => row.name === name)) return name;
    for (const row of rows) await client.query(`DROP DATABASE ${row.name} WITH (FORCE)`);
    await requireSpace(server, size);
    console.error(`Seeding ${size.entries.toLocaleString('en')} entries…`);
    await seedUnder(client, server, name, size);
    return name;
  });
}

/** Runs `work` with a clone of a database, and drops the clone afterwards. */
export async function withClone<T>(
  server: Server,
  template: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const name = `run_${process.pid}_${(clones += 1)}`;
  return asSuperuser(server.url('postgres'), async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
    try {
      return await work(server.url(name));
    } finally {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
}

let clones = 0;

/** Renames the database when it is complete, so that an interrupted seed is never reused. */
async function seedUnder(client: Client, server: Server, name: string, size: Size): Promise<void> {
  const unfinished = `unfinished_${size.name}`;
  await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${unfinished}`);
  const url = server.url(unfinished);
  await runMigrations(readDatabaseSettings({ DATABASE_URL: url, DATABASE_QUERY_LOG: 'off' }));
  await asSuperuser(url, (seeding) => seed(seeding, size));
  await client.query(`CHECKPOINT`);
  await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
}

async function requireSpace(server: Server, size: Size): Promise<void> {
  const { bavail, bsize } = await statfs(server.base);
  const needed = size.entries * bytesOfRow * 2;
  if (bavail * bsize >= needed) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new Refusal(
    `${size.entries} entries need about ${gigabytes(needed)} GB in ${server.base}, and ${gigabytes(bavail * bsize)} GB are free. ` +
      `Make room, or take a smaller size.`,
  );
}

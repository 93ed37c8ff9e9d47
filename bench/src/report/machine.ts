import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import type { Client } from 'pg';

/** The machine and the software of a run, as a list of facts. */
export async function machineFacts(client: Client, durable: boolean): Promise<string[]> {
  const { rows } = await client.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  );
  return [
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), shared by client and server, ${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `PostgreSQL ${rows[0]?.version} on loopback with its default memory settings and autovacuum off, ${durable ? 'durable' : 'with fsync and synchronous_commit off, so that no disk is measured'}`,
    `Node ${process.versions.node}, a pool of 10 connections for each contender`,
    packages.map((name) => `${name} ${versionOf(name)}`).join(', '),
  ];
}

const packages = [
  'pg',
  'typeorm',
  'drizzle-orm',
  'kysely',
  '@prisma/client',
  'pg-copy-streams',
  'pg-query-stream',
  'trading-journal-database',
];

function versionOf(name: string): string {
  const { resolve } = createRequire(import.meta.url);
  for (const folder of resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as {
        version: string;
      };
      return version;
    } catch {
      // Look in the next folder up.
    }
  }
  return 'not installed';
}

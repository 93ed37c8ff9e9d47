import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** The clock tick of /proc on every Linux that Node supports. */
const ticksPerSecond = 100;

/** Reads the processor time of a server so far, in seconds; undefined without /proc. */
export async function serverCpu(client: Client): Promise<() => number | undefined> {
  const { rows } = await client.query<{ file: string }>(`SELECT pg_read_file('postmaster.pid') AS file`);
  const postmaster = Number.parseInt(rows[0]?.file ?? '', 10);
  return () => (process.platform === 'linux' ? secondsOf(postmaster) : undefined);
}

function secondsOf(postmaster: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === undefined) continue;
    const [parent, own, ended] = [Number(fields[1]), sum(fields.slice(11, 13)), sum(fields.slice(13, 15))];
    // The postmaster's child time includes the backends that have ended.
    if (Number(name) === postmaster) ticks += own + ended;
    else if (parent === postmaster) ticks += own;
  }
  return ticks / ticksPerSecond;
}

/**
 * The stat fields of a process from its state on. The name before them can contain any character.
 */
function statOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // It has ended since it was listed.
  }
}

function sum(fields: readonly string[]): number {
  return fields.reduce((all, field) => all + Number(field), 0);
}

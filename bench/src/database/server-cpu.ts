import { readdirSync, readFileSync } from 'node:fs';
import type { Client } from 'pg';

/** What the clock of /proc counts in, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/**
 * Reads how many seconds of processor time a server has used so far; undefined where there is no
 * /proc.
 */
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
    // The postmaster inherits the time of the backends that have ended.
    if (Number(name) === postmaster) ticks += own + ended;
    else if (parent === postmaster) ticks += own;
  }
  return ticks / ticksPerSecond;
}

/** The fields of a process from its state on: its name, before them, may hold anything. */
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

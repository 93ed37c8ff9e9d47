import { readFileSync } from 'node:fs';

/** A process as `PID-START`, which tells it from a later one that was given the same number. */
export function processIdentity(pid: number = process.pid): string {
  return `${pid}-${readStatus(pid)?.start ?? 0}`;
}

/** Whether the process of an identity still runs; text that is not an identity is no process. */
export function isIdentityAlive(identity: string): boolean {
  const [pid, start] = identity.split('-').map(Number);
  if (!pid || !isProcessAlive(pid)) return false;
  const status = readStatus(pid);
  return status === undefined || status.start === start;
}

/** Whether a process of this number runs. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // In containers whose first process collects no orphans, the dead keep their number.
  return readStatus(pid)?.state !== 'Z';
}

// Only Linux tells this without running a program; elsewhere the number alone has to do.
function readStatus(pid: number): { state: string | undefined; start: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything; the state is the
    // third, the start time the 22nd.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

import { readFileSync } from 'node:fs';

/** A process as `PID-START`. The start time distinguishes processes that reuse a pid. */
export function processIdentity(pid: number = process.pid): string {
  return `${pid}-${readStatus(pid)?.start ?? 0}`;
}

/** Whether the process of an identity still runs; false for any other text. */
export function isIdentityAlive(identity: string): boolean {
  const [pid, start] = identity.split('-').map(Number);
  if (!pid || !isProcessAlive(pid)) return false;
  const status = readStatus(pid);
  return status === undefined || status.start === start;
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // A zombie is dead. Zombies stay in containers whose first process does not reap orphans.
  return readStatus(pid)?.state !== 'Z';
}

// Only Linux provides this without running a program; elsewhere the pid alone must suffice.
function readStatus(pid: number): { state: string | undefined; start: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the program's name in parentheses, with any characters; field 3 is the state,
    // field 22 the start time.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], start: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

import { execFileSync } from 'node:child_process';
import { until } from './until.js';

/** The ids of the running reader processes of a parent process. */
export function readerProcesses(parentId = process.pid): number[] {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  const rows = list.split('\n').map((row) => row.trim().split(/\s+/));
  const isReader = ([, parent, state, ...args]: string[]) =>
    Number(parent) === parentId &&
    !state?.startsWith('Z') &&
    args.some((arg) => /\/reader\/main\.[jt]s$/.test(arg));
  return rows.filter(isReader).map(([pid]) => Number(pid));
}

/** Waits until all reader processes except `others` have ended. */
export async function readersEnded(others: readonly number[]): Promise<void> {
  await until(() => readerProcesses().every((pid) => others.includes(pid)));
}

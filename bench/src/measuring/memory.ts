import { readFileSync } from 'node:fs';

const pageBytes = 4096;
const milliseconds = 10;

/**
 * Runs `work`.
 * @returns what it returns, and the most memory in bytes that a process and those it started had at
 * once meanwhile
 */
export async function withPeakOf<T>(
  pid: number | undefined,
  work: () => Promise<T>,
): Promise<{ result: T; peak: number | undefined }> {
  let peak = residentOf(pid);
  const timer = setInterval(() => {
    const resident = residentOf(pid);
    if (resident !== undefined) peak = Math.max(peak ?? 0, resident);
  }, milliseconds);
  try {
    return { result: await work(), peak };
  } finally {
    clearInterval(timer);
  }
}

/**
 * The resident memory of a process and its descendants; undefined where there is no /proc, or no
 * such process.
 */
function residentOf(pid: number | string | undefined): number | undefined {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
    return children.reduce((sum, child) => sum + (residentOf(child) ?? 0), Number(pages) * pageBytes);
  } catch {
    return undefined;
  }
}

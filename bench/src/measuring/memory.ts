import { readFileSync } from 'node:fs';

const pageBytes = 4096;
const milliseconds = 10;

/**
 * Runs `work`.
 *
 * @returns the result of `work`, and the peak memory of a process and its descendants in bytes
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
 * The resident memory of a process and its descendants; undefined without /proc or if the process
 * does not exist.
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

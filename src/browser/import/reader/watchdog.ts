import { Worker } from 'node:worker_threads';

/**
 * Watches the process while its main thread is busy in JavaScript or WebAssembly. Kills it with
 * SIGKILL, which needs no free thread, when it exceeds its memory limit or its parent is dead. A
 * dead parent changes `ppid`, except on Windows. The program is a text, because its thread has no
 * TypeScript loader.
 */
const program = `
  const { parentPort, workerData: { mebibytes, parent } } = require('node:worker_threads');
  const isParentAlive = () => {
    if (process.ppid !== parent) return false;
    if (process.platform !== 'win32') return true;
    try {
      return process.kill(parent, 0);
    } catch {
      return false;
    }
  };
  setInterval(() => {
    const isTooLarge = process.memoryUsage.rss() > mebibytes * 1024 * 1024;
    if (isTooLarge || !isParentAlive()) process.kill(process.pid, 'SIGKILL');
  }, 10);
  parentPort.postMessage('watching');
`;

/** Starts the watchdog thread. Resolves when it watches. */
export function startWatchdog(mebibytes: number): Promise<void> {
  const workerData = { mebibytes, parent: process.ppid };
  // execArgv: the thread must not inherit options such as loaders.
  const thread = new Worker(program, { eval: true, execArgv: [], workerData });
  thread.unref();
  return new Promise((resolve, reject) => {
    thread.once('message', () => resolve());
    thread.once('error', reject);
  });
}

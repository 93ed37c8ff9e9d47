import { Worker } from 'node:worker_threads';

/**
 * Sees the memory of the process while the main thread is busy in JavaScript or WebAssembly, and
 * ends the process by a signal that no thread has to handle: when it takes more memory than it may,
 * and when its parent is dead. A process whose parent has died gets another parent; on Windows it
 * keeps the number of the dead one. As a text it needs no loader of TypeScript in its thread.
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

/** Starts the thread that watches this process. @returns when it watches */
export function startWatchdog(mebibytes: number): Promise<void> {
  const workerData = { mebibytes, parent: process.ppid };
  // The options of this process, such as its loaders, are not for the thread.
  const thread = new Worker(program, { eval: true, execArgv: [], workerData });
  thread.unref();
  return new Promise((resolve, reject) => {
    thread.once('message', () => resolve());
    thread.once('error', reject);
  });
}

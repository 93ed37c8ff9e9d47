import { onEndingSignal, type EndingSignal } from '../embedded/ending-signals.js';
import { printError } from './printing.js';

/**
 * Aborts `work` on SIGINT, SIGTERM or SIGHUP, so that it can clean up. Then ends the process with
 * the same signal, as the default handler does.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: EndingSignal | undefined;
  const undo = onEndingSignal((signal) => {
    received = signal;
    controller.abort();
  });
  try {
    return await work(controller.signal);
  } catch (error) {
    undo();
    if (received !== undefined) {
      printError((error as Error).message);
      process.kill(process.pid, received);
    }
    throw error;
  } finally {
    undo();
  }
}

import { onEndingSignal } from '../embedded/ending-signals.js';
import type { EndingSignal } from '../embedded/ending-signals.js';
import { printError } from './printing.js';

/**
 * Lets a signal interrupt the work, so that it can tidy up, and then ends this process by the same
 * signal, as it would have ended it at once.
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

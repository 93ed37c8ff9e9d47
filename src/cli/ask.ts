import { createInterface } from 'node:readline/promises';
import { printable } from './printing.js';

/**
 * Asks, until the signal is aborted; undefined where there is nobody to ask, and an empty answer
 * where nobody answered.
 */
export type Ask = (question: string, signal: AbortSignal) => Promise<string | undefined>;

/** Asks at the terminal. */
export async function askAtTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal makes a key of Ctrl-C while it is read line by line.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // Ctrl-D ends the reading.
    const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    return await Promise.race([terminal.question(printable(question), { signal }), ended]);
  } catch (error) {
    if (signal.aborted) return '';
    throw error;
  } finally {
    terminal.close();
  }
}

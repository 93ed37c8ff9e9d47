import { createInterface } from 'node:readline/promises';
import { printable } from './printing.js';

/**
 * Asks a question until the signal is aborted. Returns undefined without a terminal, and empty text
 * without an answer.
 */
export type Ask = (question: string, signal: AbortSignal) => Promise<string | undefined>;

export async function askAtTerminal(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline turns Ctrl-C into an event of its own instead of the signal.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // Ctrl-D closes the interface without an answer.
    const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    return await Promise.race([terminal.question(printable(question), { signal }), ended]);
  } catch (error) {
    if (signal.aborted) return '';
    throw error;
  } finally {
    terminal.close();
  }
}

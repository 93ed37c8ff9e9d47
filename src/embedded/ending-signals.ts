import { constants } from 'node:os';

/** The signals that ask a command to end. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndingSignal = (typeof endingSignals)[number];

/** What a shell shows as the exit code of a command that a signal ended, such as 130 for SIGINT. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Calls the handler at each of these signals, which then no longer end this process.
 * @returns what undoes that.
 */
export function onEndingSignal(handler: (signal: EndingSignal) => void): () => void {
  for (const signal of endingSignals) process.on(signal, handler);
  return () => {
    for (const signal of endingSignals) process.off(signal, handler);
  };
}

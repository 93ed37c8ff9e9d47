import { constants } from 'node:os';

/** The signals that ask a command to end. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndingSignal = (typeof endingSignals)[number];

/** The exit code that a shell reports after a signal, such as 130 for SIGINT. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Handles the ending signals, which then do not end this process.
 * @returns a function that removes the handler
 */
export function onEndingSignal(handler: (signal: EndingSignal) => void): () => void {
  for (const signal of endingSignals) process.on(signal, handler);
  return () => {
    for (const signal of endingSignals) process.off(signal, handler);
  };
}

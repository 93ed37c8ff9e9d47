import { TimeZoneError } from '../convert/typed-days.js';
import { LocalStorageError } from '../local-storage/local-storage.error.js';
import { LegacyFileError } from '../read/legacy-file.error.js';
import type { SentError } from './messages.js';

/** The errors that a caller of the importer can expect from a file. */
const expected = [LegacyFileError, LocalStorageError, TimeZoneError];

/** What WebAssembly throws for a trap, and JavaScript where the stack or the memory ends. */
const brokenBy = ['RuntimeError', 'RangeError'];

/**
 * Whether an error can have left the engine of SQLite in a state in which it must not be used
 * again.
 */
export function isBreaking(thrown: unknown): boolean {
  if (!expected.some((type) => thrown instanceof type)) return true;
  const { cause } = thrown as Error;
  return cause instanceof Error && brokenBy.includes(cause.name);
}

/** An error as plain data. */
export function sentError(thrown: unknown): SentError {
  if (!(thrown instanceof Error)) throw thrown;
  const { name, message, stack } = thrown;
  const { cause: _, ...properties } = Object.fromEntries(
    Object.entries(thrown).filter(([, value]) => typeof value !== 'object'),
  );
  return { name, message, stack, properties };
}

/** The error of the other process, as an instance of its class where a caller can expect it. */
export function receivedError({ name, message, stack, properties }: SentError): Error {
  const error = Object.assign(new Error(message), properties);
  const type = expected.find((each) => each.name === name);
  if (type !== undefined) return Object.setPrototypeOf(error, type.prototype) as Error;
  return Object.assign(error, { stack });
}

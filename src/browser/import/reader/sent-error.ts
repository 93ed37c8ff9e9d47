import { TimeZoneError } from '../convert/time-zone.error.js';
import { LocalStorageError } from '../local-storage/local-storage.error.js';
import { LegacyFileError } from './legacy-file.error.js';
import type { SentError } from './messages.js';

/** Error classes that the reader process may throw for a file. */
const expected = [LegacyFileError, LocalStorageError, TimeZoneError];

/** Serialises an error. */
export function sentError(thrown: unknown): SentError {
  if (!(thrown instanceof Error)) throw thrown;
  const { name, message, stack } = thrown;
  const properties = Object.fromEntries(
    Object.entries(thrown).filter(([, value]) => typeof value !== 'object'),
  );
  return { name, message, stack, properties };
}

/** Deserialises an error, as an instance of its class if a caller can expect the class. */
export function receivedError({ name, message, stack, properties }: SentError): Error {
  const error = Object.assign(new Error(message), properties);
  const type = expected.find((each) => each.name === name);
  // The constructor would build the message again.
  if (type !== undefined) return Object.setPrototypeOf(error, type.prototype) as Error;
  return Object.assign(error, { stack });
}

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseConnectionUrl } from './connection-url.js';

// Rules for single environment variables. Messages never contain the value: it may be a secret.

export const emptyAsUnset = (value: unknown) => (value === '' ? undefined : value);

export function wholeOrUnset(minimum: number, maximum: number) {
  const expected = `must be a whole number from ${minimum} to ${maximum}`;
  const number = z
    .string()
    .regex(/^\d{1,10}$/, expected)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, expected);
  return z.preprocess(emptyAsUnset, number.optional());
}

export function whole(fallback: number, minimum: number, maximum: number) {
  return wholeOrUnset(minimum, maximum).transform((value) => value ?? fallback);
}

const day = 86_400_000;
export const milliseconds = (fallback: number, minimum = 0) => whole(fallback, minimum, day);

export const millisecondsOrUnset = () => wholeOrUnset(0, day);

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.preprocess(
    emptyAsUnset,
    z.enum(values, { error: `must be one of ${values.join(', ')}` }).optional(),
  );
}

export const connectionUrl = z.string().transform((text, context) => {
  try {
    return parseConnectionUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const certificate = z.string().transform((text, context) => {
  try {
    const pem = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : readFileSync(text, 'utf8');
    // Node's TLS ignores an invalid CA silently, and then trusts no server.
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    context.addIssue({
      code: 'custom',
      message: `must be a PEM certificate or the path of a readable file that holds one (${code})`,
    });
    return z.NEVER;
  }
});

export const applicationName = z
  .string()
  .regex(
    /^[\x20-\x7e]{1,63}$/,
    'must be 1 to 63 printable ASCII characters, as PostgreSQL cuts off the rest',
  );

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseConnectionUrl } from './connection-url.js';

// Rules for single settings, whether an option or an environment variable supplies the value.
// Messages never contain the value: it may be a secret.

export function whole(minimum: number, maximum: number) {
  return z.custom<number>(
    (value) => Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
    `must be a whole number from ${minimum} to ${maximum}`,
  );
}

const day = 86_400_000;
export const milliseconds = (minimum = 0) => whole(minimum, day);

export const flag = z.boolean({ error: 'must be one of true, false' });

export const connectionUrl = z.string({ error: 'must be text' }).transform((text, context) => {
  try {
    return parseConnectionUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

export const certificate = z.string({ error: 'must be text' }).transform((text, context) => {
  try {
    const pem = text.includes('-----BEGIN') ? text.replaceAll('\\n', '\n') : readFileSync(text, 'utf8');
    // Node's TLS ignores an invalid CA silently, and then trusts no server.
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const cause = code === undefined ? '' : ` (${code})`;
    context.addIssue({
      code: 'custom',
      message: `must be a PEM certificate or the path of a readable file that holds one${cause}`,
    });
    return z.NEVER;
  }
});

export const applicationName = z
  .string({ error: 'must be text' })
  .regex(
    /^[\x20-\x7e]{1,63}$/,
    'must be 1 to 63 printable ASCII characters, as PostgreSQL cuts off the rest',
  );

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** 128 MiB of memory for each call. */
const cost = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const keyLength = 32;

/** The salt and the key of a password, as text: the `passwordHash` of `UsersRepository`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password.normalize(), salt, keyLength, cost);
  return `scrypt$${salt.toString('base64')}$${key.toString('base64')}`;
}

/**
 * Whether a password belongs to a hash. Takes equally long without a hash, so that the duration of
 * a sign-in does not tell whether an address is registered.
 */
export async function isPassword(password: string, hash: string | null | undefined): Promise<boolean> {
  const [, salt = '', key = ''] = hash?.split('$') ?? [];
  const expected = Buffer.from(key, 'base64');
  const found = await derive(password.normalize(), Buffer.from(salt, 'base64'), keyLength, cost);
  return expected.length === keyLength && timingSafeEqual(found, expected);
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { describeConnection, parseConnectionUrl } from '../../src/config/connection-url.js';

describe('a connection URL', () => {
  it('passes its percent-encoded user and password decoded to pg, and displays no password', () => {
    // A half surrogate pair cannot be encoded.
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const encoded = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        const { url } = parseConnectionUrl(`postgresql://${encoded}@db:6432/journal?sslmode=require`);
        expect(new Client(url)).toMatchObject({
          user,
          password,
          host: 'db',
          port: 6432,
          database: 'journal',
        });
        expect(describeConnection(url)).toBe(`${user}@db:6432/journal`);
      }),
    );
  });

  it('is refused or displayed without its password if that is not percent-encoded', () => {
    const special = fc.string({ unit: fc.constantFrom(...'/?#@:%&=12a') });
    fc.assert(
      fc.property(special, special, (before, after) => {
        const text = `postgresql://app:${before}hunter2${after}@db/journal`;
        let shown: string;
        try {
          shown = describeConnection(parseConnectionUrl(text).url);
        } catch (error) {
          shown = String(error);
        }
        expect(shown).not.toContain('hunter2');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['disable', 'disable'],
    ['no-verify', 'require'],
    ['require', 'require'],
    ['verify-full', 'verify-full'],
  ])('with sslmode=%s sets TLS like DATABASE_TLS=%s, and keeps all other parameters', (sslmode, tls) => {
    const text = `postgresql://db/journal?sslmode=${sslmode}&options=-c%20search_path%3Dapp&uselibpqcompat=true`;
    const parsed = parseConnectionUrl(text);
    expect(parsed.tls).toBe(tls);
    expect(Object.fromEntries(new URL(parsed.url).searchParams)).toEqual({ options: '-c search_path=app' });
  });

  it('has TLS with SSLMODE in capital letters, which pg ignores', () => {
    const { url, tls } = parseConnectionUrl('postgresql://db/journal?SSLMODE=require');
    expect({ url, tls }).toEqual({ url: 'postgresql://db/journal', tls: 'require' });
  });

  it('is refused with sslmode several times', () => {
    expect(() => parseConnectionUrl('postgresql://db/journal?sslmode=disable&sslmode=require')).toThrow(
      'has sslmode several times; keep one of them',
    );
  });

  it('without an sslmode sets no TLS mode, and is kept unchanged', () => {
    const text = 'postgresql://db/journal?options=-c%20search_path%3Dapp';
    expect(parseConnectionUrl(text)).toEqual({ url: text, tls: undefined });
  });

  it.each(['prefer', 'allow', 'verify-ca', '', 'REQUIRE', 'constructor'])(
    'is refused with sslmode=%s, which is less safe than its name',
    (sslmode) => {
      expect(() => parseConnectionUrl(`postgresql://db/journal?sslmode=${sslmode}`)).toThrow(
        'has an unsupported sslmode; expected one of disable, no-verify, require, verify-full',
      );
    },
  );

  it.each([
    ['ssl=true', 'sslmode'],
    ['sslnegotiation=direct', 'sslmode'],
    ['sslmod=require', 'sslmode'],
    ['ssl_mode=require', 'sslmode'],
    ['sslrootcert=ca.pem', 'DATABASE_TLS_CA'],
    ['sslcert=me.pem', 'a password'],
    ['sslkey=me.key', 'a password'],
    ['SSL=true', 'sslmode'],
  ])(
    'is refused with %s, which pg would ignore, or which would override DATABASE_TLS',
    (parameter, instead) => {
      expect(() => parseConnectionUrl(`postgresql://db/journal?${parameter}`)).toThrow(
        `is not supported; use ${instead}`,
      );
    },
  );

  it('is refused with query_timeout, because pg would abandon a statement and keep its connection', () => {
    expect(() => parseConnectionUrl('postgresql://db/journal?query_timeout=200')).toThrow(
      'has the parameter query_timeout, which is not supported; use DATABASE_STATEMENT_LIMIT_MS',
    );
  });

  it.each([
    ['statement_timeout', 'DATABASE_STATEMENT_TIMEOUT_MS'],
    ['lock_timeout', 'DATABASE_LOCK_TIMEOUT_MS'],
    ['idle_in_transaction_session_timeout', 'DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS'],
    ['application_name', 'DATABASE_APPLICATION_NAME'],
  ])('is refused with %s, because pg would override %s', (parameter, variable) => {
    expect(() => parseConnectionUrl(`postgresql://db/journal?${parameter}=7`)).toThrow(
      `has the parameter ${parameter}, which is not supported; use ${variable}`,
    );
  });

  it.each([
    ['mysql://db/journal', 'must begin with postgresql://'],
    ['db.example.com/journal', 'is not a URL'],
    ['postgresql://app@db:99999/journal', 'is not a URL'],
    ['postgresql://app:p,w@db1:5432,db2:5433/journal', 'names several hosts'],
    ['postgresql://db1,db2/journal?target_session_attrs=read-write', 'names several hosts'],
    ['postgresql:///journal?user=app&host=db1,db2', 'names several hosts'],
    ['postgresql://db', 'names no database'],
    ['postgresql://db/', 'names no database'],
    ['postgresql:journal', 'names no database'],
    ['postgresql://app:50%off@db/journal', 'write it as %25'],
    ['postgresql://app:%ff@db/journal', 'write it as %25'],
    ['postgresql://app:12/34@db/journal', 'percent-encode'],
    ['postgresql://app:1/2?3@db/journal', 'percent-encode'],
    ['postgresql://app:1/2#3@db/journal', 'percent-encode'],
  ])('is refused: %s', (text, expected) => {
    expect(() => parseConnectionUrl(text)).toThrow(expected);
  });

  it.each([
    ['postgresql://app@db/journal', 'app@db:5432/journal'],
    ['postgresql://app:p,w@db/journal', 'app@db:5432/journal'],
    ['postgresql://[::1]:6432/journal', '[::1]:6432/journal'],
    ['postgresql:///journal?host=/var/run/postgresql', '/var/run/postgresql:5432/journal'],
    ['postgresql://app@%2Fvar%2Frun/journal', 'app@/var/run:5432/journal'],
    ['postgresql:///journal?host=/run/postgresql&user=app&port=6432', 'app@/run/postgresql:6432/journal'],
    ['postgresql://app@db:5433/journal?user=other&port=6432', 'other@db:6432/journal'],
  ])('%s is displayed as %s', (text, shown) => {
    expect(describeConnection(parseConnectionUrl(text).url)).toBe(shown);
  });
});

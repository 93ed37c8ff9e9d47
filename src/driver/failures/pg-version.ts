import { createRequire } from 'node:module';
import pg from 'pg';

/** The version of the installed pg. */
export function pgVersion(): string {
  const { version } = createRequire(import.meta.url)('pg/package.json') as { version: string };
  return version;
}

/**
 * Package managers can install this package beside an older pg, with a warning only. Connections
 * would open, and the first unit of work would fail.
 *
 * @throws Error if pg lacks a documented method that the driver needs
 */
export function refuseOldPg(): void {
  const { getTransactionStatus } = pg.Client.prototype as Partial<pg.Client>;
  if (getTransactionStatus !== undefined) return;
  throw new Error(
    `trading-journal-database needs pg 8.23 or later, but pg ${pgVersion()} is installed. Run \`npm install pg@8.23\`.`,
  );
}

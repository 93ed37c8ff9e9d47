import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';
import { CallAbandoned } from '../driver/connection.js';
import { ConnectionLostError } from '../driver/failures/connection.errors.js';
import { UnitOfWorkAbortedError, UnitOfWorkEndedError } from '../driver/failures/transaction.errors.js';
import type { QueryLogLevel } from '../config/database.settings.js';

/** Logs statements to Nest's logger, never parameters: they hold amounts and password hashes. */
export class QueryLogger implements Logger {
  readonly #log = new NestLogger('Database');

  constructor(private readonly level: QueryLogLevel) {}

  logQuery(query: string): void {
    if (this.level === 'all') this.#log.log(query);
  }

  logQueryError(error: Error, query: string): void {
    if (this.level === 'off') return;
    if (isCallersError(error)) this.#log.debug(`${messageOf(error)} in ${query}`);
    else this.#log.error(`${messageOf(error)} in ${query}`);
  }

  logQuerySlow(time: number, query: string): void {
    if (this.level !== 'off') this.#log.warn(`${time} ms for ${query}`);
  }

  logSchemaBuild(message: string): void {
    // TypeORM takes the 14 digits of a name for milliseconds, and states a day of the year 1978.
    this.#log.log(message.replace(/ It was executed on .*$/, ''));
  }

  logMigration(message: string): void {
    this.#log.log(message);
  }

  log(level: 'log' | 'info' | 'warn', message: string): void {
    if (level === 'warn') this.#log.warn(message);
    else if (this.level === 'all') this.#log.log(message);
  }
}

/** Violations of foreign keys and unique indexes: unknown account, conflicting id, taken e-mail. */
const callersStates = new Set(['23503', '23505']);

/** Whether the caller caused the failure and gets a named error, so operators can ignore it. */
function isCallersError(error: Error): boolean {
  const { code } = error as { code?: string };
  if (code !== undefined && callersStates.has(code)) return true;
  if (error instanceof UnitOfWorkAbortedError || error instanceof UnitOfWorkEndedError) return true;
  return error instanceof ConnectionLostError && error.cause instanceof CallAbandoned;
}

function messageOf(error: Error): string {
  // Messages of SQLSTATE class 22 (data exception) quote the invalid parameter.
  const quotesParameter = (error as { code?: string }).code?.startsWith('22') === true;
  return quotesParameter ? error.message.replace(/".*"/s, '"…"') : error.message;
}

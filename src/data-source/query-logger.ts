import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';
import { GivenUp } from '../driver/connection.js';
import { ConnectionLostError } from '../driver/connection.errors.js';
import { UnitOfWorkAbortedError, UnitOfWorkEndedError } from '../driver/transaction.errors.js';
import type { QueryLogLevel } from '../config/database.settings.js';

/**
 * Writes statements to Nest's log without their parameters, which are people's money and password
 * hashes.
 */
export class QueryLogger implements Logger {
  readonly #log = new NestLogger('Database');

  constructor(private readonly level: QueryLogLevel) {}

  logQuery(query: string): void {
    if (this.level === 'all') this.#log.log(query);
  }

  logQueryError(error: string | Error, query: string): void {
    if (this.level === 'off') return;
    if (isAnswered(error)) this.#log.debug(`${messageOf(error)} in ${query}`);
    else this.#log.error(`${messageOf(error)} in ${query}`);
  }

  logQuerySlow(time: number, query: string): void {
    if (this.level !== 'off') this.#log.warn(`${time} ms for ${query}`);
  }

  logSchemaBuild(message: string): void {
    this.#log.log(message);
  }

  logMigration(message: string): void {
    this.#log.log(message);
  }

  log(level: 'log' | 'info' | 'warn', message: string): void {
    if (level === 'warn') this.#log.warn(message);
    else if (this.level === 'all') this.#log.log(message);
  }
}

/**
 * Foreign keys and unique indexes: a caller is told of an unknown account, a repetition, a taken
 * address.
 */
const answeredStates = new Set(['23503', '23505']);

/**
 * Whether a caller causes the failure and gets a named error for it, so that an operator need not
 * look into it.
 */
function isAnswered(error: string | Error): boolean {
  if (typeof error === 'string') return false;
  const { code } = error as { code?: string };
  if (code !== undefined && answeredStates.has(code)) return true;
  if (error instanceof UnitOfWorkAbortedError || error instanceof UnitOfWorkEndedError) return true;
  return error instanceof ConnectionLostError && error.cause instanceof GivenUp;
}

function messageOf(error: string | Error): string {
  if (typeof error === 'string') return error;
  // SQLSTATE class 22, "data exception": PostgreSQL quotes the parameter that it could not take.
  const quotesParameter = (error as { code?: string }).code?.startsWith('22') === true;
  return quotesParameter ? error.message.replace(/".*"/s, '"…"') : error.message;
}

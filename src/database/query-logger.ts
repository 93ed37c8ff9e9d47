import { Logger as NestLogger } from '@nestjs/common';
import type { Logger } from 'typeorm';
import type { QueryLogLevel } from '../config/database.settings.js';

/**
 * Writes statements to Nest's log without their parameters, which are people's money and password hashes.
 */
export class QueryLogger implements Logger {
  readonly #log = new NestLogger('Database');

  constructor(private readonly level: QueryLogLevel) {}

  logQuery(query: string): void {
    if (this.level === 'all') this.#log.log(query);
  }

  logQueryError(error: string | Error, query: string): void {
    if (this.level !== 'off') this.#log.error(`${messageOf(error)} in ${query}`);
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

function messageOf(error: string | Error): string {
  if (typeof error === 'string') return error;
  // SQLSTATE class 22, "data exception": PostgreSQL quotes the parameter that it could not take.
  const quotesParameter = (error as { code?: string }).code?.startsWith('22') === true;
  return quotesParameter ? error.message.replace(/".*"/s, '"…"') : error.message;
}

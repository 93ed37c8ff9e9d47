import type { ServerResponse } from 'node:http';
import { Catch, HttpStatus } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { EntryConflictError, InvalidInputError, JournalDatabaseError } from 'trading-journal-database';

// What a client can cause. All other codes are faults of the server: Nest logs those and answers 500 without details.
const statuses: Partial<Record<string, HttpStatus>> = {
  INVALID_INPUT: HttpStatus.BAD_REQUEST,
  INVALID_CURSOR: HttpStatus.BAD_REQUEST,
  UNKNOWN_ACCOUNT: HttpStatus.BAD_REQUEST,
  USER_NOT_FOUND: HttpStatus.UNAUTHORIZED,
  ACCOUNT_NOT_FOUND: HttpStatus.NOT_FOUND,
  ENTRY_NOT_FOUND: HttpStatus.NOT_FOUND,
  ACCOUNT_CONFLICT: HttpStatus.CONFLICT,
  EMAIL_TAKEN: HttpStatus.CONFLICT,
  ENTRY_ALREADY_AMENDED: HttpStatus.CONFLICT,
  ENTRY_REMOVED: HttpStatus.CONFLICT,
  ENTRY_CONFLICT: HttpStatus.CONFLICT,
};

/** Answers the errors of `trading-journal-database` by their codes, which are stable. */
@Catch(JournalDatabaseError)
export class JournalErrorFilter extends BaseExceptionFilter<JournalDatabaseError> {
  override catch(error: JournalDatabaseError, host: ArgumentsHost): void {
    const statusCode = statuses[error.code];
    if (statusCode === undefined || this.httpAdapterHost === undefined) return super.catch(error, host);
    const body = { statusCode, code: error.code, message: error.message, ...detailsOf(error) };
    const response = host.switchToHttp().getResponse<ServerResponse>();
    this.httpAdapterHost.httpAdapter.reply(response, body, statusCode);
  }
}

function detailsOf(error: JournalDatabaseError): object {
  if (error instanceof InvalidInputError) return { problems: error.problems };
  if (error instanceof EntryConflictError) return { conflicts: error.conflicts };
  return {};
}

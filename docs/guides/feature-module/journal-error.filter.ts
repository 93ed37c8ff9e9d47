import type { ServerResponse } from 'node:http';
import { Catch, HttpException, HttpStatus, Logger } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import {
  EntryConflictError,
  ImportRejectedError,
  InvalidInputError,
  JournalDatabaseError,
} from 'trading-journal-database';

// Errors that a client can cause or retry. All other codes are a 500 without details.
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
  IMPORT_BUSY: HttpStatus.CONFLICT,
  LEGACY_FILE: HttpStatus.UNPROCESSABLE_ENTITY,
  LOCAL_STORAGE: HttpStatus.UNPROCESSABLE_ENTITY,
  TIME_ZONE: HttpStatus.UNPROCESSABLE_ENTITY,
  IMPORT_REJECTED: HttpStatus.UNPROCESSABLE_ENTITY,
  IMPORT_INTERRUPTED: HttpStatus.SERVICE_UNAVAILABLE,
};

/** The response body of an error. */
export interface ErrorAnswer {
  statusCode: HttpStatus;
  code?: string;
  message: string;
}

/** Maps an error to a response by its stable code. Logs server errors instead of exposing them. */
export function answerTo(error: unknown): ErrorAnswer {
  const statusCode = error instanceof JournalDatabaseError ? statuses[error.code] : undefined;
  if (statusCode !== undefined) {
    const { code, message } = error as JournalDatabaseError;
    return { statusCode, code, message, ...detailsOf(error) };
  }
  if (error instanceof HttpException) return { statusCode: error.getStatus(), message: error.message };
  new Logger('JournalErrors').error(error);
  return { statusCode: HttpStatus.INTERNAL_SERVER_ERROR, message: 'Internal server error' };
}

/** Converts errors of `trading-journal-database` to HTTP responses. */
@Catch(JournalDatabaseError)
export class JournalErrorFilter extends BaseExceptionFilter<JournalDatabaseError> {
  override catch(error: JournalDatabaseError, host: ArgumentsHost): void {
    if (this.httpAdapterHost === undefined) return super.catch(error, host);
    const answer = answerTo(error);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    this.httpAdapterHost.httpAdapter.reply(response, answer, answer.statusCode);
  }
}

function detailsOf(error: unknown): object {
  if (error instanceof InvalidInputError) return { problems: error.problems };
  if (error instanceof EntryConflictError) return { conflicts: error.conflicts };
  if (error instanceof ImportRejectedError) return { rejected: error.rejected, conflicts: error.conflicts };
  return {};
}

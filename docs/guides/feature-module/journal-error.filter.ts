import type { ServerResponse } from 'node:http';
import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import {
  EntryConflictError,
  httpStatusOf,
  ImportRejectedError,
  InvalidInputError,
  JournalDatabaseError,
} from 'trading-journal-database';
import type { ErrorCode } from 'trading-journal-database';

/** The response body of an error. */
export interface ErrorAnswer {
  statusCode: number;
  code?: ErrorCode;
  message: string;
}

/** Maps an error to a response. Logs server errors instead of exposing them. */
export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof HttpException) return { statusCode: error.getStatus(), message: error.message };
  const statusCode = httpStatusOf(error) ?? 500;
  if (error instanceof JournalDatabaseError && statusCode < 500)
    return { statusCode, code: error.code, message: error.message, ...detailsOf(error) };
  new Logger('JournalErrors').error(error);
  return { statusCode, message: statusCode === 503 ? 'Try again later' : 'Internal server error' };
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

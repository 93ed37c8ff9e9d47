import type { ServerResponse } from 'node:http';
import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import {
  EntryAlreadyAmendedError,
  EntryConflictError,
  httpStatusOf,
  ImportRejectedError,
  InvalidInputError,
  JournalDatabaseError,
} from 'trading-journal-database';
import type { ErrorCode } from 'trading-journal-database';
import { QueryFailedError } from 'typeorm';

/** The response body of an error. */
export interface ErrorAnswer {
  statusCode: number;
  code?: ErrorCode;
  message: string;
}

/** Maps an error to a response. Logs server errors instead of exposing them. */
export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof HttpException) return { statusCode: error.getStatus(), message: messageOf(error) };
  const statusCode = httpStatusOf(error) ?? 500;
  if (error instanceof JournalDatabaseError && statusCode < 500)
    return { statusCode, code: error.code, message: error.message, ...detailsOf(error) };
  new Logger('JournalErrors').error(stacksOf(error));
  return { statusCode, message: statusCode === 503 ? 'Try again later' : 'Internal server error' };
}

/** Converts failed statements and errors of the package to HTTP responses or GraphQL errors. */
@Catch(JournalDatabaseError, QueryFailedError)
export class JournalErrorFilter extends BaseExceptionFilter<Error> {
  /** @returns the error of a GraphQL field, which GraphQL reports; undefined for a HTTP response */
  override catch(error: Error, host: ArgumentsHost): Error | void {
    if (host.getType<string>() === 'graphql') return graphqlError(answerTo(error));
    if (this.httpAdapterHost === undefined) return super.catch(error, host);
    const answer = answerTo(error);
    const response = host.switchToHttp().getResponse<ServerResponse>();
    this.httpAdapterHost.httpAdapter.reply(response, answer, answer.statusCode);
  }
}

/** GraphQL copies `extensions` of an error into the response. */
function graphqlError({ message, code, ...details }: ErrorAnswer): Error {
  const extensions = { code: code ?? 'INTERNAL_SERVER_ERROR', ...details };
  return Object.assign(new Error(message), { extensions });
}

/** The stacks of an error and its causes, but not the parameters of a statement: data of users. */
function stacksOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stacksOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/** Only the response of the exception contains the messages of a violated rule. */
function messageOf(error: HttpException): string {
  const response = error.getResponse();
  const { message = error.message }: { message?: unknown } = typeof response === 'object' ? response : {};
  return Array.isArray(message) ? message.join('; ') : String(message);
}

function detailsOf(error: unknown): object {
  if (error instanceof InvalidInputError) return { problems: error.problems };
  if (error instanceof EntryConflictError) return { conflicts: error.conflicts };
  if (error instanceof EntryAlreadyAmendedError) return { successorId: error.successorId };
  if (error instanceof ImportRejectedError) return { rejected: error.rejected, conflicts: error.conflicts };
  return {};
}

import type { GraphQLFormattedError } from 'graphql';

/**
 * Replaces the message of an error that nobody has written for clients. Those of TypeORM name
 * tables, columns and constraints; Nest logs them. `JournalErrorFilter` adds `statusCode` to its
 * errors, and Nest adds `originalError` to those of an `HttpException`.
 */
export function withoutDetails(error: GraphQLFormattedError): GraphQLFormattedError {
  const { code, statusCode, originalError } = error.extensions ?? {};
  const isForClients = (statusCode ?? originalError) !== undefined;
  if (code !== 'INTERNAL_SERVER_ERROR' || isForClients) return error;
  return { ...error, message: 'Internal server error' };
}

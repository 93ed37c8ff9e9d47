import type { GraphQLFormattedError } from 'graphql';

/**
 * Replaces messages that were not written for clients: messages of TypeORM name entities, tables
 * and columns. Nest logs them. Errors for clients have `statusCode`, which `JournalErrorFilter`
 * adds, or `originalError`, which Nest adds for an `HttpException`.
 */
export function withoutDetails(error: GraphQLFormattedError): GraphQLFormattedError {
  const { code, statusCode, originalError } = error.extensions ?? {};
  const isForClients = (statusCode ?? originalError) !== undefined;
  if (code !== 'INTERNAL_SERVER_ERROR' || isForClients) return error;
  return { ...error, message: 'Internal server error' };
}

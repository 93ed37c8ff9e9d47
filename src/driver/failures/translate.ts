import { userRole, type Scope } from '../contract/contract.js';
import {
  PreparedStatementsUnavailableError,
  RoleRefusedError,
  SchemaMissingError,
} from './connection.errors.js';
import { UserScopeMissingError } from './transaction.errors.js';
import { isMissingStatement, isServerError } from './failures.js';

/**
 * Translates a failure to set the scope.
 *
 * @param login the login role of the connection
 */
export function translateScopeError({ role }: Scope, error: unknown, login: string | undefined): unknown {
  if (!isServerError(error)) return error;
  if (error.code === '22023') return new SchemaMissingError({ cause: error });
  if (error.code === '42501') return new RoleRefusedError(role, login, { cause: error });
  return error;
}

/** Translates a failure of an own statement. The server may lack its prepared statement. */
export function translateOwnError(scope: Scope, error: unknown): unknown {
  if (isMissingStatement(error)) return new PreparedStatementsUnavailableError({ cause: error });
  return translateError(scope, error);
}

/** Translates a failure of a statement in a scope. */
export function translateError({ role, userId }: Scope, error: unknown): unknown {
  if (!isServerError(error)) return error;
  // Without a user `app.user_id` is empty, and the cast to uuid in a policy fails.
  const isRefused = error.code === '42501' || (error.code === '22P02' && error.routine === 'string_to_uuid');
  return isRefused && role === userRole && userId === ''
    ? new UserScopeMissingError({ cause: error })
    : error;
}

import { expectedGrants, journalRoles, packageTables } from './expected-grants.js';
import type { Privileges } from './privilege-facts.js';

/**
 * Whether the migrations have been applied: all tables and columns exist, and at least one policy,
 * grant or enabled row-level security.
 */
export function isMigrated(privileges: Privileges): boolean {
  return hasTables(privileges) && hasColumns(privileges) && hasProtection(privileges);
}

function hasTables({ relations }: Privileges): boolean {
  return packageTables.every((name) => relations.some(({ table }) => table === name));
}

function hasColumns({ relations }: Privileges): boolean {
  return expectedGrants.every(({ table, columns = [] }) => {
    const present = relations.find((relation) => relation.table === table)?.columns ?? [];
    return columns.every((column) => present.includes(column));
  });
}

function hasProtection({ relations, policies, grants }: Privileges): boolean {
  return (
    relations.some(({ table, hasRls }) => table !== null && hasRls) ||
    policies.some(({ table }) => table !== null) ||
    grants.some(({ grantee }) => journalRoles.some((role) => role === grantee))
  );
}

import type { DataSource } from 'typeorm';
import type { Command, JournalRole, PackageTable } from './expected-grants.js';
import { privilegesSql } from './privilege-facts.sql.js';

/** The login role, the package's roles, and the tables that they reach. */
export interface Privileges {
  /** Whether memberships have the option SET (PostgreSQL 16 and later). */
  splitsMembership: boolean;
  /** The login role first, then the package's roles that exist. */
  roles: readonly RoleInfo[];
  /** REVOKE statements after which the login role and `journal_user` cannot be `journal_auth`. */
  revokesOfAuth: readonly string[];
  powers: readonly PowerfulMembership[];
  /** The package's tables and views, and all others that `journal_user` has a grant on. */
  relations: readonly RelationInfo[];
  /** The permissive policies of `relations`. */
  policies: readonly ExistingPolicy[];
  /**
   * The columns on which each role of the package has a privilege, from any grantor. For DELETE:
   * all columns or none.
   */
  held: readonly { table: PackageTable; role: JournalRole; command: Command; columns: string[] | null }[];
  /** Grants on the package's tables to all reachable roles but the owner. */
  grants: readonly ExistingGrant[];
  closedSchemas: readonly { schema: string; role: string }[];
}

// All names below are quoted for SQL, unless a comment says otherwise.

export interface RoleInfo {
  name: string;
  isLogin: boolean;
  isSuperuser: boolean;
  bypassesRls: boolean;
  /** The superuser of initdb (oid 10), which cannot lose the attribute. */
  isBootstrap: boolean;
  /** Whether the login role may SET ROLE to it. */
  loginCanSetRole: boolean;
}

/** A role that bypasses policies or reaches the server's files, and that `member` can become. */
export interface PowerfulMembership {
  member: string;
  role: string;
  isSuperuser: boolean;
  bypassesRls: boolean;
  /** REVOKE statements that end the membership. */
  revokes: readonly string[];
}

export interface RelationInfo {
  /** Null for a relation that is not the package's. */
  table: PackageTable | null;
  /** Qualified with the schema. */
  name: string;
  /** Unqualified and unquoted. */
  bare: string;
  /** pg_class.relkind: table, partitioned table, view, materialized view, foreign table. */
  kind: 'r' | 'p' | 'v' | 'm' | 'f';
  hasRls: boolean;
  columns: readonly string[];
  /** Whether it has a column `user_id uuid`. */
  hasUserId: boolean;
  /** Whether a view has `security_invoker`. */
  isInvoker: boolean;
  /** Whether the definition of a view mentions `app.user_id`. */
  namesUser: boolean;
  /** The package's roles that have the rights of the owner. */
  owningRoles: readonly OwningRole[];
}

export interface OwningRole {
  role: JournalRole;
  /** True if the role itself is the owner; false if it is a member of the owner. */
  isOwner: boolean;
  /** REVOKE statements that end the membership. */
  revokes: readonly string[];
}

export interface ExistingPolicy {
  table: PackageTable | null;
  relation: string;
  name: string;
  /** pg_policy.polcmd. */
  command: 'r' | 'a' | 'w' | 'd' | '*';
  using: string | null;
  check: string | null;
  /** The roles among `roles` that it applies to. */
  appliesTo: readonly string[];
  /** The roles of the policy that a statement can obtain, without the table's owner. */
  reachable: readonly string[];
}

export interface ExistingGrant {
  table: PackageTable;
  grantee: string;
  /** In the syntax of GRANT, such as TRUNCATE. */
  privilege: string;
  /** Null for the whole table. */
  column: string | null;
}

export async function readPrivileges(source: Pick<DataSource, 'query'>): Promise<Privileges> {
  const [privileges] = await source.query<[Privileges]>(privilegesSql);
  return privileges;
}

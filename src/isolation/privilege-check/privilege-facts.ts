import type { DataSource } from 'typeorm';
import type { Command, JournalRole, PackageTable } from './expected-grants.js';
import { privilegeFactsSql } from './privilege-facts.sql.js';

/**
 * What the server says of the login role, of the roles of the package and of the tables they reach.
 */
export interface PrivilegeFacts {
  /** Whether a membership says by itself whether it allows SET ROLE; PostgreSQL 16 and later. */
  splitsMembership: boolean;
  /** The login role first, and those of the package that exist. */
  roles: readonly RoleFacts[];
  /**
   * What ends the memberships by which the login role, or `journal_user`, may act as
   * `journal_auth`.
   */
  revokesOfAuth: readonly string[];
  powers: readonly PowerFacts[];
  /** The tables of the package, and whatever else `journal_user` has a grant on. */
  relations: readonly RelationFacts[];
  /** The permissive policies of these. */
  policies: readonly PolicyFacts[];
  /**
   * The columns on which each role of the package has a privilege, whoever granted it; of DELETE,
   * all or none.
   */
  held: readonly { table: PackageTable; role: JournalRole; command: Command; columns: string[] | null }[];
  /**
   * The grants on tables of the package to roles that a statement may act as, other than the owner.
   */
  grants: readonly GrantFacts[];
  closedSchemas: readonly { schema: string; role: string }[];
}

// Names are as SQL takes them, quoted where they need it.

export interface RoleFacts {
  name: string;
  isLogin: boolean;
  isSuperuser: boolean;
  bypassesRls: boolean;
  /** The superuser that the server was initialised with, which must stay one. */
  isBootstrap: boolean;
  /** Whether the login role may SET ROLE to it. */
  canBeLogin: boolean;
}

/**
 * A role that no policy holds, or that reaches the server's files, and that `member` can become.
 */
export interface PowerFacts {
  member: string;
  role: string;
  isSuperuser: boolean;
  bypassesRls: boolean;
  /** What ends the memberships that lead to it. */
  revokes: readonly string[];
}

export interface RelationFacts {
  /** Undefined for what is not of the package. */
  table: PackageTable | null;
  /** With its schema. */
  name: string;
  /** Without it, and not quoted. */
  bare: string;
  /** pg_class.relkind: table, partitioned table, view, materialized view, foreign table. */
  kind: 'r' | 'p' | 'v' | 'm' | 'f';
  hasRls: boolean;
  columns: readonly string[];
  /** Whether it has a column `user_id uuid`. */
  hasUserId: boolean;
  /** Of a view: whether it reads as whoever asks, and whether its text names `app.user_id`. */
  isInvoker: boolean;
  namesUser: boolean;
  /** The roles of the package that have the rights of its owner. */
  owningRoles: readonly OwningRole[];
}

export interface OwningRole {
  role: JournalRole;
  /** Itself, and not by memberships that `revokes` ends. */
  isOwner: boolean;
  revokes: readonly string[];
}

export interface PolicyFacts {
  table: PackageTable | null;
  relation: string;
  name: string;
  /** pg_policy.polcmd. */
  command: 'r' | 'a' | 'w' | 'd' | '*';
  using: string | null;
  check: string | null;
  /** Which of `roles` it applies to. */
  appliesTo: readonly string[];
  /** The roles that it names and that a statement may act as. */
  reachable: readonly string[];
}

export interface GrantFacts {
  table: PackageTable;
  grantee: string;
  /** As GRANT names it, such as TRUNCATE. */
  privilege: string;
  /** Null for the whole table. */
  column: string | null;
}

/** One statement, one row. */
export async function readPrivilegeFacts(dataSource: DataSource): Promise<PrivilegeFacts> {
  const [facts] = await dataSource.query<[PrivilegeFacts]>(privilegeFactsSql);
  return facts;
}

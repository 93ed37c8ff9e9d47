/**
 * Roles, tables and functions of this package as the catalog describes them, in a stable order, and
 * identical on every supported version of PostgreSQL. Excludes the names of the schema, the
 * database and the owner.
 */
export interface SchemaDescription {
  roles: readonly RoleDescription[];
  relations: readonly RelationDescription[];
  functions: readonly FunctionDescription[];
}

/** A role of the package. Roles belong to the server, not to a database. */
export interface RoleDescription {
  name: string;
  /** Such as `NOLOGIN`, or `LOGIN`, `BYPASSRLS`. */
  attributes: readonly string[];
  /** Roles that the role is a member of, whose privileges it has. */
  memberOf: readonly string[];
}

/** A table or a view. */
export interface RelationDescription {
  name: string;
  kind: 'table' | 'unlogged table' | 'partitioned table' | 'foreign table' | 'view' | 'materialized view';
  comment: string | null;
  /** Options and query of a view; null for a table. */
  view: string | null;
  rowSecurity: 'disabled' | 'enabled' | 'forced' | 'forced, but disabled';
  /**
   * The owner, if it is a role of the package; otherwise null. Policies and grants do not apply to
   * an owner.
   */
  ownedBy: string | null;
  /** Tables that inherit from this table. Queries of this table return their rows too. */
  children: readonly string[];
  columns: readonly ColumnDescription[];
  constraints: readonly ConstraintDescription[];
  indexes: readonly IndexDescription[];
  policies: readonly PolicyDescription[];
  triggers: readonly ProgrammedDescription[];
  rules: readonly ProgrammedDescription[];
  grants: readonly GrantDescription[];
}

export interface ColumnDescription {
  name: string;
  type: string;
  /** Null for the default collation of the type. */
  collation: string | null;
  /** `NOT NULL NOT VALID`: existing rows were not checked. */
  nullability: 'NULL' | 'NOT NULL' | 'NOT NULL NOT VALID';
  default: string | null;
  /** The expression of a generated column, or the kind of an identity column. */
  generated: string | null;
  comment: string | null;
}

export interface ConstraintDescription {
  name: string;
  type: 'primary key' | 'unique constraint' | 'check' | 'foreign key' | 'exclusion constraint';
  /** In the order of the key; empty for checks. */
  columns: readonly string[];
  /** Target of a foreign key, such as `accounts (user_id, id)`. */
  references: string | null;
  /** Expression of a check. */
  condition: string | null;
  /** False for NOT ENFORCED, and for a foreign key with disabled triggers. */
  isEnforced: boolean;
  definition: string;
}

/** An index that does not belong to a constraint. */
interface IndexDescription {
  name: string;
  isUnique: boolean;
  /** With collation, operator class and direction unless they are the default: `ts DESC`. */
  columns: readonly string[];
  predicate: string | null;
  /** INVALID after a failed CREATE INDEX CONCURRENTLY: no query uses the index. */
  state: 'valid' | 'INVALID';
  definition: string;
}

export interface PolicyDescription {
  name: string;
  kind: 'PERMISSIVE' | 'RESTRICTIVE';
  command: 'ALL' | 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  roles: readonly string[];
  using: string | null;
  check: string | null;
}

/** A trigger or a rule. */
interface ProgrammedDescription {
  name: string;
  definition: string;
  isEnabled: boolean;
}

/** One privilege on a table, or on one column of it. */
export interface GrantDescription {
  privilege: string;
  column: string | null;
  grantee: string;
  mayGrant: boolean;
}

export interface FunctionDescription {
  /** With the types of its arguments. */
  name: string;
  kind: 'function' | 'aggregate';
  definition: string;
  /** The roles of the package, or PUBLIC, with EXECUTE. */
  callers: readonly string[];
}

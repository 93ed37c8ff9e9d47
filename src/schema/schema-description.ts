/**
 * What the catalog of a database says about the tables of this package, in a stable order and in
 * words that are the same on every supported version of PostgreSQL. The names of the schema, of the
 * database and of the owner are no part of it.
 */
export interface SchemaDescription {
  roles: readonly RoleDescription[];
  relations: readonly RelationDescription[];
  functions: readonly FunctionDescription[];
}

/** A role of the package, which belongs to the server. */
export interface RoleDescription {
  name: string;
  /** Such as `NOLOGIN`, or `LOGIN`, `BYPASSRLS`. */
  attributes: readonly string[];
  /** The roles whose privileges it has, beside its own. */
  memberOf: readonly string[];
}

/** A table, or a view. */
export interface RelationDescription {
  name: string;
  kind: 'table' | 'unlogged table' | 'partitioned table' | 'foreign table' | 'view' | 'materialized view';
  comment: string | null;
  /** The query of a view, and its options. */
  view: string | null;
  rowSecurity: 'disabled' | 'enabled' | 'forced' | 'forced, but disabled';
  /**
   * One of the roles of the package, if it owns the table, which frees it from policies and grants;
   * else null.
   */
  ownedBy: string | null;
  /** Tables that inherit from it, whose rows are read with its own. */
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
  /** Where it differs from the type's own. */
  collation: string | null;
  /** Whether it takes NULL; `NOT NULL NOT VALID` leaves rows of before unchecked. */
  nullability: 'NULL' | 'NOT NULL' | 'NOT NULL NOT VALID';
  default: string | null;
  /** How its values are made, if they cannot be given. */
  generated: string | null;
  comment: string | null;
}

export interface ConstraintDescription {
  name: string;
  type: 'primary key' | 'unique constraint' | 'check' | 'foreign key' | 'exclusion constraint';
  /** In the order of the key; empty for checks. */
  columns: readonly string[];
  /** Of a foreign key, such as `accounts (user_id, id)`. */
  references: string | null;
  onUpdate: string | null;
  onDelete: string | null;
  /** Of a check. */
  condition: string | null;
  /** A foreign key is not where its triggers are disabled. */
  isEnforced: boolean;
  definition: string;
}

/** An index that is not there for a constraint's sake. */
export interface IndexDescription {
  name: string;
  isUnique: boolean;
  method: string;
  /**
   * Each with its collation, operator class and direction where they are not the usual ones: `ts
   * DESC`.
   */
  columns: readonly string[];
  included: readonly string[];
  predicate: string | null;
  /**
   * A CREATE INDEX CONCURRENTLY that failed leaves an index that no query uses and that checks
   * nothing.
   */
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
export interface ProgrammedDescription {
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
  /** The roles of the package, or PUBLIC, that may call it. */
  callers: readonly string[];
}

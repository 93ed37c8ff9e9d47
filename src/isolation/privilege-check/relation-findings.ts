import type { DataSource } from 'typeorm';
import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { literalList, quoteIdentifier } from '../../model/sql-text.js';
import { withColumns } from '../../schema/ddl.js';
import { createOwnPolicySql, grantSequenceSql, hasUserIdSql, serialSequencesSql } from '../own-policy.js';
import { expectedOf, journalRoles, packageRelations } from './expected-privileges.js';
import { finding } from './finding.js';
import { closedSchema, grantSchemaSql } from './grant-findings.js';
import { isSafeViewSql, type OwningRole, type Privileges, type RelationInfo } from './read-privileges.js';

/**
 * Reports tables and views, the application's included, on which policies do not restrict
 * `journal_user`.
 */
export function relationFindings({ relations, policies }: Privileges): PrivilegeFinding[] {
  const hasPolicy = ({ name }: RelationInfo) =>
    policies.some(({ relation, appliesTo }) => relation === name && appliesTo.includes(userRole));
  return relations.flatMap((relation) => {
    if (relation.kind === 'v') return relation.isSafeView ? [] : [openView(relation)];
    if (relation.kind === 'm' || relation.kind === 'f') return [unprotectable(relation)];
    return [
      ...(relation.hasRls ? [] : [withoutRls(relation, hasPolicy(relation))]),
      ...relation.owningRoles.map((owning) => owned(relation, owning)),
    ];
  });
}

function withoutRls({ name, bare, table, hasUserId }: RelationInfo, hasPolicy: boolean): PrivilegeFinding {
  // `policyFindings` reports a missing policy on a table of the package.
  const isPolicyDue = table === null && hasUserId && !hasPolicy;
  const shareHint =
    table === null && !hasUserId && !hasPolicy
      ? '; if all users may read it, add a policy FOR SELECT with USING (true)'
      : '';
  return finding(
    'RLS_OFF',
    name,
    `Row-level security is off on ${name}, so every user reaches all of its rows${shareHint}.`,
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
    ...(isPolicyDue ? [createOwnPolicySql(bare, name)] : []),
  );
}

function owned({ name, table }: RelationInfo, { role, isOwner, revokes }: OwningRole): PrivilegeFinding {
  // ALTER … OWNER transfers the old owner's privileges to the new owner, so they are granted again.
  const changeOwner = [
    `ALTER TABLE ${name} OWNER TO CURRENT_USER`,
    `GRANT ${neededPrivileges(role, table)} ON ${name} TO ${role}`,
  ];
  return finding(
    'OWNER',
    name,
    `The role ${role} has the rights of the owner of ${name}, so policies do not apply to it.`,
    ...(isOwner ? changeOwner : revokes),
  );
}

function neededPrivileges(role: string, table: string | null): string {
  const expected = table === null ? [] : expectedOf(role, table);
  const needed = expected.map(({ command, columns }) => withColumns(command, columns)).join(', ');
  return needed || 'SELECT, INSERT, UPDATE, DELETE';
}

function openView({ name }: RelationInfo): PrivilegeFinding {
  return finding(
    'OPEN_VIEW',
    name,
    `The view ${name} reads with the rights of its owner, so it shows every user the rows of all users.`,
    `ALTER VIEW ${name} SET (security_invoker = true)`,
  );
}

function unprotectable({ name }: RelationInfo): PrivilegeFinding {
  return finding(
    'OPEN_VIEW',
    name,
    `Row-level security cannot be enabled on ${name}; let users read it through a view that compares with app.user_id.`,
    `REVOKE ALL ON ${name} FROM ${userRole}, PUBLIC`,
  );
}

/** A table or view of a registered entity that neither of the package's roles may use. */
interface UnusableRelation extends Pick<RelationInfo, 'name' | 'bare' | 'hasUserId' | 'isSafeView'> {
  /** Quoted. */
  schema: string;
  /** Whether `journal_user` may not use the schema. */
  isSchemaClosed: boolean;
  /** The package's roles that have a privilege on the relation, but not on its schema. */
  grantedTo: readonly string[];
  isTable: boolean;
  hasPolicy: boolean;
  /**
   * For each foreign key to `users` or to a table with `user_id`: the condition that the current
   * user reaches the row referred to.
   */
  owners: readonly string[];
  /** The sequences of serial columns, quoted, with the schema. */
  sequences: readonly string[];
}

/**
 * Reports entities of the application whose table or schema neither `journal_user` nor
 * `journal_auth` may use, so that each statement on them would fail. Tables that do not exist yet
 * are left to the check of migrations. A materialized view or a foreign table is not reported,
 * because a grant would show every user all of its rows.
 */
export async function entityFindings(dataSource: DataSource): Promise<PrivilegeFinding[]> {
  const own: ReadonlySet<string> = new Set(packageRelations);
  const entities = dataSource.entityMetadatas.filter(
    ({ tableName, schema }) => schema !== undefined || !own.has(tableName),
  );
  if (entities.length === 0) return [];
  const relations = await dataSource.query<UnusableRelation[]>(unusableSql, [
    entities.map(({ schema }) => schema ?? null),
    entities.map(({ tableName }) => tableName),
  ]);
  return relations.flatMap((relation) => {
    const { schema, grantedTo } = relation;
    return grantedTo.length > 0
      ? grantedTo.map((role) => closedSchema({ schema, role }))
      : [ungranted(relation)];
  });
}

const isGrantedSql = `(has_table_privilege(pg_roles.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
      OR has_any_column_privilege(pg_roles.oid, c.oid, 'SELECT, INSERT, UPDATE'))`;
const isSchemaOpenSql = `has_schema_privilege(pg_roles.oid, n.oid, 'USAGE')`;

// Compares names, because to_regclass fails for a schema without USAGE.
const unusableSql = `
  SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name, c.relname AS bare, c.relkind IN ('r', 'p') AS "isTable",
    quote_ident(n.nspname) AS schema,
    NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${userRole}' AND ${isSchemaOpenSql}) AS "isSchemaClosed",
    ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname IN (${literalList(journalRoles)}) AND ${isGrantedSql}
      ORDER BY rolname) AS "grantedTo",
    ${hasUserIdSql('c.oid')} AS "hasUserId",
    EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS "hasPolicy",
    ${isSafeViewSql('c')} AS "isSafeView",
    ARRAY(SELECT format('EXISTS (SELECT FROM %s AS owner WHERE %s)', key.confrelid::regclass,
        (SELECT string_agg(format('owner.%I = %I.%I', theirs.attname, c.relname, mine.attname), ' AND ')
          FROM unnest(key.conkey, key.confkey) AS pair(mine, theirs)
          JOIN pg_attribute mine ON mine.attrelid = key.conrelid AND mine.attnum = pair.mine
          JOIN pg_attribute theirs ON theirs.attrelid = key.confrelid AND theirs.attnum = pair.theirs))
      FROM pg_constraint key
      WHERE key.conrelid = c.oid AND key.contype = 'f'
        AND (key.confrelid = to_regclass('users') OR ${hasUserIdSql('key.confrelid')})
      ORDER BY key.conname) AS owners,
    ${serialSequencesSql('c.oid')} AS sequences
  FROM unnest($1::text[], $2::text[]) AS wanted(schema, relation)
  JOIN pg_class c ON c.relname = wanted.relation
  JOIN pg_namespace n ON n.oid = c.relnamespace
    AND CASE WHEN wanted.schema IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = wanted.schema END
  WHERE c.relkind IN ('r', 'p', 'v') AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname IN (${literalList(journalRoles)})
    AND ${isSchemaOpenSql} AND ${isGrantedSql})
  ORDER BY name`;

function ungranted(relation: UnusableRelation): PrivilegeFinding {
  const { name, schema, isSchemaClosed, isTable, hasUserId, hasPolicy, owners } = relation;
  const advice =
    isTable && hasUserId
      ? 'Call `grantOwnRows` in the migration that creates the table.'
      : 'Put the SQL into the migration that creates it.';
  const isShared = isTable && !hasUserId && !hasPolicy && owners.length === 0;
  const warning = isShared ? ' The SQL lets every user read all of its rows.' : '';
  return finding(
    'GRANT_MISSING',
    name,
    `An entity is registered for ${name}, but neither ${userRole} nor ${authRole} may use it. ${advice}${warning}`,
    ...(isSchemaClosed ? [grantSchemaSql(schema, userRole)] : []),
    ...(isTable ? tableGrants(relation) : viewGrants(relation)),
  );
}

function tableGrants(table: UnusableRelation): string[] {
  const { name, bare, hasUserId, hasPolicy, owners, sequences } = table;
  const isOwned = hasUserId || owners.length > 0;
  return [
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
    ...(hasPolicy ? [] : [policyOf(bare, name, hasUserId, owners)]),
    ...(isOwned ? sequences.map(grantSequenceSql) : []),
    `GRANT ${isOwned ? 'SELECT, INSERT, UPDATE, DELETE' : 'SELECT'} ON ${name} TO ${userRole}`,
  ];
}

/** A table without `user_id`, as of a many-to-many relation, can refer to rows of users. */
function policyOf(bare: string, name: string, hasUserId: boolean, owners: readonly string[]): string {
  if (hasUserId) return createOwnPolicySql(bare, name);
  const policy = (kind: string) => `CREATE POLICY ${quoteIdentifier(`${kind}_${bare}`)} ON ${name}`;
  return owners.length > 0
    ? `${policy('own')} TO ${userRole} USING (${owners.join(' AND ')})`
    : `${policy('shared')} FOR SELECT TO ${userRole} USING (true)`;
}

function viewGrants({ name, isSafeView }: UnusableRelation): string[] {
  return [
    ...(isSafeView ? [] : [`ALTER VIEW ${name} SET (security_invoker = true)`]),
    `GRANT SELECT ON ${name} TO ${userRole}`,
  ];
}

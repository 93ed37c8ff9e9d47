import type { DataSource } from 'typeorm';
import type { PrivilegeFinding } from './privilege.errors.js';
import { authRole, userRole } from '../../driver/contract/contract.js';
import { literalList, quoted, quoteIdentifier } from '../../model/sql-text.js';
import { withColumns } from '../../schema/ddl.js';
import { createOwnPolicySql } from '../own-policy.js';
import { expectedOf, journalRoles, packageRelations } from './expected-privileges.js';
import { finding } from './finding.js';
import type { OwningRole, Privileges, RelationInfo } from './read-privileges.js';

/**
 * Reports tables and views, the application's included, on which policies do not restrict
 * `journal_user`.
 */
export function relationFindings({ relations, policies }: Privileges): PrivilegeFinding[] {
  const hasPolicy = ({ name }: RelationInfo) =>
    policies.some(({ relation, appliesTo }) => relation === name && appliesTo.includes(userRole));
  return relations.flatMap((relation) => {
    if (relation.kind === 'v') return relation.isInvoker || relation.namesUser ? [] : [openView(relation)];
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

/** A table or view of a registered entity on which the package's roles have no privilege. */
interface UngrantedRelation extends Pick<RelationInfo, 'name' | 'bare' | 'hasUserId'> {
  isTable: boolean;
  hasPolicy: boolean;
}

/**
 * Reports entities of the application whose table neither `journal_user` nor `journal_auth` may
 * use, so that each statement on them would fail. Tables that do not exist yet are left to the
 * check of migrations.
 */
export async function entityFindings(dataSource: DataSource): Promise<PrivilegeFinding[]> {
  const own: ReadonlySet<string> = new Set(packageRelations);
  const names = dataSource.entityMetadatas
    .filter(({ tableName, schema }) => schema !== undefined || !own.has(tableName))
    .map(({ tableName, schema }) => [...(schema === undefined ? [] : [schema]), tableName]);
  if (names.length === 0) return [];
  const relations = await dataSource.query<UngrantedRelation[]>(ungrantedSql, [
    names.map((parts) => parts.map(quoted).join('.')),
  ]);
  return relations.map(ungranted);
}

const ungrantedSql = `
  SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name, c.relname AS bare, c.relkind IN ('r', 'p') AS "isTable",
    EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'user_id' AND atttypid = 'uuid'::regtype
      AND NOT attisdropped) AS "hasUserId",
    EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS "hasPolicy"
  FROM unnest($1::text[]) AS wanted(entity)
  JOIN pg_class c ON c.oid = to_regclass(wanted.entity)
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname IN (${literalList(journalRoles)})
    AND (has_table_privilege(pg_roles.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
      OR has_any_column_privilege(pg_roles.oid, c.oid, 'SELECT, INSERT, UPDATE')))
  ORDER BY name`;

function ungranted({ name, bare, isTable, hasUserId, hasPolicy }: UngrantedRelation): PrivilegeFinding {
  const grant = `GRANT ${hasUserId && isTable ? 'SELECT, INSERT, UPDATE, DELETE' : 'SELECT'} ON ${name} TO ${userRole}`;
  const policy = hasUserId
    ? createOwnPolicySql(bare, name)
    : `CREATE POLICY ${quoteIdentifier(`shared_${bare}`)} ON ${name} FOR SELECT TO ${userRole} USING (true)`;
  const protection = [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, ...(hasPolicy ? [] : [policy])];
  return finding(
    'GRANT_MISSING',
    name,
    `An entity is registered for ${name}, but neither ${userRole} nor ${authRole} may use it. ` +
      'Call `grantOwnRows` in the migration that creates the table.',
    ...(isTable ? protection : []),
    grant,
  );
}

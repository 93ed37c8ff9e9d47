import type { DataSource } from 'typeorm';
import { authRole, userRole } from '../../driver/contract.js';
import { literalList, quoted, quoteIdentifier } from '../../model/sql-text.js';
import { packageRelations } from './expected-grants.js';
import { ownRows } from './expected-policies.js';
import type { PrivilegeFinding } from './privilege.errors.js';
import { toScript } from './sql-text.js';

/** A table or view of a registered entity on which the package's roles have no privilege. */
interface UngrantedRelation {
  /** Quoted, with the schema. */
  name: string;
  bare: string;
  isTable: boolean;
  hasUserId: boolean;
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
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname IN (${literalList([userRole, authRole])})
    AND (has_table_privilege(pg_roles.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
      OR has_any_column_privilege(pg_roles.oid, c.oid, 'SELECT, INSERT, UPDATE')))
  ORDER BY name`;

function ungranted({ name, bare, isTable, hasUserId, hasPolicy }: UngrantedRelation): PrivilegeFinding {
  const grant = `GRANT ${hasUserId && isTable ? 'SELECT, INSERT, UPDATE, DELETE' : 'SELECT'} ON ${name} TO ${userRole}`;
  const own = ownRows();
  const policy = hasUserId
    ? `CREATE POLICY ${quoteIdentifier(`own_${bare}`)} ON ${name} TO ${userRole} USING (${own}) WITH CHECK (${own})`
    : `CREATE POLICY ${quoteIdentifier(`shared_${bare}`)} ON ${name} FOR SELECT TO ${userRole} USING (true)`;
  const protection = [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, ...(hasPolicy ? [] : [policy])];
  return {
    code: 'GRANT_MISSING',
    subject: name,
    message:
      `An entity is registered for ${name}, but neither ${userRole} nor ${authRole} may use it. ` +
      'Call `grantOwnRows` in the migration that creates the table.',
    remedy: toScript(...(isTable ? protection : []), grant),
  };
}

import { userRole } from '../driver/contract/contract.js';
import { quoteIdentifier } from '../model/sql-text.js';

const own = `user_id = current_setting('app.user_id')::uuid`;

/**
 * SQL that creates the policy by which each user reaches the rows with their `user_id`.
 *
 * @param bare the table's name, unqualified and unquoted
 * @param name the table's name, quoted, with the schema
 */
export function createOwnPolicySql(bare: string, name: string): string {
  return `CREATE POLICY ${quoteIdentifier(`own_${bare}`)} ON ${name} TO ${userRole} USING (${own}) WITH CHECK (${own})`;
}

/**
 * SQL of whether a relation has the column `user_id` of the type uuid, which the policy compares.
 *
 * @param relation SQL of the relation's oid
 */
export const hasUserIdSql = (relation: string) => `EXISTS (SELECT FROM pg_attribute
  WHERE attrelid = ${relation} AND attname = 'user_id' AND atttypid = 'uuid'::regtype AND NOT attisdropped)`;

/**
 * SQL of an array of the sequences of a table's serial columns, quoted, with the schema. An insert
 * needs USAGE on them. Identity columns need no grant.
 *
 * @param table SQL of the table's oid
 */
export const serialSequencesSql = (table: string) => `ARRAY(SELECT format('%I.%I', sn.nspname, s.relname)
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid JOIN pg_namespace sn ON sn.oid = s.relnamespace
  WHERE d.refobjid = ${table} AND d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND s.relkind = 'S'
  ORDER BY 1)`;

/** SQL that lets users insert into a table with a serial column. */
export const grantSequenceSql = (sequence: string) => `GRANT USAGE ON SEQUENCE ${sequence} TO ${userRole}`;

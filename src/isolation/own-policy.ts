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

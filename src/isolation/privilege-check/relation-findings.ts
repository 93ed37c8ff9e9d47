import type { PrivilegeFinding } from './privilege.errors.js';
import { userRole } from '../../driver/contract.js';
import { quoteIdentifier } from '../../model/sql-text.js';
import { expectedOf, grantText } from './expected-grants.js';
import type { JournalRole, PackageTable } from './expected-grants.js';
import { ownRows } from './expected-policies.js';
import type { OwningRole, Privileges, RelationInfo } from './privilege-facts.js';
import { toScript } from './sql-text.js';

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
  const own = ownRows();
  const policy = `CREATE POLICY ${quoteIdentifier(`own_${bare}`)} ON ${name} TO ${userRole} USING (${own}) WITH CHECK (${own})`;
  // `policyFindings` reports a missing policy on a table of the package.
  const isPolicyDue = table === null && hasUserId && !hasPolicy;
  const shareHint =
    table === null && !hasUserId && !hasPolicy
      ? '; if all users may read it, add a policy FOR SELECT with USING (true)'
      : '';
  return {
    code: 'RLS_OFF',
    subject: name,
    message: `Row-level security is off on ${name}, so every user reaches all of its rows${shareHint}.`,
    remedy: toScript(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, ...(isPolicyDue ? [policy] : [])),
  };
}

function owned({ name, table }: RelationInfo, { role, isOwner, revokes }: OwningRole): PrivilegeFinding {
  // ALTER … OWNER transfers the old owner's privileges to the new owner, so they are granted again.
  const changeOwner = [
    `ALTER TABLE ${name} OWNER TO CURRENT_USER`,
    `GRANT ${neededPrivileges(role, table)} ON ${name} TO ${role}`,
  ];
  return {
    code: 'OWNER',
    subject: name,
    message: `The role ${role} has the rights of the owner of ${name}, so policies do not apply to it.`,
    remedy: toScript(...(isOwner ? changeOwner : revokes)),
  };
}

function neededPrivileges(role: JournalRole, table: PackageTable | null): string {
  const expected = table === null ? [] : expectedOf(role, table);
  return expected.length > 0 ? expected.map(grantText).join(', ') : 'SELECT, INSERT, UPDATE, DELETE';
}

function openView({ name }: RelationInfo): PrivilegeFinding {
  return {
    code: 'OPEN_VIEW',
    subject: name,
    message: `The view ${name} reads with the rights of its owner, so it shows every user the rows of all users.`,
    remedy: toScript(`ALTER VIEW ${name} SET (security_invoker = true)`),
  };
}

function unprotectable({ name }: RelationInfo): PrivilegeFinding {
  return {
    code: 'OPEN_VIEW',
    subject: name,
    message: `Row-level security cannot be enabled on ${name}; let users read it through a view that compares with app.user_id.`,
    remedy: toScript(`REVOKE ALL ON ${name} FROM ${userRole}, PUBLIC`),
  };
}

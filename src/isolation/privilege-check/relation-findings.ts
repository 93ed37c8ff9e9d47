import type { PrivilegeFinding } from './privilege.errors.js';
import { userRole } from '../../driver/roles.js';
import { expectedOf, grantText } from './expected-grants.js';
import type { JournalRole, PackageTable } from './expected-grants.js';
import { ownRows } from './expected-policies.js';
import type { OwningRole, PrivilegeFacts, RelationFacts } from './privilege-facts.js';
import { quoteIdentifier, sentences } from './sql-text.js';

/**
 * Tables and views on which no policy can hold `journal_user`, those of the application included.
 */
export function relationFindings({ relations, policies }: PrivilegeFacts): PrivilegeFinding[] {
  const hasPolicy = ({ name }: RelationFacts) =>
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

function withoutRls({ name, bare, table, hasUserId }: RelationFacts, hasPolicy: boolean): PrivilegeFinding {
  const own = ownRows();
  const policy = `CREATE POLICY ${quoteIdentifier(`own_${bare}`)} ON ${name} TO ${userRole} USING (${own}) WITH CHECK (${own})`;
  // A table of the package that lacks a policy is a finding of its own.
  const isPolicyDue = table === null && hasUserId && !hasPolicy;
  const shared =
    table === null && !hasUserId && !hasPolicy
      ? '; to let all users read it all the same, add a policy FOR SELECT with USING (true)'
      : '';
  return {
    code: 'RLS_OFF',
    subject: name,
    message: `Row-level security is off on ${name}, so that every user reaches all of its rows${shared}.`,
    remedy: sentences(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, ...(isPolicyDue ? [policy] : [])),
  };
}

function owned({ name, table }: RelationFacts, { role, isOwner, revokes }: OwningRole): PrivilegeFinding {
  // The grants of an owner move on to the next one.
  const handedOver = [
    `ALTER TABLE ${name} OWNER TO CURRENT_USER`,
    `GRANT ${needs(role, table)} ON ${name} TO ${role}`,
  ];
  return {
    code: 'OWNER',
    subject: name,
    message: `The role ${role} has the rights of the owner of ${name}, whom no policy holds.`,
    remedy: sentences(...(isOwner ? handedOver : revokes)),
  };
}

function needs(role: JournalRole, table: PackageTable | null): string {
  const expected = table === null ? [] : expectedOf(role, table);
  return expected.length > 0 ? expected.map(grantText).join(', ') : 'SELECT, INSERT, UPDATE, DELETE';
}

function openView({ name }: RelationFacts): PrivilegeFinding {
  return {
    code: 'OPEN_VIEW',
    subject: name,
    message: `The view ${name} reads with the rights of its owner, and so shows every user what belongs to others.`,
    remedy: sentences(`ALTER VIEW ${name} SET (security_invoker = true)`),
  };
}

function unprotectable({ name }: RelationFacts): PrivilegeFinding {
  return {
    code: 'OPEN_VIEW',
    subject: name,
    message: `No policy can hold users on ${name}; let them read it through a view that asks for app.user_id.`,
    remedy: sentences(`REVOKE ALL ON ${name} FROM ${userRole}, PUBLIC`),
  };
}

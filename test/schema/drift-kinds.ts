import { expect } from '@jest/globals';

/** A kind of drift: the change of the database, and the expected finding. */
export interface DriftKind {
  what: string;
  done: string[];
  said: unknown[];
}

const own = `user_id = current_setting('app.user_id')::uuid`;
const ownText = `(user_id = (current_setting('app.user_id'::text))::uuid)`;

const made: [what: string, done: string | string[], said: unknown][] = [
  // Checks
  [
    'a check that was changed under its name',
    [
      'ALTER TABLE journal DROP CONSTRAINT chk_journal_qty',
      'ALTER TABLE journal ADD CONSTRAINT chk_journal_qty CHECK (qty > -1)',
    ],
    "check chk_journal_qty on journal: condition is qty > '-1'::integer::numeric, should be qty >= 0::numeric AND qty <> 'NaN'::numeric",
  ],
  [
    'a check that was never validated',
    [
      'ALTER TABLE journal DROP CONSTRAINT chk_journal_ts',
      'ALTER TABLE journal ADD CONSTRAINT chk_journal_ts CHECK (isfinite(ts)) NOT VALID',
    ],
    'check chk_journal_ts on journal: definition is ALTER TABLE journal ADD CONSTRAINT chk_journal_ts CHECK (isfinite(ts)) NOT VALID, should be ALTER TABLE journal ADD CONSTRAINT chk_journal_ts CHECK (isfinite(ts))',
  ],
  [
    'a check that is gone',
    'ALTER TABLE users DROP CONSTRAINT chk_users_subscription_tier',
    "check chk_users_subscription_tier on users is missing: ALTER TABLE users ADD CONSTRAINT chk_users_subscription_tier CHECK (subscription_tier = ANY (ARRAY['free'::text, 'basic'::text, 'premium'::text]))",
  ],
  [
    'a check that was added',
    'ALTER TABLE journal ADD CONSTRAINT short CHECK (char_length(notes) < 10)',
    'unexpected check short on journal: ALTER TABLE journal ADD CONSTRAINT short CHECK (char_length(notes) < 10)',
  ],
  // Indexes
  [
    'a partial index without its predicate',
    [
      'DROP INDEX idx_journal_live_ts_amount',
      'CREATE INDEX idx_journal_live_ts_amount ON journal (user_id, ts DESC, id DESC) INCLUDE (amount)',
    ],
    'index idx_journal_live_ts_amount on journal: predicate is none, should be deleted_at IS NULL',
  ],
  [
    'an index that lost its DESC',
    [
      'DROP INDEX idx_journal_live_ts_amount',
      'CREATE INDEX idx_journal_live_ts_amount ON journal (user_id, ts, id DESC) INCLUDE (amount) WHERE deleted_at IS NULL',
    ],
    'index idx_journal_live_ts_amount on journal: columns are (user_id, ts, id DESC), should be (user_id, ts DESC, id DESC)',
  ],
  [
    'an index with NULLS elsewhere',
    [
      'DROP INDEX idx_journal_live_ts_amount',
      'CREATE INDEX idx_journal_live_ts_amount ON journal (user_id, ts DESC, id DESC NULLS LAST) INCLUDE (amount) WHERE deleted_at IS NULL',
    ],
    'index idx_journal_live_ts_amount on journal: columns are (user_id, ts DESC, id DESC NULLS LAST), should be (user_id, ts DESC, id DESC)',
  ],
  [
    'an index with its columns in another order',
    [
      'DROP INDEX idx_journal_live_type',
      'CREATE INDEX idx_journal_live_type ON journal (user_id, ts DESC, id DESC, type) WHERE deleted_at IS NULL',
    ],
    'index idx_journal_live_type on journal: columns are (user_id, ts DESC, id DESC, type), should be (user_id, type, ts DESC, id DESC)',
  ],
  [
    'an index with another collation',
    [
      'DROP INDEX idx_journal_live_type',
      'CREATE INDEX idx_journal_live_type ON journal (user_id, type COLLATE "POSIX", ts DESC, id DESC) WHERE deleted_at IS NULL',
    ],
    'index idx_journal_live_type on journal: columns are (user_id, type COLLATE "POSIX", ts DESC, id DESC), should be (user_id, type, ts DESC, id DESC)',
  ],
  [
    'an index that became unique',
    [
      'DROP INDEX idx_journal_deleted',
      'CREATE UNIQUE INDEX idx_journal_deleted ON journal (user_id, ts DESC, id DESC) WHERE deleted_at IS NOT NULL',
    ],
    'index idx_journal_deleted on journal: isUnique is true, should be false',
  ],
  [
    'an index with a column included',
    [
      'DROP INDEX idx_journal_deleted',
      'CREATE INDEX idx_journal_deleted ON journal (user_id, ts DESC, id DESC) INCLUDE (amount) WHERE deleted_at IS NOT NULL',
    ],
    'index idx_journal_deleted on journal: definition is CREATE INDEX idx_journal_deleted ON journal USING btree (user_id, ts DESC, id DESC) INCLUDE (amount) WHERE deleted_at IS NOT NULL, should be CREATE INDEX idx_journal_deleted ON journal USING btree (user_id, ts DESC, id DESC) WHERE deleted_at IS NOT NULL',
  ],
  [
    'an index that is gone',
    'DROP INDEX idx_journal_live_symbol',
    'index idx_journal_live_symbol on journal is missing: CREATE INDEX idx_journal_live_symbol ON journal USING btree (user_id, symbol, ts DESC, id DESC) WHERE deleted_at IS NULL',
  ],
  [
    'an index that was added',
    'CREATE INDEX mine ON journal (lower(notes) text_pattern_ops)',
    'unexpected index mine on journal: CREATE INDEX mine ON journal USING btree (lower(notes) text_pattern_ops)',
  ],
  // Policies and row-level security
  [
    'a policy that is gone',
    'DROP POLICY own_accounts ON accounts',
    `policy own_accounts on accounts is missing: CREATE POLICY own_accounts ON accounts FOR ALL TO journal_user USING (${ownText}) WITH CHECK (${ownText})`,
  ],
  [
    'a policy that shows all',
    'ALTER POLICY own_accounts ON accounts USING (true)',
    `policy own_accounts on accounts: using is true, should be ${ownText}`,
  ],
  [
    'a policy that lets all be written',
    'ALTER POLICY own_accounts ON accounts WITH CHECK (true)',
    `policy own_accounts on accounts: check is true, should be ${ownText}`,
  ],
  [
    'a policy for another role',
    'ALTER POLICY own_user ON users TO PUBLIC',
    'policy own_user on users: roles are (PUBLIC), should be (journal_user)',
  ],
  [
    'a policy for another command',
    [
      'DROP POLICY own_accounts ON accounts',
      `CREATE POLICY own_accounts ON accounts FOR UPDATE TO journal_user USING (${own}) WITH CHECK (${own})`,
    ],
    'policy own_accounts on accounts: command is UPDATE, should be ALL',
  ],
  [
    'a policy of another kind',
    [
      'DROP POLICY own_accounts ON accounts',
      `CREATE POLICY own_accounts ON accounts AS RESTRICTIVE TO journal_user USING (${own}) WITH CHECK (${own})`,
    ],
    'policy own_accounts on accounts: kind is RESTRICTIVE, should be PERMISSIVE',
  ],
  [
    'a policy that was added',
    'CREATE POLICY reporting ON journal FOR SELECT USING (true)',
    'unexpected policy reporting on journal: CREATE POLICY reporting ON journal FOR SELECT TO PUBLIC USING (true)',
  ],
  [
    'row-level security that was disabled',
    'ALTER TABLE journal DISABLE ROW LEVEL SECURITY',
    'table journal: rowSecurity is disabled, should be enabled',
  ],
  [
    'row-level security that was forced on the owner',
    'ALTER TABLE journal FORCE ROW LEVEL SECURITY',
    'table journal: rowSecurity is forced, should be enabled',
  ],
  // Grants and roles
  [
    'a grant that was added',
    'GRANT DELETE, TRUNCATE ON journal TO journal_user',
    [
      'unexpected grant of DELETE on journal to journal_user',
      'unexpected grant of TRUNCATE on journal to journal_user',
    ],
  ],
  [
    'a grant to everybody',
    'GRANT SELECT ON users TO PUBLIC',
    'unexpected grant of SELECT on users to PUBLIC',
  ],
  [
    'a grant that is gone',
    'REVOKE INSERT ON accounts FROM journal_user',
    'missing grant of INSERT on accounts to journal_user',
  ],
  [
    'grants on one column more',
    [
      'GRANT UPDATE (amount) ON journal TO journal_user',
      'GRANT SELECT (password_hash) ON users TO journal_user',
    ],
    [
      'unexpected grant of UPDATE (amount) on journal to journal_user',
      'unexpected grant of SELECT (password_hash) on users to journal_user',
    ],
  ],
  [
    'a grant on one column less',
    'REVOKE UPDATE (edit_reason) ON journal FROM journal_user',
    'missing grant of UPDATE (edit_reason) on journal to journal_user',
  ],
  [
    'a grant that may be granted on',
    'GRANT DELETE ON users TO journal_auth WITH GRANT OPTION',
    'grant of DELETE on users to journal_auth: mayGrant is true, should be false',
  ],
  [
    'a role that goes round the policies',
    'ALTER ROLE journal_user BYPASSRLS',
    'role journal_user: attributes are (NOLOGIN, BYPASSRLS), should be (NOLOGIN)',
  ],
  [
    'a role that has the privileges of the other',
    'GRANT journal_auth TO journal_user',
    'role journal_user: memberOf are (journal_auth), should be none',
  ],
  // Columns
  [
    'a column of another type',
    'ALTER TABLE journal ALTER underlying_price TYPE numeric(20,4)',
    'column journal.underlying_price: type is numeric(20,4), should be numeric(20,8)',
  ],
  [
    'a column with another default',
    `ALTER TABLE users ALTER subscription_tier SET DEFAULT 'premium'`,
    "column users.subscription_tier: default is 'premium'::text, should be 'free'::text",
  ],
  [
    'a column without its default',
    'ALTER TABLE journal ALTER created_at DROP DEFAULT',
    'column journal.created_at: default is none, should be now()',
  ],
  [
    'a column that takes NULL',
    'ALTER TABLE journal ALTER amount DROP NOT NULL',
    'column journal.amount: nullability is NULL, should be NOT NULL',
  ],
  [
    'a column that takes no NULL',
    'ALTER TABLE journal ALTER notes SET NOT NULL',
    'column journal.notes: nullability is NOT NULL, should be NULL',
  ],
  [
    'a column of another collation',
    'ALTER TABLE journal ALTER notes TYPE text COLLATE "C"',
    'column journal.notes: collation is C, should be none',
  ],
  [
    'a column that counts by itself',
    'ALTER TABLE accounts ADD number integer GENERATED ALWAYS AS IDENTITY',
    'unexpected column accounts.number: number integer NOT NULL GENERATED ALWAYS AS IDENTITY',
  ],
  [
    'another comment on a column',
    `COMMENT ON COLUMN journal.notes IS 'anything'`,
    'column journal.notes: comment is anything, should be Notes of the trader.',
  ],
  [
    'no comment on a table',
    'COMMENT ON TABLE accounts IS NULL',
    'table accounts: comment is none, should be A brokerage account of a user.',
  ],
  [
    'a column that was added',
    'ALTER TABLE users ADD nickname text',
    'unexpected column users.nickname: nickname text',
  ],
  [
    'a column that is gone, with what hangs on it',
    'ALTER TABLE journal DROP edit_reason',
    [
      'column journal.edit_reason is missing: edit_reason text',
      'missing grant of UPDATE (edit_reason) on journal to journal_user',
    ],
  ],
  // Keys
  [
    'a foreign key with another action',
    [
      'ALTER TABLE accounts DROP CONSTRAINT fk_accounts_user',
      'ALTER TABLE accounts ADD CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT',
    ],
    'foreign key fk_accounts_user on accounts: definition is ALTER TABLE accounts ADD CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE RESTRICT, should be ALTER TABLE accounts ADD CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE',
  ],
  [
    'a foreign key to something else',
    [
      'ALTER TABLE journal DROP CONSTRAINT fk_journal_user',
      'CREATE TABLE people (id uuid PRIMARY KEY)',
      'ALTER TABLE journal ADD CONSTRAINT fk_journal_user FOREIGN KEY (user_id) REFERENCES people (id) ON DELETE CASCADE',
    ],
    'foreign key fk_journal_user on journal: references is people (id), should be users (id)',
  ],
  [
    'a foreign key that is checked at the commit only',
    'ALTER TABLE journal ALTER CONSTRAINT fk_journal_user DEFERRABLE INITIALLY DEFERRED',
    'foreign key fk_journal_user on journal: definition is ALTER TABLE journal ADD CONSTRAINT fk_journal_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, should be ALTER TABLE journal ADD CONSTRAINT fk_journal_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE',
  ],
  [
    'foreign keys of which nothing is checked',
    'ALTER TABLE accounts DISABLE TRIGGER ALL',
    [
      'foreign key fk_accounts_user on accounts: isEnforced is false, should be true',
      'foreign key fk_journal_account on journal: isEnforced is false, should be true',
      'foreign key fk_journal_target_account on journal: isEnforced is false, should be true',
    ],
  ],
  [
    'a foreign key that is gone',
    'ALTER TABLE journal DROP CONSTRAINT fk_journal_account',
    'foreign key fk_journal_account on journal is missing: ALTER TABLE journal ADD CONSTRAINT fk_journal_account FOREIGN KEY (user_id, account_id) REFERENCES accounts(user_id, id)',
  ],
  [
    'a unique constraint that is gone',
    'ALTER TABLE users DROP CONSTRAINT uq_users_email',
    'unique constraint uq_users_email on users is missing: ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email)',
  ],
  [
    'a primary key in another order',
    [
      'ALTER TABLE journal DROP CONSTRAINT fk_journal_account, DROP CONSTRAINT fk_journal_target_account',
      'ALTER TABLE accounts DROP CONSTRAINT pk_accounts',
      'ALTER TABLE accounts ADD CONSTRAINT pk_accounts PRIMARY KEY (id, user_id)',
      'ALTER TABLE journal ADD CONSTRAINT fk_journal_account FOREIGN KEY (user_id, account_id) REFERENCES accounts (user_id, id)',
      'ALTER TABLE journal ADD CONSTRAINT fk_journal_target_account FOREIGN KEY (user_id, target_account_id) REFERENCES accounts (user_id, id)',
    ],
    'primary key pk_accounts on accounts: columns are (id, user_id), should be (user_id, id)',
  ],
  // Tables, and objects that were added to them
  [
    'a trigger that was added',
    [
      `CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
      'CREATE TRIGGER stop BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION stop()',
    ],
    'unexpected trigger stop on journal: CREATE TRIGGER stop BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION stop()',
  ],
  [
    'a rule that was added',
    'CREATE RULE keep AS ON DELETE TO accounts DO INSTEAD NOTHING',
    'unexpected rule keep on accounts: CREATE RULE keep AS ON DELETE TO public.accounts DO INSTEAD NOTHING;',
  ],
  [
    'a table whose rows are read with another',
    'CREATE TABLE older () INHERITS (journal)',
    'unexpected child table older on journal: INHERITS (journal)',
  ],
  [
    'a table that a crash empties',
    'ALTER TABLE journal SET UNLOGGED',
    'table journal: kind is unlogged table, should be table',
  ],
  [
    'a table that is gone',
    ['DROP VIEW v_cost_basis, v_weekly_premium', 'DROP TABLE journal'],
    // One finding for the table, however many objects depended on it, and one for each view.
    [
      expect.stringMatching(/^table journal is missing: CREATE TABLE journal \( user_id uuid NOT NULL, /),
      expect.stringMatching(/^view v_cost_basis is missing: CREATE VIEW v_cost_basis WITH /),
      expect.stringMatching(/^view v_weekly_premium is missing: CREATE VIEW v_weekly_premium WITH /),
    ],
  ],
  // Views
  [
    'a view that reads with the rights of its owner',
    'ALTER VIEW v_cost_basis RESET (security_invoker)',
    expect.stringMatching(
      /^view v_cost_basis: view is AS +SELECT .*, should be WITH \(security_invoker=true\) AS +SELECT /,
    ),
  ],
  [
    'a view with another query',
    'CREATE OR REPLACE VIEW v_weekly_premium WITH (security_invoker = true) AS SELECT user_id, edit_reason AS week, symbol, sum(amount) AS premium FROM journal GROUP BY 1, 2, 3',
    expect.stringMatching(
      /^view v_weekly_premium: view is WITH .* sum\((journal\.)?amount\).*, should be WITH /,
    ),
  ],
  [
    'a view that is gone',
    'DROP VIEW v_weekly_premium',
    expect.stringMatching(/^view v_weekly_premium is missing: CREATE VIEW v_weekly_premium WITH /),
  ],
  [
    'a view that its users may not read',
    'REVOKE ALL ON v_cost_basis FROM journal_user',
    'missing grant of SELECT on v_cost_basis to journal_user',
  ],
  [
    'a view that everybody may read',
    'GRANT SELECT ON v_cost_basis TO PUBLIC',
    'unexpected grant of SELECT on v_cost_basis to PUBLIC',
  ],
  // Functions
  [
    'a function that has the rights of its owner',
    'ALTER FUNCTION average_cost_step SECURITY DEFINER',
    expect.stringMatching(/^function average_cost_step\(.*\): definition is .* SECURITY DEFINER /),
  ],
  [
    'a function that everybody may call',
    'GRANT EXECUTE ON FUNCTION average_cost_step TO PUBLIC',
    'function average_cost_step(numeric[],numeric,numeric): callers are (PUBLIC), should be none',
  ],
  [
    'an aggregate that begins elsewhere',
    [
      'DROP AGGREGATE average_cost(numeric, numeric)',
      `CREATE AGGREGATE average_cost(change numeric, cost numeric) (SFUNC = average_cost_step, STYPE = numeric[], INITCOND = '{0,0,1}', PARALLEL = SAFE)`,
      'REVOKE ALL ON FUNCTION average_cost(numeric, numeric) FROM PUBLIC',
      'GRANT EXECUTE ON FUNCTION average_cost(numeric, numeric) TO journal_user',
    ],
    `aggregate average_cost(numeric,numeric): definition is CREATE AGGREGATE average_cost(numeric,numeric) (SFUNC = average_cost_step, STYPE = numeric[], INITCOND = '{0,0,1}', PARALLEL = SAFE), should be CREATE AGGREGATE average_cost(numeric,numeric) (SFUNC = average_cost_step, STYPE = numeric[], INITCOND = '{0,0,0}', PARALLEL = SAFE)`,
  ],
  [
    'an aggregate that is gone',
    'DROP AGGREGATE average_cost(numeric, numeric)',
    `aggregate average_cost(numeric,numeric) is missing: CREATE AGGREGATE average_cost(numeric,numeric) (SFUNC = average_cost_step, STYPE = numeric[], INITCOND = '{0,0,0}', PARALLEL = SAFE)`,
  ],
];

export const driftKinds: DriftKind[] = made.map(([what, done, said]) => ({
  what,
  done: [done].flat(),
  said: [said].flat(),
}));

-- The result of all migrations of this package. Written by `npm run schema:generate`; do not edit it.
-- It creates the same schema in an empty database; deployments run the migrations.

-- The roles belong to the server, and may exist already:
--   CREATE ROLE journal_auth NOLOGIN;
--   CREATE ROLE journal_user NOLOGIN;

CREATE TABLE accounts (
  user_id uuid NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  closed_at timestamp(3) with time zone,
  CONSTRAINT pk_accounts PRIMARY KEY (user_id, id),
  CONSTRAINT chk_accounts_id CHECK (char_length(id) >= 1 AND char_length(id) <= 200)
);

COMMENT ON TABLE accounts IS 'A brokerage account of a user.';
COMMENT ON COLUMN accounts.user_id IS 'Owner of the account.';
COMMENT ON COLUMN accounts.id IS 'Unique within the user; chosen by the client, such as acct-1.';
COMMENT ON COLUMN accounts.name IS 'Display name.';
COMMENT ON COLUMN accounts.created_at IS 'When the account was created.';
COMMENT ON COLUMN accounts.updated_at IS 'When the row was last changed.';
COMMENT ON COLUMN accounts.closed_at IS 'When the user closed the account; null for an open account. A closed account accepts entries.';

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_accounts ON accounts FOR ALL TO journal_user
  USING ((user_id = (current_setting('app.user_id'::text))::uuid))
  WITH CHECK ((user_id = (current_setting('app.user_id'::text))::uuid));
GRANT SELECT, INSERT, UPDATE (name, updated_at, closed_at), DELETE ON accounts TO journal_user;

CREATE TABLE journal (
  user_id uuid NOT NULL,
  id text COLLATE "C" NOT NULL,
  ts timestamp(3) with time zone NOT NULL,
  account_id text COLLATE "C" NOT NULL,
  symbol text COLLATE "C",
  type text COLLATE "C" NOT NULL,
  qty numeric(20,8),
  amount numeric(20,8) NOT NULL,
  strike numeric(20,8),
  expiration date,
  underlying_price numeric(20,8),
  notes text,
  meta jsonb NOT NULL DEFAULT '{}'::jsonb,
  deleted_at timestamp(3) with time zone,
  edited_by text,
  edit_reason text,
  original_entry_id text COLLATE "C",
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  day date,
  recorded bigint DEFAULT (date_part('epoch'::text, clock_timestamp()) * (1000000)::double precision),
  ratio_to integer,
  ratio_from integer,
  target_symbol text COLLATE "C",
  target_strike numeric(20,8),
  target_account_id text COLLATE "C",
  multiplier numeric(20,8),
  deliverable numeric(20,8),
  cost numeric(20,8),
  cost_share numeric(20,8),
  acquired_on date,
  section1256 boolean,
  CONSTRAINT pk_journal PRIMARY KEY (user_id, id),
  CONSTRAINT chk_journal_acquired_on CHECK (isfinite(acquired_on)),
  CONSTRAINT chk_journal_amount CHECK (amount <> 'NaN'::numeric),
  CONSTRAINT chk_journal_cost CHECK (cost >= 0::numeric AND cost <> 'NaN'::numeric),
  CONSTRAINT chk_journal_cost_share CHECK (cost_share >= 0::numeric AND cost_share <= 1::numeric),
  CONSTRAINT chk_journal_day CHECK (isfinite(day)),
  CONSTRAINT chk_journal_deliverable CHECK (deliverable >= 0::numeric AND deliverable <> 'NaN'::numeric),
  CONSTRAINT chk_journal_expiration CHECK (isfinite(expiration)),
  CONSTRAINT chk_journal_id CHECK (char_length(id) >= 1 AND char_length(id) <= 200),
  CONSTRAINT chk_journal_meta CHECK (jsonb_typeof(meta) = 'object'::text),
  CONSTRAINT chk_journal_multiplier CHECK (multiplier > 0::numeric AND multiplier <> 'NaN'::numeric),
  CONSTRAINT chk_journal_original_entry_id CHECK (original_entry_id <> id),
  CONSTRAINT chk_journal_qty CHECK (qty >= 0::numeric AND qty <> 'NaN'::numeric),
  CONSTRAINT chk_journal_ratio_from CHECK (ratio_from >= 1 AND ratio_from <= 1000000000),
  CONSTRAINT chk_journal_ratio_to CHECK (ratio_to >= 1 AND ratio_to <= 1000000000),
  CONSTRAINT chk_journal_strike CHECK (strike >= 0::numeric AND strike <> 'NaN'::numeric),
  CONSTRAINT chk_journal_symbol CHECK (char_length(symbol) >= 1 AND char_length(symbol) <= 200),
  CONSTRAINT chk_journal_target_strike CHECK (target_strike >= 0::numeric AND target_strike <> 'NaN'::numeric),
  CONSTRAINT chk_journal_target_symbol CHECK (char_length(target_symbol) >= 1 AND char_length(target_symbol) <= 200),
  CONSTRAINT chk_journal_ts CHECK (isfinite(ts)),
  CONSTRAINT chk_journal_type CHECK (type = ANY (ARRAY['sell_to_open'::text, 'buy_to_close'::text, 'buy_to_open'::text, 'sell_to_close'::text, 'expiration'::text, 'assignment_shares'::text, 'share_sale'::text, 'dividend'::text, 'fee'::text, 'transfer'::text, 'correction'::text, 'option_premium'::text, 'split'::text, 'symbol_change'::text, 'merger'::text, 'spin_off'::text, 'return_of_capital'::text, 'option_adjustment'::text, 'position_transfer'::text, 'shares_received'::text, 'interest'::text, 'dividend_in_lieu'::text, 'securities_lending'::text, 'withheld_tax'::text, 'rebate'::text])),
  CONSTRAINT chk_journal_underlying_price CHECK (underlying_price >= 0::numeric AND underlying_price <> 'NaN'::numeric)
);

COMMENT ON TABLE journal IS 'One row per action of a trader. Its content never changes; positions, lots and totals derive from it.';
COMMENT ON COLUMN journal.user_id IS 'Owner of the entry.';
COMMENT ON COLUMN journal.id IS 'Unique within the user: the idempotency key of the client, or a generated UUIDv7.';
COMMENT ON COLUMN journal.ts IS 'Instant of the action, to the millisecond.';
COMMENT ON COLUMN journal.account_id IS 'Account of the action; an account of the same user.';
COMMENT ON COLUMN journal.symbol IS 'Ticker, such as BRK.B; null for an entry without a symbol, such as a deposit.';
COMMENT ON COLUMN journal.type IS 'Kind of action, such as sell_to_open or dividend.';
COMMENT ON COLUMN journal.qty IS 'Number of contracts or shares; not negative; null for an entry without a quantity, such as a fee.';
COMMENT ON COLUMN journal.amount IS 'Cash in the currency of the account: + in, - out.';
COMMENT ON COLUMN journal.strike IS 'Strike of an option; price per share of a share trade.';
COMMENT ON COLUMN journal.expiration IS 'Expiration day of an option, without a time zone.';
COMMENT ON COLUMN journal.underlying_price IS 'Price of the underlying share at the time of the action.';
COMMENT ON COLUMN journal.notes IS 'Notes of the trader.';
COMMENT ON COLUMN journal.meta IS 'Further data of the client, such as leg, template and roll links; always an object.';
COMMENT ON COLUMN journal.deleted_at IS 'When the entry was removed or replaced; final once set. Null for a live entry.';
COMMENT ON COLUMN journal.edited_by IS 'Who removed or replaced the entry; on a restored entry, who restored it.';
COMMENT ON COLUMN journal.edit_reason IS 'Why the entry was removed, replaced or restored.';
COMMENT ON COLUMN journal.original_entry_id IS 'Entry of the same user that this entry amends or restores. An entry has at most one successor.';
COMMENT ON COLUMN journal.created_at IS 'When the row was written; for an imported entry, the time that the imported journal has.';
COMMENT ON COLUMN journal.updated_at IS 'When the row was last changed.';
COMMENT ON COLUMN journal.day IS 'Calendar day of an entry without a time of day, which figures use; null for other entries.';
COMMENT ON COLUMN journal.recorded IS 'Recording order of entries with one ts: microseconds since 1970; null for entries older than this column.';
COMMENT ON COLUMN journal.ratio_to IS 'New shares or contracts for every ratio_from old ones, in a split, merger, spin-off or option adjustment.';
COMMENT ON COLUMN journal.ratio_from IS 'Old shares or contracts that become ratio_to new ones.';
COMMENT ON COLUMN journal.target_symbol IS 'Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off.';
COMMENT ON COLUMN journal.target_strike IS 'Strike after an option adjustment.';
COMMENT ON COLUMN journal.target_account_id IS 'Account of the same user that receives a transferred position.';
COMMENT ON COLUMN journal.multiplier IS 'Cash of a contract is its price times the multiplier; null means 100.';
COMMENT ON COLUMN journal.deliverable IS 'Shares that a contract delivers; null means the multiplier.';
COMMENT ON COLUMN journal.cost IS 'Cost basis of shares received without cash; not negative.';
COMMENT ON COLUMN journal.cost_share IS 'Part of the cost that moves to the shares of a spin-off, from 0 to 1.';
COMMENT ON COLUMN journal.acquired_on IS 'Acquisition day of received shares; null means the day of the entry.';
COMMENT ON COLUMN journal.section1256 IS 'True for a contract of section 1256 of the US tax code, such as an index option; null means unknown.';

CREATE INDEX idx_journal_deleted ON journal USING btree (user_id, ts DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX idx_journal_live_account ON journal USING btree (user_id, account_id, ts DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_journal_live_meta_roll ON journal USING btree (user_id, ts DESC, id DESC) WHERE deleted_at IS NULL AND meta ?| ARRAY['roll'::text, 'rolledTo'::text, 'rolledFrom'::text];
CREATE INDEX idx_journal_live_meta_strategy ON journal USING btree (user_id, ts DESC, id DESC) WHERE deleted_at IS NULL AND meta ? 'strategy'::text;
CREATE INDEX idx_journal_live_meta_tag ON journal USING btree (user_id, ts DESC, id DESC) WHERE deleted_at IS NULL AND meta ?| ARRAY['tag'::text, 'tags'::text];
CREATE INDEX idx_journal_live_meta_trade ON journal USING btree (user_id, ts DESC, id DESC) WHERE deleted_at IS NULL AND meta ? 'trade'::text;
CREATE INDEX idx_journal_live_symbol ON journal USING btree (user_id, symbol, ts DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_journal_live_symbol_type ON journal USING btree (user_id, symbol, type, ts DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_journal_live_ts_amount ON journal USING btree (user_id, ts DESC, id DESC) INCLUDE (amount) WHERE deleted_at IS NULL;
CREATE INDEX idx_journal_live_type ON journal USING btree (user_id, type, ts DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX idx_journal_target_account ON journal USING btree (user_id, target_account_id) WHERE target_account_id IS NOT NULL;
CREATE UNIQUE INDEX uq_journal_successor ON journal USING btree (user_id, original_entry_id) WHERE original_entry_id IS NOT NULL;

ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
CREATE POLICY append_own_entries ON journal FOR INSERT TO journal_user
  WITH CHECK ((user_id = (current_setting('app.user_id'::text))::uuid));
CREATE POLICY mark_own_live_entries ON journal FOR UPDATE TO journal_user
  USING (((user_id = (current_setting('app.user_id'::text))::uuid) AND (deleted_at IS NULL)))
  WITH CHECK (((user_id = (current_setting('app.user_id'::text))::uuid) AND (deleted_at IS NOT NULL)));
CREATE POLICY read_own_entries ON journal FOR SELECT TO journal_user
  USING ((user_id = (current_setting('app.user_id'::text))::uuid));
GRANT SELECT, INSERT, UPDATE (deleted_at, edited_by, edit_reason, updated_at) ON journal TO journal_user;

CREATE TABLE users (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  email text COLLATE "C" NOT NULL,
  password_hash text,
  subscription_tier text COLLATE "C" NOT NULL DEFAULT 'free'::text,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT uq_users_email UNIQUE (email),
  CONSTRAINT chk_users_email CHECK (email = lower(email) AND email ~~ '%_@_%'::text AND char_length(email) <= 320),
  CONSTRAINT chk_users_subscription_tier CHECK (subscription_tier = ANY (ARRAY['free'::text, 'basic'::text, 'premium'::text]))
);

COMMENT ON TABLE users IS 'Owner of accounts and entries.';
COMMENT ON COLUMN users.id IS 'Chosen by the database.';
COMMENT ON COLUMN users.email IS 'Lower case; unique.';
COMMENT ON COLUMN users.password_hash IS 'Hash of the password; null for a user without a password. Readable by journal_auth only.';
COMMENT ON COLUMN users.subscription_tier IS 'Subscription tier: free, basic or premium.';
COMMENT ON COLUMN users.created_at IS 'When the user was created.';
COMMENT ON COLUMN users.updated_at IS 'When the row was last changed.';

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_users ON users FOR ALL TO journal_auth
  USING (true)
  WITH CHECK (true);
CREATE POLICY own_user ON users FOR SELECT TO journal_user
  USING ((id = (current_setting('app.user_id'::text))::uuid));
GRANT SELECT, INSERT (email, password_hash, subscription_tier), UPDATE (email, password_hash, subscription_tier, updated_at), DELETE ON users TO journal_auth;
GRANT SELECT (id, email, subscription_tier, created_at, updated_at) ON users TO journal_user;

ALTER TABLE accounts ADD CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE journal ADD CONSTRAINT fk_journal_account FOREIGN KEY (user_id, account_id) REFERENCES accounts(user_id, id);
ALTER TABLE journal ADD CONSTRAINT fk_journal_original_entry FOREIGN KEY (user_id, original_entry_id) REFERENCES journal(user_id, id);
ALTER TABLE journal ADD CONSTRAINT fk_journal_target_account FOREIGN KEY (user_id, target_account_id) REFERENCES accounts(user_id, id);
ALTER TABLE journal ADD CONSTRAINT fk_journal_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

CREATE OR REPLACE FUNCTION average_cost_step(state numeric[], change numeric, cost numeric)
 RETURNS numeric[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
      DECLARE
        held numeric := state[1];
        held_cost numeric := state[2];
        taken numeric;
      BEGIN
        IF change >= 0 THEN RETURN ARRAY[held + change, held_cost + cost, 0]; END IF;
        IF held = 0 THEN RETURN ARRAY[held, held_cost, 0]; END IF;
        IF held + change <= 0 THEN RETURN ARRAY[0, 0, held_cost]; END IF;
        taken := div(held_cost * -change * 200000000 + held, held * 2) * 0.00000001;
        RETURN ARRAY[held + change, held_cost - taken, taken];
      END $function$;
REVOKE ALL ON FUNCTION average_cost_step(numeric[],numeric,numeric) FROM PUBLIC;

CREATE AGGREGATE average_cost(numeric,numeric) (SFUNC = average_cost_step, STYPE = numeric[], INITCOND = '{0,0,0}', PARALLEL = SAFE);
REVOKE ALL ON FUNCTION average_cost(numeric,numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION average_cost(numeric,numeric) TO journal_user;

CREATE VIEW v_cost_basis WITH (security_invoker=true) AS
 SELECT flows.user_id,
    flows.symbol,
    flows.shares,
    flows.net_cash,
    average.cost AS avg_cost
   FROM (( SELECT journal.user_id,
            journal.symbol,
            (sum(
                CASE journal.type
                    WHEN 'assignment_shares'::text THEN journal.qty
                    ELSE 0.00000000
                END) - sum(
                CASE journal.type
                    WHEN 'share_sale'::text THEN journal.qty
                    ELSE 0.00000000
                END)) AS shares,
            sum(
                CASE
                    WHEN (journal.type = ANY (ARRAY['assignment_shares'::text, 'share_sale'::text])) THEN journal.amount
                    ELSE 0.00000000
                END) AS net_cash
           FROM journal
          WHERE (journal.deleted_at IS NULL)
          GROUP BY journal.user_id, journal.symbol) flows
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN (flows.shares <> (0)::numeric) THEN ((((- sign(flows.net_cash)) * sign(flows.shares)) * div(((abs(flows.net_cash) * (200000000)::numeric) + abs(flows.shares)), (abs(flows.shares) * (2)::numeric))) * 0.00000001)
                    ELSE NULL::numeric
                END AS cost) average);

COMMENT ON VIEW v_cost_basis IS 'Shares and what they cost, netted by symbol, as the browser application had it, without deleted entries.';
COMMENT ON COLUMN v_cost_basis.user_id IS 'The user to whom the entries belong.';
COMMENT ON COLUMN v_cost_basis.symbol IS 'Ticker; null for entries that concern none.';
COMMENT ON COLUMN v_cost_basis.shares IS 'Assigned or bought, less sold.';
COMMENT ON COLUMN v_cost_basis.net_cash IS 'Sum of the amounts of these trades; + received, - paid.';
COMMENT ON COLUMN v_cost_basis.avg_cost IS 'Minus net cash over shares, rounded to eight places; null for no shares.';

GRANT SELECT ON v_cost_basis TO journal_user;

CREATE VIEW v_weekly_premium WITH (security_invoker=true) AS
 SELECT live.user_id,
    utc.week,
    live.symbol,
    sum(
        CASE
            WHEN (live.type = ANY (ARRAY['sell_to_open'::text, 'buy_to_close'::text, 'expiration'::text, 'option_premium'::text])) THEN live.amount
            ELSE 0.00000000
        END) AS premium
   FROM (( SELECT journal.user_id,
            journal.symbol,
            journal.type,
            journal.amount,
            (journal.ts AT TIME ZONE 'UTC'::text) AS happened
           FROM journal
          WHERE (journal.deleted_at IS NULL)) live
     CROSS JOIN LATERAL ( SELECT (to_char(live.happened, 'YYYY-'::text) || to_char(div(((EXTRACT(doy FROM live.happened) + (7)::numeric) - EXTRACT(isodow FROM live.happened)), (7)::numeric), 'FM00'::text)) AS week) utc)
  GROUP BY live.user_id, utc.week, live.symbol;

COMMENT ON VIEW v_weekly_premium IS 'Premium by week and symbol as the browser application had it, without deleted entries; the weeks are %Y-%W of SQLite.';
COMMENT ON COLUMN v_weekly_premium.user_id IS 'The user to whom the entries belong.';
COMMENT ON COLUMN v_weekly_premium.week IS 'Year and week in UTC; weeks begin on Monday, and the days before the first one are week 00.';
COMMENT ON COLUMN v_weekly_premium.symbol IS 'Ticker; null for entries that concern none.';
COMMENT ON COLUMN v_weekly_premium.premium IS 'Sum of sell_to_open, buy_to_close, expiration and option_premium; + received, - paid.';

GRANT SELECT ON v_weekly_premium TO journal_user;

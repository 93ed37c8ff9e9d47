-- What the migrations of this package add up to. Written by `npm run schema:generate`; do not edit it.
-- It makes the same schema in an empty database; deployments run the migrations.

-- The roles belong to the server, and may be there already:
--   CREATE ROLE journal_auth NOLOGIN;
--   CREATE ROLE journal_user NOLOGIN;

CREATE TABLE accounts (
  user_id uuid NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT pk_accounts PRIMARY KEY (user_id, id),
  CONSTRAINT chk_accounts_id CHECK (((char_length(id) >= 1) AND (char_length(id) <= 200)))
);

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_accounts ON accounts FOR ALL TO journal_user
  USING ((user_id = (current_setting('app.user_id'::text))::uuid))
  WITH CHECK ((user_id = (current_setting('app.user_id'::text))::uuid));
GRANT SELECT, INSERT, UPDATE (name, updated_at), DELETE ON accounts TO journal_user;

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
  CONSTRAINT pk_journal PRIMARY KEY (user_id, id),
  CONSTRAINT chk_journal_amount CHECK ((amount <> 'NaN'::numeric)),
  CONSTRAINT chk_journal_expiration CHECK (isfinite(expiration)),
  CONSTRAINT chk_journal_id CHECK (((char_length(id) >= 1) AND (char_length(id) <= 200))),
  CONSTRAINT chk_journal_meta CHECK ((jsonb_typeof(meta) = 'object'::text)),
  CONSTRAINT chk_journal_original_entry_id CHECK ((original_entry_id <> id)),
  CONSTRAINT chk_journal_qty CHECK (((qty >= (0)::numeric) AND (qty <> 'NaN'::numeric))),
  CONSTRAINT chk_journal_strike CHECK (((strike >= (0)::numeric) AND (strike <> 'NaN'::numeric))),
  CONSTRAINT chk_journal_symbol CHECK (((char_length(symbol) >= 1) AND (char_length(symbol) <= 200))),
  CONSTRAINT chk_journal_ts CHECK (isfinite(ts)),
  CONSTRAINT chk_journal_type CHECK ((type = ANY (ARRAY['sell_to_open'::text, 'buy_to_close'::text, 'buy_to_open'::text, 'sell_to_close'::text, 'expiration'::text, 'assignment_shares'::text, 'share_sale'::text, 'dividend'::text, 'fee'::text, 'transfer'::text, 'correction'::text, 'option_premium'::text]))),
  CONSTRAINT chk_journal_underlying_price CHECK (((underlying_price >= (0)::numeric) AND (underlying_price <> 'NaN'::numeric)))
);

CREATE INDEX idx_journal_deleted ON journal USING btree (user_id, ts DESC, id DESC) WHERE (deleted_at IS NOT NULL);
CREATE INDEX idx_journal_live_account ON journal USING btree (user_id, account_id, ts DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX idx_journal_live_symbol ON journal USING btree (user_id, symbol, ts DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX idx_journal_live_ts ON journal USING btree (user_id, ts DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX idx_journal_live_type ON journal USING btree (user_id, type, ts DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX idx_journal_original_entry ON journal USING btree (user_id, original_entry_id) WHERE (original_entry_id IS NOT NULL);
CREATE UNIQUE INDEX uq_journal_live_successor ON journal USING btree (user_id, original_entry_id) WHERE ((deleted_at IS NULL) AND (original_entry_id IS NOT NULL));

ALTER TABLE journal ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_entries ON journal FOR ALL TO journal_user
  USING ((user_id = (current_setting('app.user_id'::text))::uuid))
  WITH CHECK ((user_id = (current_setting('app.user_id'::text))::uuid));
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
  CONSTRAINT chk_users_email CHECK (((email = lower(email)) AND (email ~~ '%_@_%'::text) AND (char_length(email) <= 320))),
  CONSTRAINT chk_users_subscription_tier CHECK ((subscription_tier = ANY (ARRAY['free'::text, 'basic'::text, 'premium'::text])))
);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_users ON users FOR ALL TO journal_auth
  USING (true)
  WITH CHECK (true);
CREATE POLICY own_user ON users FOR SELECT TO journal_user
  USING ((id = (current_setting('app.user_id'::text))::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO journal_auth;
GRANT SELECT (id, email, subscription_tier, created_at, updated_at) ON users TO journal_user;

ALTER TABLE accounts ADD CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE journal ADD CONSTRAINT fk_journal_account FOREIGN KEY (user_id, account_id) REFERENCES accounts(user_id, id);
ALTER TABLE journal ADD CONSTRAINT fk_journal_original_entry FOREIGN KEY (user_id, original_entry_id) REFERENCES journal(user_id, id);
ALTER TABLE journal ADD CONSTRAINT fk_journal_user FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;

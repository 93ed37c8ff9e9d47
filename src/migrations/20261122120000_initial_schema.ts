import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, accounts and journal. Every key starts with the user, as sharding by user needs. */
export class InitialSchema20261122120000 implements MigrationInterface {
  name = 'InitialSchema20261122120000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        email text COLLATE "C" NOT NULL,
        password_hash text,
        subscription_tier text COLLATE "C" NOT NULL DEFAULT 'free',
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT uq_users_email UNIQUE (email),
        CONSTRAINT chk_users_email
          CHECK (email = lower(email) AND email LIKE '%_@_%' AND char_length(email) <= 320),
        CONSTRAINT chk_users_subscription_tier CHECK (subscription_tier IN ('free', 'basic', 'premium'))
      )`);
    await queryRunner.query(`
      CREATE TABLE accounts (
        user_id uuid NOT NULL,
        id text COLLATE "C" NOT NULL,
        name text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT pk_accounts PRIMARY KEY (user_id, id),
        CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT chk_accounts_id CHECK (char_length(id) BETWEEN 1 AND 200)
      )`);
    await queryRunner.query(`
      CREATE TABLE journal (
        user_id uuid NOT NULL,
        id text COLLATE "C" NOT NULL,
        ts timestamptz(3) NOT NULL,
        account_id text COLLATE "C" NOT NULL,
        symbol text COLLATE "C",
        type text COLLATE "C" NOT NULL,
        qty numeric(20,8),
        amount numeric(20,8) NOT NULL,
        strike numeric(20,8),
        expiration date,
        underlying_price numeric(20,8),
        notes text,
        meta jsonb NOT NULL DEFAULT '{}',
        deleted_at timestamptz(3),
        edited_by text,
        edit_reason text,
        original_entry_id text COLLATE "C",
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT pk_journal PRIMARY KEY (user_id, id),
        CONSTRAINT fk_journal_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
        CONSTRAINT fk_journal_account FOREIGN KEY (user_id, account_id) REFERENCES accounts (user_id, id),
        CONSTRAINT fk_journal_original_entry
          FOREIGN KEY (user_id, original_entry_id) REFERENCES journal (user_id, id),
        CONSTRAINT chk_journal_id CHECK (char_length(id) BETWEEN 1 AND 200),
        CONSTRAINT chk_journal_type CHECK (type IN (
          'sell_to_open', 'buy_to_close', 'buy_to_open', 'sell_to_close', 'expiration', 'assignment_shares',
          'share_sale', 'dividend', 'fee', 'transfer', 'correction', 'option_premium')),
        CONSTRAINT chk_journal_ts CHECK (isfinite(ts)),
        CONSTRAINT chk_journal_symbol CHECK (char_length(symbol) BETWEEN 1 AND 200),
        CONSTRAINT chk_journal_qty CHECK (qty >= 0 AND qty <> 'NaN'),
        CONSTRAINT chk_journal_amount CHECK (amount <> 'NaN'),
        CONSTRAINT chk_journal_strike CHECK (strike >= 0 AND strike <> 'NaN'),
        CONSTRAINT chk_journal_expiration CHECK (isfinite(expiration)),
        CONSTRAINT chk_journal_underlying_price CHECK (underlying_price >= 0 AND underlying_price <> 'NaN'),
        CONSTRAINT chk_journal_meta CHECK (jsonb_typeof(meta) = 'object'),
        CONSTRAINT chk_journal_original_entry_id CHECK (original_entry_id <> id)
      )`);
    await queryRunner.query(`
      CREATE INDEX idx_journal_live_ts ON journal (user_id, ts DESC, id DESC) WHERE deleted_at IS NULL`);
    await queryRunner.query(`
      CREATE INDEX idx_journal_live_symbol ON journal (user_id, symbol, ts DESC, id DESC) WHERE deleted_at IS NULL`);
    await queryRunner.query(`
      CREATE INDEX idx_journal_live_type ON journal (user_id, type, ts DESC, id DESC) WHERE deleted_at IS NULL`);
    await queryRunner.query(`
      CREATE INDEX idx_journal_live_account ON journal (user_id, account_id, ts DESC, id DESC)
        WHERE deleted_at IS NULL`);
    await queryRunner.query(`
      CREATE INDEX idx_journal_deleted ON journal (user_id, ts DESC, id DESC) WHERE deleted_at IS NOT NULL`);
    await queryRunner.query(`
      CREATE INDEX idx_journal_original_entry ON journal (user_id, original_entry_id)
        WHERE original_entry_id IS NOT NULL`);
    await queryRunner.query(`
      CREATE UNIQUE INDEX uq_journal_live_successor ON journal (user_id, original_entry_id)
        WHERE deleted_at IS NULL AND original_entry_id IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE journal`);
    await queryRunner.query(`DROP TABLE accounts`);
    await queryRunner.query(`DROP TABLE users`);
  }
}

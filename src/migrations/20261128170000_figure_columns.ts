import type { MigrationInterface, QueryRunner } from 'typeorm';

const earlierTypes = `'sell_to_open', 'buy_to_close', 'buy_to_open', 'sell_to_close', 'expiration', 'assignment_shares',
  'share_sale', 'dividend', 'fee', 'transfer', 'correction', 'option_premium'`;
const newTypes = `'split', 'symbol_change', 'merger', 'spin_off', 'return_of_capital', 'option_adjustment',
  'position_transfer', 'shares_received', 'interest', 'dividend_in_lieu', 'securities_lending', 'withheld_tax', 'rebate'`;

/**
 * Adds eleven nullable columns and thirteen entry types, from which figures derive corporate
 * actions, adjusted options, transfers of positions, and income and costs by name.
 */
export class FigureColumns20261128170000 implements MigrationInterface {
  name = 'FigureColumns20261128170000';

  // VALIDATE reads the whole table, which must not happen under the lock of ALTER TABLE.
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE journal
        ADD COLUMN IF NOT EXISTS ratio_to integer,
        ADD COLUMN IF NOT EXISTS ratio_from integer,
        ADD COLUMN IF NOT EXISTS target_symbol text COLLATE "C",
        ADD COLUMN IF NOT EXISTS target_strike numeric(20,8),
        ADD COLUMN IF NOT EXISTS target_account_id text COLLATE "C",
        ADD COLUMN IF NOT EXISTS multiplier numeric(20,8),
        ADD COLUMN IF NOT EXISTS deliverable numeric(20,8),
        ADD COLUMN IF NOT EXISTS cost numeric(20,8),
        ADD COLUMN IF NOT EXISTS cost_share numeric(20,8),
        ADD COLUMN IF NOT EXISTS acquired_on date,
        ADD COLUMN IF NOT EXISTS section1256 boolean;
      ALTER TABLE journal
        DROP CONSTRAINT IF EXISTS chk_journal_type,
        DROP CONSTRAINT IF EXISTS chk_journal_ratio_to,
        DROP CONSTRAINT IF EXISTS chk_journal_ratio_from,
        DROP CONSTRAINT IF EXISTS chk_journal_target_symbol,
        DROP CONSTRAINT IF EXISTS chk_journal_target_strike,
        DROP CONSTRAINT IF EXISTS fk_journal_target_account,
        DROP CONSTRAINT IF EXISTS chk_journal_multiplier,
        DROP CONSTRAINT IF EXISTS chk_journal_deliverable,
        DROP CONSTRAINT IF EXISTS chk_journal_cost,
        DROP CONSTRAINT IF EXISTS chk_journal_cost_share,
        DROP CONSTRAINT IF EXISTS chk_journal_acquired_on;
      ALTER TABLE journal
        ADD CONSTRAINT chk_journal_type CHECK (type IN (${earlierTypes}, ${newTypes})) NOT VALID,
        ADD CONSTRAINT chk_journal_ratio_to CHECK (ratio_to BETWEEN 1 AND 1000000000) NOT VALID,
        ADD CONSTRAINT chk_journal_ratio_from CHECK (ratio_from BETWEEN 1 AND 1000000000) NOT VALID,
        ADD CONSTRAINT chk_journal_target_symbol CHECK (char_length(target_symbol) BETWEEN 1 AND 200) NOT VALID,
        ADD CONSTRAINT chk_journal_target_strike CHECK (target_strike >= 0 AND target_strike <> 'NaN') NOT VALID,
        ADD CONSTRAINT fk_journal_target_account FOREIGN KEY (user_id, target_account_id)
          REFERENCES accounts (user_id, id) NOT VALID,
        ADD CONSTRAINT chk_journal_multiplier CHECK (multiplier > 0 AND multiplier <> 'NaN') NOT VALID,
        ADD CONSTRAINT chk_journal_deliverable CHECK (deliverable >= 0 AND deliverable <> 'NaN') NOT VALID,
        ADD CONSTRAINT chk_journal_cost CHECK (cost >= 0 AND cost <> 'NaN') NOT VALID,
        ADD CONSTRAINT chk_journal_cost_share CHECK (cost_share BETWEEN 0 AND 1) NOT VALID,
        ADD CONSTRAINT chk_journal_acquired_on CHECK (isfinite(acquired_on)) NOT VALID;
      COMMENT ON COLUMN journal.ratio_to IS
        'New shares or contracts for every ratio_from old ones; of splits, mergers, spin-offs and option adjustments.';
      COMMENT ON COLUMN journal.ratio_from IS
        'Old shares or contracts that become ratio_to new ones.';
      COMMENT ON COLUMN journal.target_symbol IS
        'Symbol after a symbol change, a merger or an option adjustment; symbol of the shares of a spin-off.';
      COMMENT ON COLUMN journal.target_strike IS
        'Strike after an option adjustment.';
      COMMENT ON COLUMN journal.target_account_id IS
        'The account of the same user to which a position is transferred.';
      COMMENT ON COLUMN journal.multiplier IS
        'Price units per contract: the cash of a contract is its price times the multiplier; null means 100.';
      COMMENT ON COLUMN journal.deliverable IS
        'Shares that a contract delivers; null means the multiplier.';
      COMMENT ON COLUMN journal.cost IS
        'Cost basis of shares that were received without cash; never negative.';
      COMMENT ON COLUMN journal.cost_share IS
        'Part of the cost that moves to the shares of a spin-off, from 0 to 1.';
      COMMENT ON COLUMN journal.acquired_on IS
        'Day on which shares that were received had been acquired; null means the day of the entry.';
      COMMENT ON COLUMN journal.section1256 IS
        'True for a contract of section 1256 of the US tax code, such as an index option; null means unknown.'`);
    await queryRunner.query(`
      ALTER TABLE journal
        VALIDATE CONSTRAINT chk_journal_type,
        VALIDATE CONSTRAINT chk_journal_ratio_to,
        VALIDATE CONSTRAINT chk_journal_ratio_from,
        VALIDATE CONSTRAINT chk_journal_target_symbol,
        VALIDATE CONSTRAINT chk_journal_target_strike,
        VALIDATE CONSTRAINT fk_journal_target_account,
        VALIDATE CONSTRAINT chk_journal_multiplier,
        VALIDATE CONSTRAINT chk_journal_deliverable,
        VALIDATE CONSTRAINT chk_journal_cost,
        VALIDATE CONSTRAINT chk_journal_cost_share,
        VALIDATE CONSTRAINT chk_journal_acquired_on`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Fails before anything is lost if an entry has one of the new types.
    await queryRunner.query(`
      ALTER TABLE journal DROP CONSTRAINT IF EXISTS chk_journal_earlier_type;
      ALTER TABLE journal ADD CONSTRAINT chk_journal_earlier_type CHECK (type IN (${earlierTypes})) NOT VALID`);
    try {
      await queryRunner.query('ALTER TABLE journal VALIDATE CONSTRAINT chk_journal_earlier_type');
    } catch (error) {
      await queryRunner.query('ALTER TABLE journal DROP CONSTRAINT chk_journal_earlier_type');
      throw error;
    }
    await queryRunner.query(`
      ALTER TABLE journal DROP CONSTRAINT IF EXISTS chk_journal_type;
      ALTER TABLE journal RENAME CONSTRAINT chk_journal_earlier_type TO chk_journal_type;
      ALTER TABLE journal
        DROP COLUMN IF EXISTS ratio_to,
        DROP COLUMN IF EXISTS ratio_from,
        DROP COLUMN IF EXISTS target_symbol,
        DROP COLUMN IF EXISTS target_strike,
        DROP COLUMN IF EXISTS target_account_id,
        DROP COLUMN IF EXISTS multiplier,
        DROP COLUMN IF EXISTS deliverable,
        DROP COLUMN IF EXISTS cost,
        DROP COLUMN IF EXISTS cost_share,
        DROP COLUMN IF EXISTS acquired_on,
        DROP COLUMN IF EXISTS section1256`);
  }
}

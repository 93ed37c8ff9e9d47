import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JournalDatabaseError } from '../model/journal-database.error.js';

const ownRows = `user_id = current_setting('app.user_id')::uuid`;

/**
 * Makes the history of the journal final. The only change that `journal_user` can make to an entry
 * is to mark it as deleted, once. An entry has at most one successor, live or deleted, so that
 * entries that replace each other form a line.
 */
export class JournalHistory20261125100000 implements MigrationInterface {
  name = 'JournalHistory20261125100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Takes the strongest lock of this migration first: upgrading a lock later can deadlock.
    await queryRunner.query(`
      -- waived lock-table: before the first release no journal is large or in use, and no link may come between check and index
      LOCK TABLE journal IN ACCESS EXCLUSIVE MODE`);
    await refuseSeveralSuccessors(queryRunner);
    await queryRunner.query(`
      -- waived require-concurrent-index-deletion: the transaction has locked the table
      -- waived drop-unique: nothing names it in ON CONFLICT, and the index below allows less
      DROP INDEX uq_journal_live_successor`);
    await queryRunner.query(`
      -- waived require-concurrent-index-deletion: the transaction has locked the table
      DROP INDEX idx_journal_original_entry`);
    await queryRunner.query(`
      -- waived require-concurrent-index-creation: the transaction has locked the table
      CREATE UNIQUE INDEX uq_journal_successor ON journal (user_id, original_entry_id)
        WHERE original_entry_id IS NOT NULL`);
    await queryRunner.query(`
      -- waived narrow-access: made before the first release; the policies below allow what the package does
      DROP POLICY own_entries ON journal`);
    await queryRunner.query(`
      CREATE POLICY read_own_entries ON journal FOR SELECT TO journal_user USING (${ownRows})`);
    await queryRunner.query(`
      CREATE POLICY append_own_entries ON journal FOR INSERT TO journal_user WITH CHECK (${ownRows})`);
    await queryRunner.query(`
      CREATE POLICY mark_own_live_entries ON journal FOR UPDATE TO journal_user
        USING (${ownRows} AND deleted_at IS NULL) WITH CHECK (${ownRows} AND deleted_at IS NOT NULL)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- waived lock-table: as on the way up
      LOCK TABLE journal IN ACCESS EXCLUSIVE MODE`);
    await queryRunner.query(`DROP POLICY mark_own_live_entries ON journal`);
    await queryRunner.query(`DROP POLICY append_own_entries ON journal`);
    await queryRunner.query(`DROP POLICY read_own_entries ON journal`);
    await queryRunner.query(`
      CREATE POLICY own_entries ON journal TO journal_user USING (${ownRows}) WITH CHECK (${ownRows})`);
    await queryRunner.query(`
      -- waived require-concurrent-index-deletion: the transaction has locked the table
      DROP INDEX uq_journal_successor`);
    await queryRunner.query(`
      -- waived require-concurrent-index-creation: the transaction has locked the table
      CREATE INDEX idx_journal_original_entry ON journal (user_id, original_entry_id)
        WHERE original_entry_id IS NOT NULL`);
    await queryRunner.query(`
      -- waived require-concurrent-index-creation: the transaction has locked the table
      CREATE UNIQUE INDEX uq_journal_live_successor ON journal (user_id, original_entry_id)
        WHERE deleted_at IS NULL AND original_entry_id IS NOT NULL`);
  }
}

// A migration must not rewrite entries: only the owner of the data knows which link is right.
async function refuseSeveralSuccessors(queryRunner: QueryRunner): Promise<void> {
  const found = (await queryRunner.query(`
    -- waived rows-under-lock: it finds its rows by an index, and links are few
    SELECT user_id AS "userId", original_entry_id AS "originalEntryId",
      array_agg(id ORDER BY deleted_at DESC NULLS FIRST, id) AS successors
    FROM journal WHERE original_entry_id IS NOT NULL
    GROUP BY user_id, original_entry_id HAVING count(*) > 1 ORDER BY user_id, original_entry_id`)) as {
    userId: string;
    originalEntryId: string;
    successors: string[];
  }[];
  if (found.length > 0) throw new SeveralSuccessorsError(found);
}

/** An entry with several successors. A live successor comes first. */
export interface SeveralSuccessors {
  userId: string;
  originalEntryId: string;
  successors: readonly string[];
}

/**
 * `JournalHistory20261125100000` found entries with several successors, which imports of older
 * releases could write. Nothing was migrated.
 *
 * @remedy Run the UPDATE in the message, then migrate again.
 */
export class SeveralSuccessorsError extends JournalDatabaseError {
  readonly code = 'SEVERAL_SUCCESSORS';

  constructor(readonly entries: readonly SeveralSuccessors[]) {
    const shown = entries
      .slice(0, 5)
      .map(
        ({ userId, originalEntryId, successors }) =>
          `${originalEntryId} of user ${userId} by ${successors.join(', ')}`,
      );
    super(
      `Nothing was migrated: ${entries.length} entries are replaced by several others: ${shown.join('; ')}` +
        `${entries.length > 5 ? '; …' : ''}. Keep the link of one successor per entry, and remove the link of each other successor ` +
        `as the owner of the tables: \`UPDATE journal SET original_entry_id = NULL, meta = meta || ` +
        `jsonb_build_object('legacyOriginalEntryId', original_entry_id) WHERE user_id = … AND id = …\`. Then migrate again.`,
    );
  }
}

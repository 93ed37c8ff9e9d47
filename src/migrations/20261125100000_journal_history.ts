import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JournalDatabaseError } from '../model/journal-database.error.js';

const ownRows = `user_id = current_setting('app.user_id')::uuid`;

/**
 * Makes the history of the journal final: the one change that `journal_user` can make to an entry
 * is to mark a live one as deleted, once, and an entry has one successor at most, live or deleted,
 * so that entries which replace one another form a line.
 */
export class JournalHistory20261125100000 implements MigrationInterface {
  name = 'JournalHistory20261125100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // At once the strongest lock that is needed below: to ask for more later is how two sessions
    // come to wait for each other.
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

// A migration does not rewrite the entries of a journal by itself: which link stays is for their
// keeper to say.
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

/** An entry with more than one successor; a live one, if there is one, comes first. */
export interface SeveralSuccessors {
  userId: string;
  originalEntryId: string;
  successors: readonly string[];
}

/**
 * The migration to one successor an entry met entries that have several, as an import could leave
 * them before.
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
      `Nothing was migrated, as some entries (${entries.length}) are replaced by more than one other: ${shown.join('; ')}` +
        `${entries.length > 5 ? '; …' : ''}. Keep the link of one successor each, and let the owner of the tables take the others ` +
        `out, as a new import would: \`UPDATE journal SET original_entry_id = NULL, meta = meta || ` +
        `jsonb_build_object('legacyOriginalEntryId', original_entry_id) WHERE user_id = … AND id = …\`. Then migrate again.`,
    );
  }
}

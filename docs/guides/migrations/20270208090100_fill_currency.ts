import type { MigrationInterface, QueryRunner } from 'typeorm';

const rowsAtOnce = 5_000;

/**
 * Backfill, in release 3: in short transactions, each of which leaves finished work behind. Run
 * again, it passes over that.
 */
export class FillCurrency20270208090100 implements MigrationInterface {
  name = 'FillCurrency20270208090100';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    let last: Key | undefined = { userId: '00000000-0000-0000-0000-000000000000', id: '' };
    while (last) last = await fillAfter(queryRunner, last);
  }

  // Values that are there do no harm: AddCurrency takes the column away.
  async down(): Promise<void> {}
}

interface Key {
  userId: string;
  id: string;
}

/**
 * Goes on along the primary key; to look for rows without a currency would read those that are done
 * again and again.
 */
async function fillAfter(queryRunner: QueryRunner, { userId, id }: Key): Promise<Key | undefined> {
  const rows = (await queryRunner.query(
    `WITH batch AS (
       SELECT user_id, id FROM journal WHERE (user_id, id) > ($1, $2) ORDER BY user_id, id LIMIT ${rowsAtOnce}
     ), filled AS (
       UPDATE journal SET currency = CASE WHEN meta->>'currency' ~ '^[A-Z]{3}$' THEN meta->>'currency' ELSE 'USD' END
       FROM batch WHERE (journal.user_id, journal.id) = (batch.user_id, batch.id) AND currency IS NULL
     )
     SELECT user_id AS "userId", id FROM batch ORDER BY user_id DESC, id DESC LIMIT 1`,
    [userId, id],
  )) as Key[];
  return rows[0];
}

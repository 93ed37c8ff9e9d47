import { grantOwnRows } from '../../../src/index.js';
import type { Attacked } from './attacked.js';

/** Runs `work` while the application has the tables `alerts` and `notes`, keyed without a user. */
export async function withOwnTables({ owner }: Attacked, work: () => Promise<void>): Promise<void> {
  const runner = owner.createQueryRunner();
  const ofUser = 'user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE';
  await runner.query(`CREATE TABLE alerts (id serial PRIMARY KEY, ${ofUser}, name text UNIQUE)`);
  await runner.query(`CREATE TABLE notes (id serial PRIMARY KEY, ${ofUser}, alert_id int REFERENCES alerts)`);
  try {
    await grantOwnRows(runner, { table: 'alerts' });
    await grantOwnRows(runner, { table: 'notes' });
    await work();
  } finally {
    await runner.query('DROP TABLE notes, alerts');
    await runner.release();
  }
}

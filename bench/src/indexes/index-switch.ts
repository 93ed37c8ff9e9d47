import type { Client } from 'pg';

/**
 * Disables or enables an index, as a superuser. All measurements then use one database and one
 * connection: two connections could differ by the cores on which their server processes run. A
 * disabled index lacks the rows inserted meanwhile.
 */
export async function useIndex(superuser: Client, name: string, isUsed: boolean): Promise<void> {
  await superuser.query(
    `UPDATE pg_index SET indisvalid = $2, indisready = $2 WHERE indexrelid = $1::regclass`,
    [name, isUsed],
  );
  // Plans that are kept are made anew only when the table has changed.
  await superuser.query(`ALTER TABLE journal SET (fillfactor = 100)`);
}

import type { Client } from 'pg';

/**
 * Takes an index out of use, or back into it, as a superuser: what is compared is then the same
 * database over the same connection, where two of them would differ by the cores on which they
 * happen to run. An index that was out of use while rows came lacks those.
 */
export async function useIndex(superuser: Client, name: string, isUsed: boolean): Promise<void> {
  await superuser.query(
    `UPDATE pg_index SET indisvalid = $2, indisready = $2 WHERE indexrelid = $1::regclass`,
    [name, isUsed],
  );
  // Plans that are kept are made anew only when the table has changed.
  await superuser.query(`ALTER TABLE journal SET (fillfactor = 100)`);
}

import type { Client } from 'pg';

/** A CHECK constraint of the journal. */
export interface Check {
  name: string;
  definition: string;
}

export async function checksOf(superuser: Client): Promise<Check[]> {
  const { rows } = await superuser.query<Check>(`
    SELECT conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE conrelid = 'journal'::regclass AND contype = 'c'`);
  return rows;
}

/** Drops or restores the constraints for subsequent inserts, as a superuser. */
export async function useChecks(superuser: Client, checks: readonly Check[], isUsed: boolean): Promise<void> {
  const changes = checks.map(({ name, definition }) =>
    isUsed ? `ADD CONSTRAINT ${name} ${definition} NOT VALID` : `DROP CONSTRAINT IF EXISTS ${name}`,
  );
  if (isUsed) await useChecks(superuser, checks, false);
  await superuser.query(`ALTER TABLE journal ${changes.join(', ')}`);
}

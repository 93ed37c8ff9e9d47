/** An advisory lock with two keys. Advisory locks belong to a database, not to the server. */
export interface AdvisoryLock {
  classId: number;
  objectId: number;
}

/** "jrnl": the first key of all locks of this package, distinct from an application's locks. */
const classId = 0x6a_72_6e_6c;

/** Held while migrations are applied or reverted. */
export const migrationLock: AdvisoryLock = { classId, objectId: 1 };

/**
 * An advisory lock of PostgreSQL in its form of two keys; it is one of its database, not of the
 * server.
 */
export interface AdvisoryLock {
  classId: number;
  objectId: number;
}

/**
 * The first key of every lock of this package ("jrnl"), so that an application's own locks do not
 * meet them.
 */
const classId = 0x6a_72_6e_6c;

/** Held by whoever applies or takes back migrations. */
export const migrationLock: AdvisoryLock = { classId, objectId: 1 };

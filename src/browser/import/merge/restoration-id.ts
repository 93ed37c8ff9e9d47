import { validate, v5 as uuidv5, version } from 'uuid';

/** The namespace of the ids of restored entries. */
const namespace = '4f1c8a52-6f0e-5d0b-9a53-0d6a4c0f7f3e';

/**
 * The id of the entry in which the n-th restoration of a row of the browser application is stored,
 * n from 1. It depends on nothing else, so that a repeated import finds the entry.
 */
export function restorationId(id: string, n: number): string {
  return uuidv5(`${n} ${id}`, namespace);
}

/** Whether an id can be one of these. */
export function isRestorationId(id: string): boolean {
  return validate(id) && version(id) === 5;
}

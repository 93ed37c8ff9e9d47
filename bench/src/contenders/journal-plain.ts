import type { Open } from './contender.js';
import { contenderOf } from './journal.js';
import { openJournal } from './open-journal.js';

/** This project with the transport that uses only the documented API of `pg`. */
export const open: Open = async (url, context) =>
  contenderOf(await openJournal(url, context, { fastPath: false }));

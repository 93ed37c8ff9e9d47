import { InitialSchema20261122120000 } from './20261122120000_initial_schema.js';

/** The migrations of this package, oldest first. */
export const migrations = [InitialSchema20261122120000];

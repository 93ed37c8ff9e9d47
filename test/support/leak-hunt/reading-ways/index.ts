import type { ReadingWays } from '../trader.js';
import { focusedWays } from './focused-repositories.js';
import { readModelWays } from './read-models.js';
import { repositoryWays } from './repositories.js';
import { sqlWays } from './sql.js';

/** All ways to read, by name. Whatever else can read belongs in here. */
export const readingWays: ReadingWays = { ...focusedWays, ...readModelWays, ...repositoryWays, ...sqlWays };

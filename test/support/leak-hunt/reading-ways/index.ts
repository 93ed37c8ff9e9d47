import type { ReadingWays } from '../trader.js';
import { focusedWays } from './focused-repositories.js';
import { readModelWays } from './read-models.js';
import { repositoryWays } from './repositories.js';
import { sqlWays } from './sql.js';

/** All reading ways by name. Add every new API that reads. */
export const readingWays: ReadingWays = { ...focusedWays, ...readModelWays, ...repositoryWays, ...sqlWays };

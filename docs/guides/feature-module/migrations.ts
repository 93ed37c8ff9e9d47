import { CreateWatchlist20261123090000 } from './watchlist/20261123090000_create_watchlist.js';

/** The migrations of the application, which are applied together with those of the package. */
export const migrations = [CreateWatchlist20261123090000];

import { CreateWatchlist20261123090000 } from './watchlist/20261123090000_create_watchlist.js';

/** The migrations of the application. They run together with the package's. */
export const migrations = [CreateWatchlist20261123090000];

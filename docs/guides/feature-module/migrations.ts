import { CreateMonthlyReports20261128120000 } from './reports/20261128120000_create_monthly_reports.js';
import { CreateWatchlist20261123090000 } from './watchlist/20261123090000_create_watchlist.js';

/** The migrations of the application. They run together with the package's. */
export const migrations = [CreateWatchlist20261123090000, CreateMonthlyReports20261128120000];

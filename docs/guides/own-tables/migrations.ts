import { CreateAlerts20261201090000 } from './migrations/20261201090000-CreateAlerts.js';

/** The migrations of the application, oldest first. They run together with the package's. */
export const migrations = [CreateAlerts20261201090000];

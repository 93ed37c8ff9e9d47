import { readFileSync } from 'node:fs';
import { clusterPaths } from './cluster.js';

/** The connection URL of the superuser for a database of the cluster in `base`. */
export function superuserUrl(base: string, port: number, database: string): string {
  const password = readFileSync(clusterPaths(base).password, 'utf8');
  return `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

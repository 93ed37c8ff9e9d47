import { createRequire } from 'node:module';
import type { SqlJsStatic } from 'sql.js';

/**
 * SQLite compiled to WebAssembly, loaded on first use and once per process. The module is looked up
 * through Node's own resolution, so it is found wherever the package manager put it.
 */
export async function loadSqlite(): Promise<SqlJsStatic> {
  const { default: initSqlJs } = await import('sql.js');
  const { resolve } = createRequire(import.meta.url);
  return initSqlJs({ locateFile: (file: string) => resolve(`sql.js/dist/${file}`) });
}

/** The text of what sql.js threw; for a closed database it throws bare strings. */
export function sqliteMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** A name as an SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

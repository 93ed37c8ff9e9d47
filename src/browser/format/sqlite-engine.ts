import { createRequire } from 'node:module';
import type { SqlJsStatic } from 'sql.js';

/**
 * Loads SQLite (WebAssembly) on first use. Node resolves the path of the .wasm file, so that every
 * layout of node_modules works.
 */
export async function loadSqlite(): Promise<SqlJsStatic> {
  const { default: initSqlJs } = await import('sql.js');
  const { resolve } = createRequire(import.meta.url);
  return initSqlJs({ locateFile: (file: string) => resolve(`sql.js/dist/${file}`) });
}

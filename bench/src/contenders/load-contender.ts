import type { Open } from './contender.js';
import type { ContenderName } from './names.js';

/** A contender that can be opened, or why it cannot. */
export type Loaded = { open: Open } | { absent: string; isNotInstalled: boolean };

/**
 * Loads a contender alone, so that each process holds one library, and one that is not installed
 * keeps no other from working.
 */
export async function loadContender(name: ContenderName): Promise<Loaded> {
  try {
    const { open } = (await import(`./${name}.js`)) as { open: Open };
    return { open };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const isNotInstalled = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    return { absent: String(message).split('\n')[0] ?? '', isNotInstalled };
  }
}

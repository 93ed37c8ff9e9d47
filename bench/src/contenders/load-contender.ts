import type { Open } from './contender.js';
import type { ContenderName } from './names.js';

/** A contender that can be opened, or why it cannot. */
export type Loaded = { open: Open } | { absent: string; isNotInstalled: boolean };

/**
 * Loads one contender, so that each process holds one library. A library that is not installed does
 * not stop the other contenders.
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

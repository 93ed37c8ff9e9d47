import type { Open } from './contender.js';
import type { ContenderName } from './names.js';

/** The `open` function of a contender, or the reason why the contender is unavailable. */
export type Loaded = { open: Open } | { absent: string; isNotInstalled: boolean };

/**
 * Loads one contender, so that each process contains one library. The other contenders work if a
 * library is not installed.
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

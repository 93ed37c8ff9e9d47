import { scoped, titles } from '../contenders/names.js';
import type { ContenderName } from '../contenders/names.js';
import { withClone } from '../database/seeded-databases.js';
import type { Server } from '../database/embedded.js';
import { memberUrl } from '../database/login.js';
import { chooseMaterial } from '../database/material.js';
import type { Size } from '../database/size.js';
import type { JournalFiles } from '../model/journal-file.js';
import { asSuperuser } from '../database/superuser.js';
import { ContenderHandle } from '../measuring/contender-handle.js';
import { Refusal } from '../refusal.js';

/** The reason for each contender that is unavailable. */
export type Absent = Map<ContenderName, string>;

/**
 * Checks on a clone of a seeded database that all contenders return equal results.
 *
 * @throws Refusal with the differences
 */
export async function checkAll(
  server: Server,
  template: string,
  size: Size,
  files: JournalFiles,
  contenders: readonly ContenderName[],
): Promise<Absent> {
  const absent: Absent = new Map();
  await withClone(server, template, async (url) => {
    const { material, member } = await asSuperuser(url, async (superuser) => ({
      material: { ...(await chooseMaterial(superuser, size)), files },
      member: await memberUrl(superuser, url),
    }));
    for (const name of contenders) {
      const place = { url: scoped.includes(name) ? member : url, poolSize: 10, material };
      const handle = await ContenderHandle.start(name, place);
      if (!(handle instanceof ContenderHandle)) {
        absent.set(name, handle.absent);
        console.error(`${titles[name]}: left out, ${handle.absent}`);
        continue;
      }
      const differences = await handle.check(url);
      await handle.close();
      if (differences.length > 0)
        throw new Refusal(`${titles[name]} does something else:\n${differences.join('\n')}`);
      console.error(`${titles[name]}: the same rows`);
    }
  });
  return absent;
}

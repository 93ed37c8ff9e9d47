import { openJournal } from '../contenders/open-journal.js';
import type { Server } from '../database/embedded.js';
import { memberUrl } from '../database/login.js';
import { chooseMaterial } from '../database/material.js';
import { withClone } from '../database/seeded-databases.js';
import type { Size } from '../database/size.js';
import { asSuperuser } from '../database/superuser.js';
import type { Side } from './probe.js';

/** Opens two clones of a seeded database, for as long as `work` takes. */
export function withTwoSides(
  server: Server,
  template: string,
  size: Size,
  work: (one: Side, other: Side) => Promise<void>,
): Promise<void> {
  const withClonedSide = (then: (side: Side) => Promise<void>) =>
    withClone(server, template, (url) => withSide(url, size, then));
  return withClonedSide((one) => withClonedSide((other) => work(one, other)));
}

async function withSide<T>(url: string, size: Size, work: (side: Side) => Promise<T>): Promise<T> {
  return asSuperuser(url, async (superuser) => {
    const material = await chooseMaterial(superuser, size);
    const opened = await openJournal(await memberUrl(superuser, url), { poolSize: 1 });
    try {
      return await work({ ...opened, superuser, material });
    } finally {
      await opened.close();
    }
  });
}

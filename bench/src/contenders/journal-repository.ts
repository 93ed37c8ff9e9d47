import { Between, DataSource, IsNull } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';
import { JournalEntry } from 'trading-journal-database';
import type { Stamps } from '../model/entry.js';
import { only, pageSize } from './contender.js';
import type { Open } from './contender.js';
import { openJournal } from './open-journal.js';

/** TypeORM's plain repository of the journal entity, in this project's user scope. */
export const open: Open = async (url, context) => {
  const { scope, get, close } = await openJournal(url, context);
  const entries = get(DataSource).getRepository(JournalEntry);
  const order = { ts: 'DESC', id: 'DESC' } as const;

  return {
    insert: (userId, entry) =>
      scope.run(userId, async () => {
        const row = { ...entry, userId } as QueryDeepPartialEntity<JournalEntry>;
        return only((await entries.insert(row)).generatedMaps as Stamps[]);
      }),
    newestPage: (userId) =>
      scope.run(userId, () =>
        entries.find({ where: { userId, deletedAt: IsNull() }, order, take: pageSize }),
      ),
    filteredPage: (userId, { symbol, type, from, to }) =>
      scope.run(userId, () =>
        entries.find({
          where: { userId, symbol, type, ts: Between(from, to), deletedAt: IsNull() },
          order,
          take: pageSize,
        }),
      ),
    get: (userId, id) =>
      scope.run(userId, () => entries.findOneByOrFail({ userId, id, deletedAt: IsNull() })),
    close,
  };
};

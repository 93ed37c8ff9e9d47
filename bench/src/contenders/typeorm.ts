import 'reflect-metadata';
import { Between, DataSource, IsNull } from 'typeorm';
import type { Totals } from '../model/entry.js';
import { only, pageSize } from './contender.js';
import type { Open } from './contender.js';
import { Entry } from './typeorm.entity.js';

/** TypeORM in its usual form: entities, save and find. */
export const open: Open = async (url, { poolSize }) => {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize, entities: [Entry] });
  await dataSource.initialize();
  const entries = dataSource.getRepository(Entry);
  const newestFirst = { ts: 'DESC', id: 'DESC' } as const;

  return {
    insert: (userId, entry) => entries.save(entries.create({ ...entry, userId })),
    append: (userId, trade) => entries.save(trade.map((entry) => entries.create({ ...entry, userId }))),
    newestPage: (userId) =>
      entries.find({ where: { userId, deletedAt: IsNull() }, order: newestFirst, take: pageSize }),
    filteredPage: (userId, { symbol, type, from, to }) =>
      entries.find({
        where: { userId, symbol, type, ts: Between(from, to), deletedAt: IsNull() },
        order: newestFirst,
        take: pageSize,
      }),
    pageAfter: (userId, { ts, id }) =>
      Promise.resolve(() =>
        entries
          .createQueryBuilder('entry')
          .where('entry.userId = :userId AND entry.deletedAt IS NULL', { userId })
          .andWhere('(entry.ts, entry.id) < (:ts, :id)', { ts, id })
          .orderBy('entry.ts', 'DESC')
          .addOrderBy('entry.id', 'DESC')
          .limit(pageSize)
          .getMany(),
      ),
    totals: async (userId) => {
      const rows = await entries
        .createQueryBuilder('entry')
        .select('count(*)::integer', 'count')
        .addSelect('coalesce(sum(entry.amount) FILTER (WHERE entry.amount > 0), 0)', 'inflow')
        .addSelect('coalesce(-sum(entry.amount) FILTER (WHERE entry.amount < 0), 0)', 'outflow')
        .addSelect('coalesce(sum(entry.amount), 0)', 'net')
        .where('entry.userId = :userId AND entry.deletedAt IS NULL', { userId })
        .getRawMany<Totals>();
      return only(rows);
    },
    get: (userId, id) => entries.findOneByOrFail({ userId, id, deletedAt: IsNull() }),
    load: async (userId, journal) => {
      await entries.save(
        journal.map((entry) => entries.create({ ...entry, userId })),
        { chunk: 1000 },
      );
    },
    export: async (userId, each) => {
      const rows = await entries.find({ where: { userId, deletedAt: IsNull() }, order: newestFirst });
      for (const row of rows) each(row);
    },
    close: () => dataSource.destroy(),
  };
};

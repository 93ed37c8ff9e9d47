import 'reflect-metadata';
import { DataSource } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm';
import type { Entry as NewEntry, Row, Stamps } from '../model/entry.js';
import { chunks, only } from './contender.js';
import type { Open } from './contender.js';
import { Entry } from './typeorm.entity.js';

/** TypeORM with insert() and stream() instead of save() and find(). */
export const open: Open = async (url, { poolSize }) => {
  const dataSource = new DataSource({ type: 'postgres', url, poolSize, entities: [Entry] });
  await dataSource.initialize();
  const entries = dataSource.getRepository(Entry);

  const insert = async (userId: string, given: readonly NewEntry[]) => {
    const { generatedMaps } = await entries.insert(rowsOf(userId, given));
    return generatedMaps as Stamps[];
  };

  return {
    insert: async (userId, entry) => only(await insert(userId, [entry])),
    append: insert,
    load: (userId, journal) =>
      dataSource.transaction(async (manager) => {
        for (const chunk of chunks(journal, 1000)) await manager.insert(Entry, rowsOf(userId, chunk));
      }),
    export: async (userId, each) => {
      const query = entries.createQueryBuilder('entry').select([]);
      for (const { propertyName } of entries.metadata.columns) {
        query.addSelect(`entry.${propertyName}`, propertyName);
      }
      const rows = await query
        .where('entry.userId = :userId AND entry.deletedAt IS NULL', { userId })
        .orderBy('entry.ts', 'DESC')
        .addOrderBy('entry.id', 'DESC')
        .stream();
      for await (const row of rows) each(row as Row);
    },
    close: () => dataSource.destroy(),
  };
};

function rowsOf(userId: string, given: readonly NewEntry[]): QueryDeepPartialEntity<Entry>[] {
  return given.map((entry) => ({ ...entry, userId }) as QueryDeepPartialEntity<Entry>);
}

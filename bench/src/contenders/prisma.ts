import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '@prisma/client';
import type { Prisma } from '@prisma/client';
import type { Entry, Totals } from '../model/entry.js';
import { chunks, only, pageSize } from './contender.js';
import type { Open } from './contender.js';

/** Prisma with its adapter for pg. */
export const open: Open = (url, { poolSize }) => {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: poolSize }) });
  const newestFirst: Prisma.EntryOrderByWithRelationInput[] = [{ ts: 'desc' }, { id: 'desc' }];
  const page = (where: Prisma.EntryWhereInput) =>
    prisma.entry.findMany({ where: { ...where, deletedAt: null }, orderBy: newestFirst, take: pageSize });

  return Promise.resolve({
    insert: (userId, entry) =>
      prisma.entry.create({ data: rowOf(userId, entry), select: { createdAt: true, updatedAt: true } }),
    append: (userId, trade) =>
      prisma.entry.createManyAndReturn({
        data: trade.map((entry) => rowOf(userId, entry)),
        select: { createdAt: true, updatedAt: true },
      }),
    newestPage: (userId) => page({ userId }),
    filteredPage: (userId, { symbol, type, from, to }) =>
      page({ userId, symbol, type, ts: { gte: from, lte: to } }),
    // Prisma has no row comparison, and finds its cursor by a key.
    pageAfter: (userId, { ts, id }) =>
      Promise.resolve(() => page({ userId, OR: [{ ts: { lt: ts } }, { ts, id: { lt: id } }] })),
    totals: async (userId) =>
      only(
        await prisma.$queryRaw<Totals[]>`
          SELECT count(*)::integer AS count,
            coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS inflow,
            coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS outflow,
            coalesce(sum(amount), 0) AS net
          FROM journal WHERE user_id = ${userId}::uuid AND deleted_at IS NULL`,
      ),
    get: (userId, id) =>
      prisma.entry.findUniqueOrThrow({ where: { userId_id: { userId, id }, deletedAt: null } }),
    load: (userId, entries) =>
      prisma.$transaction(
        async (transaction) => {
          for (const chunk of chunks(entries, 1000)) {
            await transaction.entry.createMany({ data: chunk.map((entry) => rowOf(userId, entry)) });
          }
        },
        { timeout: 600_000 },
      ),
    export: async (userId, each) => {
      const rows = await prisma.entry.findMany({ where: { userId, deletedAt: null }, orderBy: newestFirst });
      for (const row of rows) each(row);
    },
    close: () => prisma.$disconnect(),
  });
};

function rowOf(userId: string, entry: Entry): Prisma.EntryCreateManyInput {
  return {
    ...entry,
    userId,
    expiration: entry.expiration === null ? null : new Date(entry.expiration),
    meta: entry.meta as Prisma.InputJsonObject,
  };
}

/** All contenders: the modules of this folder, in the order of the table. */
export const contenderNames = [
  'pg',
  'journal',
  'typeorm',
  'typeorm-insert',
  'drizzle',
  'drizzle-prepared',
  'kysely',
  'prisma',
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** The one to whose rate the others are set in relation. */
export const measure: ContenderName = 'pg';

/** The one that works in the scope of a user, by a login that may do nothing else. */
export const scoped: ContenderName = 'journal';

/** How the tables call them. */
export const titles: Record<ContenderName, string> = {
  pg: 'pg by hand',
  journal: 'this project, user scope on',
  typeorm: 'TypeORM as usually written',
  'typeorm-insert': 'TypeORM insert(), stream()',
  drizzle: 'Drizzle',
  'drizzle-prepared': 'Drizzle prepared',
  kysely: 'Kysely',
  prisma: 'Prisma',
};

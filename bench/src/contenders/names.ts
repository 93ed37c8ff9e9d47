/** All contenders: the modules of this folder, in the order of the table. */
export const contenderNames = [
  'pg',
  'pg-isolated',
  'journal',
  'journal-plain',
  'journal-repository',
  'typeorm',
  'typeorm-insert',
  'drizzle',
  'drizzle-prepared',
  'kysely',
  'prisma',
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** The baseline: the tables relate all rates to this contender's rate. */
export const measure: ContenderName = 'pg';

/** Contenders that run in a user scope, with a login that has no other privileges. */
export const scoped: readonly ContenderName[] = [
  'pg-isolated',
  'journal',
  'journal-plain',
  'journal-repository',
];

/** The names in the tables. */
export const titles: Record<ContenderName, string> = {
  pg: 'pg by hand',
  'pg-isolated': 'pg by hand, same isolation',
  journal: 'this project, user scope on',
  'journal-plain': 'this project, plain transport',
  'journal-repository': 'this project, TypeORM repository',
  typeorm: 'TypeORM as usually written',
  'typeorm-insert': 'TypeORM insert(), stream()',
  drizzle: 'Drizzle',
  'drizzle-prepared': 'Drizzle prepared',
  kysely: 'Kysely',
  prisma: 'Prisma',
};

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

/** The one to whose rate the others are set in relation. */
export const measure: ContenderName = 'pg';

/** Those that work in the scope of a user, with a login that may do nothing else. */
export const scoped: readonly ContenderName[] = [
  'pg-isolated',
  'journal',
  'journal-plain',
  'journal-repository',
];

/** How the tables call them. */
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

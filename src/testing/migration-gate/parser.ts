import type { Node, RangeVar } from 'libpg-query';
import type * as LibPgQuery from 'libpg-query';

export type Parser = typeof LibPgQuery;

/**
 * Loads PostgreSQL's parser, an optional dependency.
 * @throws Error if libpg-query is not installed
 */
export async function loadParser(): Promise<Parser> {
  const parser = await import('libpg-query').catch((error: unknown) => {
    throw new Error(
      'checkMigrations needs PostgreSQL\'s parser: npm install --save-dev "libpg-query@^18.1.5".',
      {
        cause: error,
      },
    );
  });
  await parser.loadModule();
  return parser;
}

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type NodeOf<Kind extends KeyOf<Node>> = Extract<Node, Record<Kind, unknown>>[Kind];

/** All nodes of one kind in a tree. */
export function nodesOf<Kind extends KeyOf<Node>>(tree: unknown, kind: Kind): NodeOf<Kind>[] {
  return objectsIn(tree).flatMap((object) =>
    kind in object ? [(object as Record<Kind, NodeOf<Kind>>)[kind]] : [],
  );
}

/** All tables named in a tree. */
export function tablesIn(tree: unknown): RangeVar[] {
  return objectsIn(tree).filter(
    (object): object is RangeVar => 'relname' in object && 'relpersistence' in object,
  );
}

function objectsIn(tree: unknown): object[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return [
    ...(Array.isArray(tree) ? [] : [tree]),
    ...Object.values(tree as Record<string, unknown>).flatMap(objectsIn),
  ];
}

/** The parts of a name such as `public.journal`. */
export function namePartsOf(name: unknown): string[] {
  return nodesOf(name, 'String').flatMap(({ sval }) => (sval === undefined ? [] : [sval]));
}

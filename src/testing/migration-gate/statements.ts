import type * as LibPgQuery from 'libpg-query';
import type { Node, RangeVar } from 'libpg-query';
import type { Breach } from './problem.js';
import type { Snapshot, TableState } from './snapshot.js';

/** A statement of a migration. */
export interface Statement {
  /** With the comments before the statement. */
  source: string;
  /** Without comments. */
  text: string;
  /** The comments before the statement. */
  comments: string[];
  /** The statement itself, or the statements of a DO block. */
  units: Unit[];
  /** Why the gate cannot analyse the statement. */
  obscurity: Breach | null;
}

interface Unit {
  text: string;
  tree: Node;
}

/**
 * Parses the statements of one text.
 * @throws Error if libpg-query is not installed
 */
export async function readStatements(sql: string): Promise<Statement[]> {
  const parser = await loadParser();
  try {
    // The parser counts in bytes, and its statements begin after their comments.
    const bytes = Buffer.from(sql);
    let start = 0;
    return (parser.parseSync(sql).stmts ?? []).flatMap(
      ({ stmt, stmt_location: at = 0, stmt_len: length }) => {
        const end = length === undefined ? bytes.length : at + length;
        const text = bytes.subarray(start, end).toString().replace(/^;/, '');
        start = end;
        return stmt === undefined ? [] : [readStatement(parser, text, stmt)];
      },
    );
  } catch (error) {
    const reason = `PostgreSQL's parser refuses it: ${(error as Error).message}.`;
    return [{ source: sql, text: sql, comments: [], units: [], obscurity: { rule: 'unparsable', reason } }];
  }
}

function readStatement(parser: Parser, sql: string, tree: Node): Statement {
  const { text, comments } = withoutComments(parser, sql);
  const block = 'DoStmt' in tree ? unitsOfBlock(parser, text) : { units: [{ text, tree }], obscurity: null };
  return { source: sql, text, comments, ...block };
}

function withoutComments(parser: Parser, sql: string): Pick<Statement, 'text' | 'comments'> {
  const { tokens } = parser.scanSync(sql);
  const isComment = ({ tokenName }: { tokenName: string }) => /COMMENT$/.test(tokenName);
  const first = tokens.findIndex((token) => !isComment(token));
  const bytes = Buffer.from(sql);
  for (const { start, end } of tokens.filter(isComment)) bytes.fill(' ', start, end);
  return {
    text: bytes.toString().trim(),
    comments: tokens
      .slice(0, Math.max(0, first))
      .map(({ start, end }) => Buffer.from(sql).subarray(start, end).toString()),
  };
}

const opaque = {
  rule: 'opaque-block',
  reason:
    'The gate cannot analyse SQL that a block composes at run time. Send the statements from TypeScript.',
} as const;

function unitsOfBlock(parser: Parser, text: string): Pick<Statement, 'units' | 'obscurity'> {
  try {
    const body: unknown = parser.parsePlPgSQLSync(text);
    const units = valuesOf(body, 'PLpgSQL_expr').flatMap((expression) => {
      const { text } = withoutComments(parser, statementOf(expression as Expression));
      return (parser.parseSync(text).stmts ?? []).flatMap(({ stmt }) => (stmt ? [{ text, tree: stmt }] : []));
    });
    return { units, obscurity: valuesOf(body, 'PLpgSQL_stmt_dynexecute').length > 0 ? opaque : null };
  } catch {
    return { units: [], obscurity: opaque };
  }
}

/** SQL in a block. The modes are those of PostgreSQL's RawParseMode. */
interface Expression {
  query: string;
  /** 0: a statement; 2: an expression, such as a condition; from 3: an assignment. */
  parseMode: number;
}

function statementOf({ query, parseMode }: Expression): string {
  if (parseMode === 0) return query;
  return `SELECT ${parseMode < 3 ? query : query.replace(/^[^=]*=/, '')}`;
}

function valuesOf(tree: unknown, key: string): unknown[] {
  return objectsIn(tree).flatMap((object) => (key in object ? [Reflect.get(object, key) as unknown] : []));
}

type Parser = typeof LibPgQuery;

/**
 * Loads PostgreSQL's parser, an optional dependency.
 * @throws Error if libpg-query is not installed
 */
export async function loadParser(): Promise<Parser> {
  const parser = await import('libpg-query').catch((error: unknown) => {
    const advice = 'npm install --save-dev "libpg-query@^18.1.5"';
    throw new Error(`checkMigrations needs PostgreSQL's parser: ${advice}.`, { cause: error });
  });
  await parser.loadModule();
  return parser;
}

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type NodeOf<Kind extends KeyOf<Node>> = Extract<Node, Record<Kind, unknown>>[Kind];

/** All nodes of one kind in a tree. */
export function nodesOf<Kind extends KeyOf<Node>>(tree: unknown, kind: Kind): NodeOf<Kind>[] {
  return valuesOf(tree, kind) as NodeOf<Kind>[];
}

/** All tables named in a tree. */
function tablesIn(tree: unknown): RangeVar[] {
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

/** Input of a rule: one unit of a statement, and the state of the tables around it. */
export interface JudgedUnit extends Unit {
  before: Snapshot;
  after: Snapshot;
  /** Before the migration: no other session uses tables that the migration itself has created. */
  existing: Snapshot;
  isInTransaction: boolean;
}

/** The targets of a statement that existed before the migration; null for no table at all. */
export function existingTargets({ tree, existing }: JudgedUnit): TableState[] | null {
  return targetsOf(tree)?.flatMap((name) => find(existing, name)) ?? null;
}

/** All tables named in a tree that existed before the migration. */
export function existingTables(tree: unknown, existing: Snapshot): TableState[] {
  return tablesIn(tree).flatMap((table) => find(existing, nameOf(table)));
}

interface Name {
  schema?: string | undefined;
  name: string;
  isIndex?: boolean;
}

function find(relations: Snapshot, { schema, name, isIndex }: Name): TableState[] {
  return [...relations.values()].filter(
    (relation) =>
      (schema === undefined || relation.schema === schema) &&
      (isIndex ? relation.indexes.includes(name) : relation.name === name),
  );
}

function targetsOf(tree: Node): Name[] | null {
  if ('DropStmt' in tree) return droppedTargets(tree.DropStmt);
  if ('LockStmt' in tree) return tablesIn(tree.LockStmt.relations).map(nameOf);
  if ('TruncateStmt' in tree) return tablesIn(tree.TruncateStmt.relations).map(nameOf);
  if ('VacuumStmt' in tree) return tablesIn(tree.VacuumStmt.rels).map(nameOf);
  if ('GrantStmt' in tree) return grantTargets(tree.GrantStmt);
  const [statement] = Object.values(tree) as {
    relation?: RangeVar;
    table?: RangeVar;
    objtype?: string;
    renameType?: string;
  }[];
  const table = statement?.relation ?? statement?.table;
  if (table === undefined) return null;
  const isIndex =
    [statement?.objtype, statement?.renameType].includes('OBJECT_INDEX') ||
    ('ReindexStmt' in tree && nodesOf(tree, 'ReindexStmt')[0]?.kind === 'REINDEX_OBJECT_INDEX');
  return [{ ...nameOf(table), isIndex }];
}

/** Null for all tables of a schema, and for sequences, which a snapshot does not contain. */
function grantTargets({ objtype, targtype, objects }: NodeOf<'GrantStmt'>): Name[] | null {
  if (objtype !== 'OBJECT_TABLE' || targtype !== 'ACL_TARGET_OBJECT') return null;
  return tablesIn(objects).map(nameOf);
}

function droppedTargets({ objects = [], removeType = 'OBJECT_TYPE' }: NodeOf<'DropStmt'>): Name[] | null {
  const parts = objects.map(namePartsOf);
  if (/^OBJECT_(TABLE|VIEW|MATVIEW|FOREIGN_TABLE)$/.test(removeType)) return parts.map(qualified);
  if (removeType === 'OBJECT_INDEX') return parts.map((names) => ({ ...qualified(names), isIndex: true }));
  const isOfTable = /^OBJECT_(POLICY|TRIGGER|RULE)$/.test(removeType);
  return isOfTable ? parts.map((names) => qualified(names.slice(0, -1))) : null;
}

function qualified(names: readonly string[]): Name {
  return { schema: names.at(-2), name: names.at(-1) ?? '' };
}

function nameOf({ schemaname, relname = '' }: RangeVar): Name {
  return { schema: schemaname, name: relname };
}

import type { Node } from 'libpg-query';
import type { Parser } from './parser.js';

/** A statement of a migration. */
export interface Statement {
  /** Without comments. */
  text: string;
  /** The comments before the statement. */
  comments: string[];
  /** The statement itself, or the statements of a DO block. */
  units: Unit[];
  /** Why the gate cannot analyse the statement. */
  obscurity: { rule: 'unparsable' | 'opaque-block'; reason: string } | null;
}

export interface Unit {
  text: string;
  tree: Node;
}

/** Parses the statements of one text. */
export function readStatements(parser: Parser, sql: string): Statement[] {
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
    return [{ text: sql, comments: [], units: [], obscurity: { rule: 'unparsable', reason } }];
  }
}

function readStatement(parser: Parser, sql: string, tree: Node): Statement {
  const { text, comments } = withoutComments(parser, sql);
  const block = 'DoStmt' in tree ? unitsOfBlock(parser, text) : { units: [{ text, tree }], obscurity: null };
  return { text, comments, ...block };
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
      const { query, parseMode } = expression as { query: string; parseMode: number };
      // Mode 0 is a statement; other modes are expressions, such as conditions.
      if (parseMode !== 0) return [];
      return (parser.parseSync(query).stmts ?? []).flatMap(({ stmt }) =>
        stmt ? [{ text: query, tree: stmt }] : [],
      );
    });
    return { units, obscurity: valuesOf(body, 'PLpgSQL_stmt_dynexecute').length > 0 ? opaque : null };
  } catch {
    return { units: [], obscurity: opaque };
  }
}

function valuesOf(tree: unknown, key: string): unknown[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(value, key),
  ]);
}

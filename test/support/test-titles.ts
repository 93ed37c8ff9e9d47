import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The string literals of a test file: titles, and names of table cases. */
export function literalsOf(path: string): Set<string> {
  const literals = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  return literals;
}

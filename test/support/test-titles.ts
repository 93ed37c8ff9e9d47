import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** The texts that stand literally in a file of tests: titles, and names of cases in its tables. */
export function literalsOf(path: string): Set<string> {
  const literals = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  return literals;
}

import { resolve } from 'node:path';
import ts from 'typescript';

/**
 * Compiles source texts at the given paths of this repository, with the compiler options of its
 * tests.
 *
 * @returns the compiler's error messages for each path
 */
export function compile(texts: Readonly<Record<string, string>>): Record<string, string[]> {
  const files = new Map(Object.entries(texts).map(([path, text]) => [resolve(path), text]));
  const options = optionsOfTests();
  const host = ts.createCompilerHost(options);
  const original = { ...host };
  host.fileExists = (path) => files.has(path) || original.fileExists(path);
  host.readFile = (path) => files.get(path) ?? original.readFile(path);
  host.getSourceFile = (path, languageVersion) => {
    const text = files.get(path);
    return text === undefined
      ? original.getSourceFile(path, languageVersion)
      : ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const wrongIn = (path: string) => {
    const source = program.getSourceFile(resolve(path));
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  };
  return Object.fromEntries(Object.keys(texts).map((path) => [path, wrongIn(path)]));
}

function optionsOfTests(): ts.CompilerOptions {
  const path = resolve('test', 'tsconfig.json');
  const read = (file: string) => ts.sys.readFile(file);
  const { config } = ts.readConfigFile(path, read) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, ts.sys, resolve('test')).options;
}

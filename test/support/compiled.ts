import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type ts from 'typescript';

const repository = resolve(import.meta.dirname, '..', '..');

/**
 * Compiles the package and the test programs that run in separate processes. The output folder
 * mirrors the repository. The first test file that needs the folder builds it for the whole run;
 * the global teardown deletes it.
 * The folder is inside the package, because programs read the package's version from its
 * package.json. It is outside `node_modules`, where Node would not treat the files as ESM.
 *
 * @returns the path of the folder
 */
export async function compiledRepository(): Promise<string> {
  const folder = compiledFolder();
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  // Some programs run as another operating system user.
  await chmod(unfinished, 0o755);
  await compileInto(unfinished);
  // If two workers compile at the same time, the second one uses the folder of the first.
  await rename(unfinished, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error;
    await rm(unfinished, { recursive: true });
  });
  return folder;
}

function compiledFolder(): string {
  return join(repository, '.data', `compiled-${process.env['TEST_DATABASE_RUN'] ?? process.pid}`);
}

async function compileInto(folder: string): Promise<void> {
  // Most test files find the folder compiled, and need no compiler.
  const { default: compiler } = await import('typescript');
  const options = compilerOptions(compiler);
  const found = await Promise.all(
    ['src', 'test'].map(async (root) =>
      (await readdir(join(repository, root), { recursive: true })).map((name) => join(root, name)),
    ),
  );
  const sources = found.flat().filter((path) => /(?<!\.spec|\.d)\.ts$/.test(path));
  for (const path of ['ormconfig.ts', ...sources]) {
    const text = await readFile(join(repository, path), 'utf8');
    const { outputText } = compiler.transpileModule(text, { compilerOptions: options, fileName: path });
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
}

function compilerOptions(compiler: typeof ts): ts.CompilerOptions {
  const read = (path: string) => compiler.sys.readFile(path);
  const { config } = compiler.readConfigFile(join(repository, 'tsconfig.json'), read) as { config: unknown };
  const { options } = compiler.parseJsonConfigFileContent(config, compiler.sys, repository);
  return { ...options, module: compiler.ModuleKind.ESNext };
}

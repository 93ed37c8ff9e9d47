import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const repository = resolve(import.meta.dirname, '..', '..');

/**
 * The package, and what tests run in processes of their own, compiled to JavaScript in a folder
 * that mirrors the repository. The first test file that needs it compiles it for the whole run; the
 * global teardown deletes it.
 *
 * The folder lies within the package, by whose name programs find their version. It is not below
 * `node_modules`, where Node would not take the files for ESM.
 *
 * @returns the path of the folder
 */
export async function compiledRepository(): Promise<string> {
  const folder = compiledFolder();
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  // Some programs run as another user.
  await chmod(unfinished, 0o755);
  await compileInto(unfinished);
  // Of two workers that compile at once, the second finds the folder of the first.
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
  const options = compilerOptions();
  const found = await Promise.all(
    ['src', 'test'].map(async (root) =>
      (await readdir(join(repository, root), { recursive: true })).map((name) => join(root, name)),
    ),
  );
  const sources = found.flat().filter((path) => /(?<!\.spec|\.d)\.ts$/.test(path));
  for (const path of ['ormconfig.ts', ...sources]) {
    const text = await readFile(join(repository, path), 'utf8');
    const { outputText } = ts.transpileModule(text, { compilerOptions: options, fileName: path });
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
}

function compilerOptions(): ts.CompilerOptions {
  const read = (path: string) => ts.sys.readFile(path);
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.json'), read) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository);
  return { ...options, module: ts.ModuleKind.ESNext };
}

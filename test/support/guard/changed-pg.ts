import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import type { Edit } from './changes.js';

const repository = resolve(import.meta.dirname, '..', '..', '..');
const program = join('test', 'support', 'guard', 'program');
/** Folders of `src` that the program does not load. */
const unused = /^(cli|embedded|testing)\//;

/** The version that a changed copy of pg has. */
export const changedVersion = '8.99.0';

/**
 * The program and the package, compiled. Each copy of it has a changed pg of its own, and shares
 * all other installed packages.
 */
export class CompiledProgram {
  private constructor(private readonly folder: string) {}

  static async compile(): Promise<CompiledProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'changed-pg-'));
    const options = compilerOptions();
    const sources = (await readdir(join(repository, 'src'), { recursive: true })).filter(
      (path) => path.endsWith('.ts') && !unused.test(path),
    );
    for (const path of [...sources.map((name) => join('src', name)), `${program}.ts`]) {
      const text = await readFile(join(repository, path), 'utf8');
      const { outputText } = ts.transpileModule(text, { compilerOptions: options, fileName: path });
      await write(join(folder, 'compiled', path.replace(/\.ts$/, '.js')), outputText);
    }
    await write(join(folder, 'compiled', 'package.json'), '{ "type": "module" }');
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    return new CompiledProgram(folder);
  }

  /**
   * Copies it, with a copy of pg that is changed.
   *
   * @returns the path of the program
   */
  async withChangedPg(name: string, edits: readonly Edit[]): Promise<string> {
    const copy = join(this.folder, name);
    await cp(join(this.folder, 'compiled'), copy, { recursive: true });
    const pg = join(copy, 'node_modules', 'pg');
    await cp(join(repository, 'node_modules', 'pg'), pg, { recursive: true });
    const lib = join(pg, 'lib');
    const names = (await readdir(lib)).filter((file) => file.endsWith('.js'));
    for (const [n, { file, from, to }] of edits.entries()) {
      let isChanged = false;
      for (const path of (file === undefined ? names : [file]).map((each) => join(lib, each))) {
        const before = await readFile(path, 'utf8');
        const after = before.replace(from, to);
        if (after !== before) await writeFile(path, after);
        isChanged ||= after !== before;
      }
      if (!isChanged) throw new Error(`pg has no such text any more, adapt edit ${n}: ${String(from)}`);
    }
    const manifest = JSON.parse(await readFile(join(pg, 'package.json'), 'utf8')) as object;
    await writeFile(join(pg, 'package.json'), JSON.stringify({ ...manifest, version: changedVersion }));
    return join(copy, `${program}.js`);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function compilerOptions(): ts.CompilerOptions {
  const read = (path: string) => ts.sys.readFile(path);
  const { config } = ts.readConfigFile(join(repository, 'tsconfig.json'), read) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repository);
  return { ...options, module: ts.ModuleKind.ESNext };
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

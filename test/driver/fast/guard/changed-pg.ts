import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compiledRepository } from '../../../support/compiled.js';
import type { Edit } from './changes.js';

const repository = resolve(import.meta.dirname, '..', '..', '..', '..');
const guard = join('test', 'driver', 'fast', 'guard');
/** Folders of `src` that the test program does not load. */
const unused = /\/src\/(cli|embedded|testing)$/;

/** The version of each modified copy of pg. */
export const changedVersion = '8.99.0';

/**
 * The test program and the package, compiled. Each copy has its own modified pg and shares all
 * other installed packages.
 */
export class CompiledProgram {
  private constructor(
    private readonly compiled: string,
    private readonly folder: string,
  ) {}

  static async compile(): Promise<CompiledProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'changed-pg-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    return new CompiledProgram(await compiledRepository(), folder);
  }

  /** The program that runs the copies. */
  get runner(): string {
    return join(this.compiled, guard, 'runner.js');
  }

  /**
   * Copies the program together with a modified pg.
   *
   * @returns the path of the copied program
   */
  async withChangedPg(name: string, edits: readonly Edit[]): Promise<string> {
    const copy = join(this.folder, name);
    const filter = (path: string) => !unused.test(path);
    for (const part of ['src', guard])
      await cp(join(this.compiled, part), join(copy, part), { recursive: true, filter });
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
    return join(copy, guard, 'program.js');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { succeed } from './run-command.js';

const repository = resolve(import.meta.dirname, '..', '..');

/**
 * Copies the files of this repository, including uncommitted changes. The copy shares the installed
 * packages.
 */
export async function copyRepository(target: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await succeed('git', list, { cwd: repository });
  for (const file of stdout.split('\0').filter(Boolean)) {
    if (!existsSync(join(repository, file))) continue;
    await mkdir(dirname(join(target, file)), { recursive: true });
    await copyFile(join(repository, file), join(target, file));
  }
  await symlink(join(repository, 'node_modules'), join(target, 'node_modules'));
}

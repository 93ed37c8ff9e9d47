import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExportFileError } from '../../../src/index.js';
import { writeWholeFile } from '../../../src/portability/export/whole-file.js';
import { LegacyFolder } from '../../support/legacy-journals.js';

const files = new LegacyFolder();
let made = 0;
let file: string;

beforeEach(async () => {
  made += 1;
  const folder = files.path(`folder-${made}`);
  await mkdir(folder);
  file = join(folder, 'journal.json');
});

const text = (chunks: Iterable<string>) => (destination: Writable) =>
  pipeline(Readable.from(chunks), destination);
const names = () => readdir(dirname(file));

describe('A file that is written completely or not at all', () => {
  it('appears when it is complete, for its owner only, without temporary files', async () => {
    const seen: string[][] = [];
    await writeWholeFile(file, {}, async (destination) => {
      destination.write('half');
      seen.push(await names());
      await text([' and half'])(destination);
    });

    expect(seen).toEqual([[expect.stringMatching(/^\.journal-export-.*\.partial$/)]]);
    expect(await names()).toEqual(['journal.json']);
    expect(await readFile(file, 'utf8')).toBe('half and half');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each([true, false])(
    'is not created if the work fails, and nothing is replaced (overwrite: %p)',
    async (there) => {
      if (there) await writeFile(file, 'before');
      const work = writeWholeFile(file, { overwrite: there }, async (destination) => {
        destination.write('half');
        await Promise.reject(new RangeError('no more'));
      });

      await expect(work).rejects.toThrow(RangeError);
      expect(await names()).toEqual(there ? ['journal.json'] : []);
      if (there) expect(await readFile(file, 'utf8')).toBe('before');
    },
  );

  it('replaces a file only with overwrite', async () => {
    await writeFile(file, 'before');
    await expect(writeWholeFile(file, {}, text(['after']))).rejects.toThrow(/exists already.*--force/);
    expect(await readFile(file, 'utf8')).toBe('before');

    await writeWholeFile(file, { overwrite: true }, text(['after']));
    expect(await readFile(file, 'utf8')).toBe('after');
    expect(await names()).toEqual(['journal.json']);
  });

  it('does not replace a file that was created during the work', async () => {
    const work = writeWholeFile(file, {}, async (destination) => {
      await writeFile(file, 'somebody else');
      await text(['mine'])(destination);
    });

    await expect(work).rejects.toThrow(/exists already/);
    expect(await readFile(file, 'utf8')).toBe('somebody else');
    expect(await names()).toEqual(['journal.json']);
  });

  it.each([
    ['a folder', () => dirname(file), /is a folder/],
    [
      'in a folder that does not exist',
      () => join(dirname(file), 'nowhere', 'x'),
      /folder that does not exist/,
    ],
    ['below a file', () => join(file, 'x'), /parent that is not a folder/],
    ['a device', () => join(dirname(file), 'null'), /not a regular file/],
    ['a name that is too long', () => join(dirname(file), 'x'.repeat(300)), /ENAMETOOLONG/],
  ])('is refused with either overwrite option: %s', async (_, path, message) => {
    await writeFile(file, '');
    await symlink('/dev/null', join(dirname(file), 'null'));
    for (const overwrite of [false, true]) {
      const work = writeWholeFile(path(), { overwrite }, text(['x']));
      await expect(work).rejects.toThrow(ExportFileError);
      await expect(work).rejects.toThrow(message);
    }
    expect((await names()).sort()).toEqual(['journal.json', 'null']);
    expect(await readFile(file, 'utf8')).toBe('');
  });

  it('is refused before the work if its name is a link to a missing file', async () => {
    await symlink('missing', file);
    const work = jest.fn(text(['x']));
    await expect(writeWholeFile(file, {}, work)).rejects.toThrow(/exists already/);
    expect(work).not.toHaveBeenCalled();
  });

  (process.getuid?.() === 0 ? it.skip : it)('is refused where this user may not write', async () => {
    await chmod(dirname(file), 0o500);
    await expect(writeWholeFile(file, {}, text(['x']))).rejects.toThrow(/may not be written by this user/);
  });
});

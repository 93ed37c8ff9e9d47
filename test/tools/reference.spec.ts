// @slow: runs TypeDoc
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { runCommand } from '../support/run-command.js';

const tsx = resolve('node_modules/.bin/tsx');

it('the committed reference of errors and of the API equals the generated reference', async () => {
  const { code, stdout, stderr } = await runCommand(tsx, ['tools/generate-reference.ts', '--check'], {
    cwd: process.cwd(),
  });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
});

// Builds the project, generates Prisma's client and compiles the benchmark.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const bench = resolve(import.meta.dirname, '..');
const project = resolve(bench, '..');

function run(command, args, options) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: bench,
    encoding: 'utf8',
    ...options,
  });
  return { ok: status === 0, output: error ? error.message : `${stdout}${stderr}` };
}

function must(command, args, options) {
  const { ok, output } = run(command, args, options);
  if (ok) return;
  console.error(`${command} ${args.join(' ')} failed:\n${output}`);
  process.exit(1);
}

if (!existsSync(resolve(project, 'node_modules'))) must('npm', ['ci'], { cwd: project });
must('npm', ['run', 'build'], { cwd: project });

// Generating needs no engine, but Prisma would download one.
const engine = existsSync('/bin/true') ? { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' } : {};
const generated = run(resolve(bench, 'node_modules/.bin/prisma'), ['generate'], {
  env: { ...engine, ...process.env },
});
if (!generated.ok)
  console.error(`Prisma's client cannot be generated, so Prisma is left out:\n${generated.output}`);

const tsc = resolve(project, 'node_modules/.bin/tsc');
// The figures are compared with the oracles of the tests.
must(tsc, ['-p', 'tsconfig.oracles.json']);
const compiled = run(tsc, []);
// Without its client, Prisma's contender alone has errors of type; it is compiled all the same, and left out at run time.
const unexpected = generated.ok
  ? compiled.output
  : compiled.output.replaceAll(/^src\/contenders\/prisma\.ts.*\n/gm, '');
if (!compiled.ok && unexpected.trim() !== '') {
  console.error(compiled.output);
  process.exit(1);
}

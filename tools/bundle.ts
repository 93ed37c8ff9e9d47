// Replaces the compiled modules in `dist` by a file per entry point and the chunks that they share.
// Node needs longer to find, read and link the modules than to run them. The declarations stay.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { rollup } from 'rollup';

const input = {
  ormconfig: 'dist/ormconfig.js',
  'src/index': 'dist/src/index.js',
  'src/trades/index': 'dist/src/trades/index.js',
  'src/testing/index': 'dist/src/testing/index.js',
  'src/schema/index': 'dist/src/schema/index.js',
  'src/openapi/index': 'dist/src/openapi/index.js',
  'src/cli/main': 'dist/src/cli/main.js',
  // The reader process. A chunk in `dist/src` forks `./main.js`, so this file stands in `dist/src`.
  'src/main': 'dist/src/browser/import/reader/main.js',
  // The benchmark imports these.
  'src/embedded/embedded-postgres': 'dist/src/embedded/embedded-postgres.js',
  'src/embedded/ending-signals': 'dist/src/embedded/ending-signals.js',
};

/** Rollup does not look for the maps of the compiler, which lead to the sources. */
const compiled = {
  name: 'compiled',
  load: (path: string) => {
    const map = `${path}.map`;
    if (!existsSync(map)) return null;
    return { code: readFileSync(path, 'utf8'), map: readFileSync(map, 'utf8') };
  },
};

const classes = classNames();
const bundle = await rollup({
  input,
  external: (name) => !name.startsWith('.') && !isAbsolute(name),
  plugins: [compiled],
  onwarn: ({ code, message }) => {
    // The compiler's helpers of decorators begin with `this && this.__decorate`.
    if (code !== 'THIS_IS_UNDEFINED') throw new Error(message);
  },
});
const { output } = await bundle.write({
  dir: 'dist',
  format: 'es',
  chunkFileNames: 'src/[name].js',
  sourcemap: true,
  // The package contains the sources.
  sourcemapExcludeSources: true,
});
await bundle.close();

const written = new Set(output.map(({ fileName }) => fileName));
for (const path of readdirSync('dist', { recursive: true, encoding: 'utf8' }))
  if (/\.js(\.map)?$/.test(path) && !written.has(path.replaceAll('\\', '/'))) rmSync(join('dist', path));

// TypeORM, NestJS and errors show the names of classes. If two classes of a chunk have the same
// name, Rollup renames one of them.
const renamed = classNames().filter((name) => !classes.includes(name));
if (renamed.length > 0) throw new Error(`The bundle renames classes: ${renamed.join(', ')}.`);

function classNames(): string[] {
  const scripts = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.js'),
  );
  return scripts.flatMap((path) => {
    const found = readFileSync(join('dist', path), 'utf8').matchAll(/\bclass ([\w$]+) (?:extends|\{)/g);
    return [...found].map(([, name = '']) => name);
  });
}

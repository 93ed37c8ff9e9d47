import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { layersRule } from './tools/lint-layers.js';

/**
 * The layers of `src`. A file imports from its own layer and from the layers above it in this list,
 * never from one below.
 */
const layers = [
  'src/model',
  'src/config',
  'src/driver/contract',
  'src/driver/failures',
  'src/driver/plain',
  'src/driver/fast',
  'src/driver',
  'src/driver/statements',
  'src/isolation',
  'src/schema',
  'src/isolation/privilege-check',
  'src/users',
  'src/accounts',
  'src/journal',
  'src/figures',
  'src/trades',
  'src/migrations/lock',
  'src/migrations/steps',
  'src/migrations',
  'src/schema/catalog',
  'src/schema/drift',
  'src/schema/status',
  'src/browser/format',
  'src/browser/figures',
  'src/browser/export',
  'src/browser/import/read',
  'src/browser/import/report',
  'src/browser/import/convert',
  'src/browser/import/local-storage',
  'src/browser/import/check',
  'src/browser/import/reader',
  'src/browser/import/merge',
  'src/browser/import',
  'src/portability/export',
  'src/portability/deletion',
  'src/openapi',
  'src/data-source',
  'src/database.module.ts',
  'src/deprecated.ts',
  'src/index.ts',
  'src/embedded',
  'src/testing/server',
  'src/testing/samples',
  'src/testing/browser',
  'src/testing/migration-gate',
  'src/testing',
  'src/cli',
];

/**
 * The folders that may use pg: the driver, and by its documented interface what starts servers for
 * tests.
 */
const usersOfPg = ['src/driver/**', 'src/embedded/**', 'src/testing/**'];

export default tseslint.config(
  // The benchmark's libraries are installed in its own folder only, and it has a configuration
  // there.
  { ignores: ['dist', 'coverage', 'node_modules', '.data', 'bench'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ['./test/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-control-regex': 'off',
      // Prettier breaks code, and leaves comments alone.
      'max-len': ['error', { code: 1000, comments: 100, ignoreUrls: true }],
    },
  },
  {
    files: ['src/**'],
    plugins: { project: { rules: { layers: layersRule } } },
    rules: { 'project/layers': ['error', layers] },
  },
  {
    files: ['src/**'],
    ignores: usersOfPg,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['pg', 'pg-pool', 'pg-protocol'].map((name) => ({
            name,
            message: 'Only src/driver knows pg.',
          })),
          patterns: [
            { group: ['pg/*', 'pg-pool/*', 'pg-protocol/*'], message: 'Only src/driver knows pg.' },
            {
              group: ['typeorm/driver/*'],
              message: "Only src/driver knows TypeORM's PostgreSQL driver.",
            },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        ...['master', 'databaseConnection', 'connectedQueryRunners', 'transactionDepth'].map((property) => ({
          property,
          message: "Only src/driver knows TypeORM's PostgreSQL driver.",
        })),
      ],
    },
  },
  {
    // Every text is printed by a function that makes its control characters visible.
    files: ['src/cli/**'],
    ignores: ['src/cli/printing.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // Written by `npm run schema:generate`.
    files: ['src/schema/rows.ts', 'src/schema/expected-schema.ts'],
    rules: { 'max-len': 'off' },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: { process: 'readonly', require: 'readonly', module: 'writable' },
      parserOptions: { project: null },
    },
  },
);

import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

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
    files: ['**/*.js'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: { process: 'readonly' }, parserOptions: { project: null } },
  },
);

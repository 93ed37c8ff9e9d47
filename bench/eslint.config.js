import project from '../eslint.config.js';

/** The rules of the project, with the types of this package; the project itself leaves this folder out. */
export default [
  { ignores: ['dist', 'scripts', 'eslint.config.js'] },
  ...project.filter(({ ignores, ...rest }) => ignores === undefined || Object.keys(rest).length > 0),
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    // Contenders use pg in their own way, and the layers are those of the package.
    rules: { 'no-restricted-imports': 'off', 'project/layers': 'off' },
  },
];

/** The command of the migrations, for error messages. */
export const howToMigrate =
  '`npx typeorm migration:run -d node_modules/trading-journal-database/dist/ormconfig.js` (an application with migrations ' +
  'of its own gives its DataSource after `-d`)';

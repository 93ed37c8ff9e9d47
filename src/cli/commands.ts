/** The programs of the commands: TypeORM, NestJS, and all that only a running command needs. */
export { deleteUser } from './delete-user.command.js';
export { demo } from './demo.command.js';
export { exportFile } from './export.command.js';
export { reportFailure } from './failure.js';
export { importFile } from './import.command.js';
export { runWithDatabase } from './run.command.js';
export { seed } from './seed.command.js';
export { schemaStatus } from './status.command.js';

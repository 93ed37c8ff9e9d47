export * from './journal-database.error.js';
export * from './connection.errors.js';
export * from './privilege.errors.js';
export * from './scope.errors.js';
export * from './user.errors.js';
export * from './input.errors.js';
export * from './account.errors.js';
export * from './entry.errors.js';

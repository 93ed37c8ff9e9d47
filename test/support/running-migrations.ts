import { randomBytes } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { MigrationClass } from '../../src/index.js';

/** A migration that runs these statements, with `outside` outside of a transaction. */
export function migrationOf(
  statements: readonly string[],
  { undo = [], outside = false }: { undo?: readonly string[]; outside?: boolean } = {},
): MigrationClass {
  const name = `Statements${randomBytes(6).toString('hex')}20990202000000`;
  return class implements MigrationInterface {
    name = name;
    transaction = outside ? false : undefined;

    async up(queryRunner: QueryRunner): Promise<void> {
      for (const statement of statements) await queryRunner.query(statement);
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      for (const statement of undo) await queryRunner.query(statement);
    }
  };
}

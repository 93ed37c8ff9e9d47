import type { QueryRunner } from 'typeorm';
import { readPrivileges } from '../../isolation/privilege-check/privilege-facts.js';
import { relationFindings } from '../../isolation/privilege-check/relation-findings.js';
import { problemOf } from './problem.js';
import type { MigrationProblem } from './problem.js';

/**
 * Reports tables and views whose rows every user reaches, after all migrations. The check at
 * start reports them too, but stops only the start in production, after the migrations have run.
 */
export async function findOpenRelations(queryRunner: QueryRunner): Promise<MigrationProblem[]> {
  const findings = relationFindings(await readPrivileges(queryRunner));
  return findings
    .filter(({ code }) => code === 'RLS_OFF' || code === 'OPEN_VIEW')
    .map(({ message, remedy }) =>
      problemOf('All, up', 'open-to-all-users', `${message} Send in the migration: ${remedy}`),
    );
}

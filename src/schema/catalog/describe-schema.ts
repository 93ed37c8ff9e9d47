import { readColumns } from './columns.js';
import { readConstraints } from './constraints.js';
import { readGrants } from './grants.js';
import { readIndexes } from './indexes.js';
import { readPolicies } from './policies.js';
import { listFunctions, readFunctions, readRules, readTriggers } from './programs.js';
import { ofRelation } from './query.js';
import type { Query } from './query.js';
import { listRelations, readRelations } from './relations.js';
import { readRoles } from './roles.js';
import type { SchemaDescription } from '../schema-description.js';

/** What is described: the package's own, beside which a database may hold an application's. */
export interface SchemaNames {
  relations: readonly string[];
  functions: readonly string[];
}

/**
 * Reads from the catalog what stands in a database under these names, and what touches it:
 * triggers, policies, indexes and columns that somebody has added. It needs no privilege, and reads
 * no row of anybody's.
 */
export async function describeSchema(query: Query, names: SchemaNames): Promise<SchemaDescription> {
  const relations = await readRelations(query, names.relations);
  const ids = relations.map(({ oid }) => oid);
  const columns = await readColumns(query, ids);
  const constraints = await readConstraints(query, ids);
  const indexes = await readIndexes(query, ids);
  const policies = await readPolicies(query, ids);
  const triggers = await readTriggers(query, ids);
  const rules = await readRules(query, ids);
  const grants = await readGrants(query, ids);
  return {
    roles: await readRoles(query),
    relations: relations.map(({ oid: _, ...relation }) => ({
      ...relation,
      columns: ofRelation(columns, relation.name),
      constraints: ofRelation(constraints, relation.name),
      indexes: ofRelation(indexes, relation.name),
      policies: ofRelation(policies, relation.name),
      triggers: ofRelation(triggers, relation.name),
      rules: ofRelation(rules, relation.name),
      grants: ofRelation(grants, relation.name),
    })),
    functions: await readFunctions(query, names.functions),
  };
}

/**
 * The names of everything in the schema of a database that holds nothing but this package's
 * migrations.
 */
export async function namesInSchema(query: Query): Promise<SchemaNames> {
  return { relations: await listRelations(query, 'migrations'), functions: await listFunctions(query) };
}

/** The names in a description. */
export function namesOf({ relations, functions }: SchemaDescription): SchemaNames {
  return { relations: relations.map(({ name }) => name), functions: functions.map(({ name }) => name) };
}

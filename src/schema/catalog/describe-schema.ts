import { readColumns } from './columns.js';
import { readConstraints } from './constraints.js';
import { readGrants, readPolicies, readRoles } from './grants.js';
import { readIndexes } from './indexes.js';
import { listFunctions, readFunctions, readRules, readTriggers } from './programs.js';
import { ofRelation } from './query.js';
import type { Query } from './query.js';
import { listRelations, readRelations } from './relations.js';
import type { SchemaDescription } from '../schema-description.js';

/** The objects to describe. A database can also contain objects of the application. */
export interface SchemaNames {
  relations: readonly string[];
  functions: readonly string[];
}

/**
 * Reads the named objects from the catalog, with everything that was added to them: columns,
 * indexes, policies, triggers. Needs no privilege on the tables, and reads none of their rows.
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

/** The names of all objects in a database that contains only this package's migrations. */
export async function namesInSchema(query: Query): Promise<SchemaNames> {
  return { relations: await listRelations(query, 'migrations'), functions: await listFunctions(query) };
}

export function namesOf({ relations, functions }: SchemaDescription): SchemaNames {
  return { relations: relations.map(({ name }) => name), functions: functions.map(({ name }) => name) };
}

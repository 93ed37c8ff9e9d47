import { z } from 'zod';
import { accountClosing, accountFilter, accountName, newAccount } from '../accounts/new-account.js';
import { newUser, userChanges } from '../users/new-user.js';
import { entryStatuses, journalFilter } from '../journal/journal-filter.js';
import { numberedPageRequest, pageRequest } from '../journal/journal-page.js';
import { entryChanges } from '../journal/entry-edit.js';
import { newEntry } from '../journal/new-entry.js';
import { entryTypes } from '../model/entry-type.js';
import { entryColumns, type EntryKind } from '../model/entry-column.js';
import { subscriptionTiers } from '../model/subscription-tier.js';
import * as templates from '../trades/index.js';
import { rulesOf } from '../trades/template.js';
import { figures, count, day, decimal, decimalPattern, instant, anyDecimal, uuid } from './figure-schemas.js';

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown>;

/** The dialect of JSON Schema: of OpenAPI 3.0, the default of `@nestjs/swagger`, or of 3.1. */
export type SchemaTarget = 'openapi-3.0' | 'openapi-3.1';

/** The values of a column as JSON. */
const values: Readonly<Record<EntryKind, z.ZodType>> = {
  key: z.string(),
  text: z.string(),
  entryType: z.enum(entryTypes),
  amount: decimal,
  quantity: decimal,
  positive: decimal,
  fraction: decimal,
  ratio: z.int(),
  flag: z.boolean(),
  instant,
  day,
  object: z.record(z.string(), z.unknown()),
  order: z.string(),
};

const journalEntry = z.object({
  userId: uuid,
  ...Object.fromEntries(
    entryColumns.map(({ property, kind, isNullable }) => [
      property,
      isNullable ? values[kind].nullable() : values[kind],
    ]),
  ),
});

const account = z.object({
  userId: uuid,
  id: z.string(),
  name: z.string(),
  closedAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
});

const user = z.object({
  id: uuid,
  email: z.string(),
  subscriptionTier: z.enum(subscriptionTiers),
  createdAt: instant,
  updatedAt: instant,
});

const schemas = {
  NewEntry: newEntry,
  EntryChanges: entryChanges,
  JournalFilter: journalFilter,
  PageRequest: pageRequest,
  NumberedPageRequest: numberedPageRequest,
  NewAccount: newAccount,
  AccountName: accountName,
  AccountFilter: accountFilter,
  AccountClosing: accountClosing,
  NewUser: newUser,
  UserChanges: userChanges,
  JournalEntry: journalEntry,
  JournalPage: z.object({ entries: z.array(journalEntry), next: z.string().nullable() }),
  NumberedPage: z.object({ items: z.array(journalEntry), total: count, page: count, pages: count }),
  JournalTotals: z.object({ count, inflow: anyDecimal, outflow: anyDecimal, net: anyDecimal }),
  EntryStatus: z.enum(entryStatuses),
  Account: account,
  User: user,
} as const;

/** The name of a schema of `journalSchemas()`. */
export type SchemaName = keyof typeof schemas;

/** The name of a schema of `figureSchemas()`. */
export type FigureSchemaName = keyof typeof figures;

/** The name of a template of `trading-journal-database/trades`. */
export type TemplateName = keyof typeof templates;

/**
 * Returns the JSON Schemas of the requests and responses of the repositories, by name, as
 * `components.schemas` of an OpenAPI document. Instants are texts with the format `date-time`,
 * because JSON has no dates; decimals are texts.
 *
 * @param target the dialect; `openapi-3.0` by default
 * @example
 * const document = SwaggerModule.createDocument(app, config);
 * document.components = { schemas: { ...document.components?.schemas, ...journalSchemas() } };
 */
export function journalSchemas(target: SchemaTarget = 'openapi-3.0'): Record<SchemaName, JsonSchema> {
  return generated(schemas, target);
}

/**
 * Returns the JSON Schemas of the read models, by type name: each request, and one row of each
 * result. A result is an array of rows. Decimals, days (`date`) and instants (`date-time`) are
 * texts.
 *
 * @param target the dialect; `openapi-3.0` by default
 * @example
 * document.components = { schemas: { ...document.components?.schemas, ...figureSchemas() } };
 * const response = { type: 'array', items: schemaRef('RealisedProfit') };
 */
export function figureSchemas(target: SchemaTarget = 'openapi-3.0'): Record<FigureSchemaName, JsonSchema> {
  return generated(figures, target);
}

/**
 * Returns the JSON Schemas of the arguments of the templates, by the names of the templates.
 * Add the schemas that your application needs to `components.schemas`. Decimals and instants are
 * texts.
 *
 * @param target the dialect; `openapi-3.0` by default
 * @example
 * const { sellPut, roll } = tradeSchemas();
 * document.components = { schemas: { ...document.components?.schemas, sellPut, roll } };
 */
export function tradeSchemas(target: SchemaTarget = 'openapi-3.0'): Record<TemplateName, JsonSchema> {
  // A rule that several templates share would become a reference to the schema of one of them.
  const alone = Object.entries(templates).map(([name, template]) => [
    name,
    generated({ [name]: rulesOf(template) }, target)[name],
  ]);
  return Object.fromEntries(alone) as Record<TemplateName, JsonSchema>;
}

function generated<Name extends string>(
  rules: Readonly<Record<Name, z.ZodType>>,
  target: SchemaTarget,
): Record<Name, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries<z.ZodType>(rules)) registry.add(schema, { id });
  const { schemas: written } = z.toJSONSchema(registry, {
    target: target === 'openapi-3.0' ? target : 'draft-2020-12',
    uri: pathOf,
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { type } = zodSchema._zod.def;
      if (type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      // OpenAPI 3.0 allows null only if `enum` lists null, even with `nullable: true`.
      if (jsonSchema.nullable === true && jsonSchema.enum) jsonSchema.enum = [...jsonSchema.enum, null];
      // The format says it.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // The only custom rule without a type of its own is the one of decimals.
      if (type === 'custom' && jsonSchema.type === undefined)
        Object.assign(jsonSchema, { type: 'string', pattern: decimalPattern });
    },
  });
  const withoutIds = Object.entries(written).map(([name, { $id: _, $schema: __, ...schema }]) => [
    name,
    schema,
  ]);
  return Object.fromEntries(withoutIds) as Record<Name, JsonSchema>;
}

/**
 * Returns a reference to a schema, such as `{ $ref: '#/components/schemas/User' }`.
 *
 * @param name a name from `journalSchemas`, `figureSchemas` or `tradeSchemas`
 * @example
 * @ApiOkResponse({ schema: schemaRef('User') })
 */
export function schemaRef(name: SchemaName | FigureSchemaName | TemplateName): { $ref: string } {
  return { $ref: pathOf(name) };
}

function pathOf(name: string): string {
  return `#/components/schemas/${name}`;
}

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kanel from 'kanel';
import type {
  FileContents,
  GetMetadata,
  GetPropertyMetadata,
  PgTsGeneratorConfig,
  PgTsPreRenderHook,
} from 'kanel';
import type { SchemaDescription } from '../../src/schema/schema-description.js';

/** A row of each table; its name without the plural. */
const rowNames: Record<string, string> = {
  users: 'User',
  accounts: 'Account',
  journal: 'Journal',
  v_weekly_premium: 'LegacyWeeklyPremium',
  v_cost_basis: 'LegacyCostBasis',
};

/** The columns of views that can be null, of which the catalog says nothing. */
const nullableInViews = [
  'v_weekly_premium.symbol',
  'v_cost_basis.symbol',
  'v_cost_basis.shares',
  'v_cost_basis.avg_cost',
];

const imported = (name: string, from: string) => ({
  name,
  typeImports: [
    { name, path: `../model/${from}.js`, isDefault: false, isAbsolute: true, importAsType: true },
  ],
});

/**
 * What pg makes of each type, with `rowTypeParsers` for dates. Whatever is not here is as Kanel has
 * it by default.
 */
const customTypeMap: PgTsGeneratorConfig['customTypeMap'] = {
  'pg_catalog.numeric': imported('DecimalString', 'decimal'),
  'pg_catalog.int8': 'string',
  'pg_catalog.date': 'string',
  'pg_catalog.timestamptz': 'Date',
  'pg_catalog.jsonb': 'Record<string, unknown>',
};

/**
 * Kanel brands keys, so that one cannot stand for another; ours travel as plain text, as those of
 * the entities do.
 */
const keyTypes: Record<string, string> = { 'pg_catalog.uuid': 'string', 'pg_catalog.text': 'string' };

/** Where a CHECK allows fewer values than the type of the column does. */
const columnTypes = {
  'journal.type': imported('EntryType', 'entry-type'),
  'users.subscription_tier': imported('SubscriptionTier', 'subscription-tier'),
};

/**
 * Makes the types of rows, of rows to insert and of changes to rows, from a migrated database.
 * Kanel, which does it, writes files only.
 */
export async function rowTypes(databaseUrl: string, { relations }: SchemaDescription): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'row-types-'));
  const [file, tables] = [join(folder, 'rows'), relations.map(({ name }) => name)];
  try {
    await kanel.processDatabase({
      connection: databaseUrl,
      schemaNames: ['public'],
      // Not the table of migrations, which is TypeORM's.
      filter: ({ name }) => tables.includes(name),
      outputPath: folder,
      // It does not understand ours.
      resolveViews: false,
      generators: [
        kanel.makePgTsGenerator({
          customTypeMap,
          getMetadata: metadataIn(file),
          getPropertyMetadata,
          preRenderHooks: [interfacesInOrder(tables)],
          // Columns stay in the order of the table.
          propertySortFunction: (one, other) => one.ordinalPosition - other.ordinalPosition,
        }),
      ],
    });
    const interfaces = await readFile(`${file}.ts`, 'utf8');
    const withoutGaps = interfaces.replace(/;\n\n(?= +\w)/g, ';\n');
    return `${withoutGaps.trimEnd()}\n\n${tablesInterface(relations)}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function metadataIn(file: string): GetMetadata {
  return ({ name, comment }, generateFor) => {
    const row = rowName(name);
    const about = {
      selector: { name: row, comment: [comment ?? ''] },
      initializer: {
        name: `New${row}`,
        comment: [`A row to insert into \`${name}\`; what has a default may be left out.`],
      },
      mutator: { name: `${row}Update`, comment: [`What to change in rows of \`${name}\`.`] },
    };
    return { ...about[generateFor ?? 'selector'], path: file, exportAs: 'named' };
  };
}

const getPropertyMetadata: GetPropertyMetadata = (property, details, generateFor, builtin) => {
  const restricted = Object.entries(columnTypes).find(
    ([name]) => name === `${details.name}.${property.name}`,
  );
  const isKey = ('isPrimaryKey' in property && property.isPrimaryKey) || 'references' in property;
  const typeOverride = restricted?.[1] ?? (isKey ? keyTypes[property.type.fullName] : undefined);
  return {
    ...builtin,
    // Once, at the row, is enough.
    comment: generateFor === 'selector' && property.comment ? [property.comment] : [],
    ...(typeOverride !== undefined && { typeOverride }),
    ...(details.kind === 'view' && {
      nullableOverride: nullableInViews.includes(`${details.name}.${property.name}`),
    }),
  };
};

/** In the order of the tables, and without the brands. */
function interfacesInOrder(tables: readonly string[]): PgTsPreRenderHook {
  const names = tables.flatMap((table) => [
    rowName(table),
    `New${rowName(table)}`,
    `${rowName(table)}Update`,
  ]);
  const inOrder = (contents: FileContents): FileContents => {
    if (contents.fileType !== 'typescript') return contents;
    const interfaces = contents.declarations.filter((made) => made.declarationType === 'interface');
    interfaces.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
    return { ...contents, declarations: interfaces };
  };
  return (output) => {
    const entries = Object.entries(output).map(([path, contents]) => [path, inOrder(contents)] as const);
    return Object.fromEntries(entries);
  };
}

function tablesInterface(relations: SchemaDescription['relations']): string {
  const entries = relations.map(({ name, kind }) => {
    const row = rowName(name);
    if (kind === 'view') return `  ${name}: { row: ${row}; newRow: never; update: never };`;
    return `  ${name}: { row: ${row}; newRow: New${row}; update: ${row}Update };`;
  });
  return [
    '/** The tables by their names, each with its three types, and the views, which are only read. */',
    'export interface SchemaTables {',
    ...entries,
    '}',
  ].join('\n');
}

function rowName(table: string): string {
  const pascal = table
    .split('_')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  return `${rowNames[table] ?? pascal}Row`;
}

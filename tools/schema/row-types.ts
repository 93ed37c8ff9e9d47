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

/** The singular names of tables in the names of row types. */
const rowNames: Record<string, string> = {
  users: 'User',
  accounts: 'Account',
  journal: 'Journal',
  v_weekly_premium: 'LegacyWeeklyPremium',
  v_cost_basis: 'LegacyCostBasis',
};

/** Nullable columns of views, which the catalog does not record. */
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

/** The types of values from pg, with `rowTypeParsers` for dates. Others have Kanel's defaults. */
const customTypeMap: PgTsGeneratorConfig['customTypeMap'] = {
  'pg_catalog.numeric': imported('DecimalString', 'decimal'),
  'pg_catalog.int8': 'string',
  'pg_catalog.date': 'string',
  'pg_catalog.timestamptz': 'Date',
  'pg_catalog.jsonb': 'Record<string, unknown>',
};

/** Overrides Kanel's branded key types with plain text, as in the entities. */
const keyTypes: Record<string, string> = { 'pg_catalog.uuid': 'string', 'pg_catalog.text': 'string' };

/** Columns whose CHECK allows fewer values than their type. */
const columnTypes = {
  'journal.type': imported('EntryType', 'entry-type'),
  'users.subscription_tier': imported('SubscriptionTier', 'subscription-tier'),
};

/**
 * Generates the types of rows, inserted rows and updates with Kanel, from a migrated database.
 * Kanel can only write files, hence the temporary folder.
 */
export async function rowTypes(databaseUrl: string, { relations }: SchemaDescription): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'row-types-'));
  const [file, tables] = [join(folder, 'rows'), relations.map(({ name }) => name)];
  try {
    await kanel.processDatabase({
      connection: databaseUrl,
      schemaNames: ['public'],
      // Excludes TypeORM's table of migrations.
      filter: ({ name }) => tables.includes(name),
      outputPath: folder,
      // Kanel cannot parse the views of this package.
      resolveViews: false,
      generators: [
        kanel.makePgTsGenerator({
          customTypeMap,
          getMetadata: metadataIn(file),
          getPropertyMetadata,
          preRenderHooks: [interfacesInOrder(tables)],
          // Keeps the columns in the order of the table.
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
        comment: [`A row to insert into \`${name}\`. Columns with a default are optional.`],
      },
      mutator: { name: `${row}Update`, comment: [`Columns to update in rows of \`${name}\`.`] },
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
    // Comments only the row type, not the types for inserts and updates.
    comment: generateFor === 'selector' && property.comment ? [property.comment] : [],
    ...(typeOverride !== undefined && { typeOverride }),
    ...(details.kind === 'view' && {
      nullableOverride: nullableInViews.includes(`${details.name}.${property.name}`),
    }),
  };
};

/** Sorts the interfaces in the order of the tables, and removes Kanel's branded types. */
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
    '/** The types of rows, inserted rows and updates by table. Views are read-only. */',
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

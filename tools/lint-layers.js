import { dirname, relative, resolve } from 'node:path';

/**
 * An ESLint rule: a file imports from its own layer and the layers above it in the list only, types
 * included. A layer is a folder with what it holds, or one file; of two that hold a file, the
 * longer one counts.
 */
export const layersRule = {
  meta: {
    type: 'problem',
    schema: [{ type: 'array', items: { type: 'string' } }],
    messages: {
      upward: '{{from}} imports from {{to}}, which stands below it in the list of layers.',
      homeless: 'This file is in none of the layers.',
    },
  },
  create({ options: [layers], cwd, filename, report }) {
    const byLength = layers.toSorted((one, other) => other.length - one.length);
    const layerOf = (file) => {
      const path = relative(cwd, file).replaceAll('\\', '/');
      return byLength.find((layer) => path === layer || path.startsWith(`${layer}/`));
    };
    const from = layerOf(filename);
    const check = ({ source }) => {
      if (!source?.value?.startsWith?.('.')) return;
      const to = layerOf(resolve(dirname(filename), source.value.replace(/\.js$/, '.ts')));
      if (from === undefined || layers.indexOf(to) <= layers.indexOf(from)) return;
      report({ node: source, messageId: 'upward', data: { from, to } });
    };
    return {
      Program(node) {
        if (from === undefined) report({ node, messageId: 'homeless' });
      },
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportType: check,
    };
  },
};

import { getMetadataArgsStorage } from 'typeorm';
import type { OptionProblem } from '../config/invalid-options.error.js';
import type { ApplicationSchema } from './data-source-options.js';

type Rule = readonly [isValid: (value: unknown) => boolean, expected: string];

const classes: Rule = [
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'function'),
  'must be an array of classes',
];

const rules: Readonly<Record<keyof ApplicationSchema, Rule>> = {
  entities: classes,
  migrations: classes,
  subscribers: [isSubscribers, 'must be an array of classes with the decorator @EventSubscriber()'],
  namingStrategy: [
    (value) => typeof (value as ApplicationSchema['namingStrategy'])?.columnName === 'function',
    'must be an instance of a naming strategy, such as new SnakeNamingStrategy()',
  ],
};

// TypeORM ignores a class without the decorator.
function isSubscribers(value: unknown): boolean {
  const decorated = new Set<unknown>(getMetadataArgsStorage().entitySubscribers.map(({ target }) => target));
  return Array.isArray(value) && value.every((item) => decorated.has(item));
}

/** Lists the invalid members of an application's schema. Undefined members are valid. */
export function schemaProblems(application: ApplicationSchema): OptionProblem[] {
  return Object.entries(rules).flatMap(([option, [isValid, expected]]) => {
    const value = application[option as keyof ApplicationSchema];
    return value === undefined || isValid(value) ? [] : { option, variable: undefined, expected };
  });
}

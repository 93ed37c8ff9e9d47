import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';

/** A rule of this application as a schema of OpenAPI 3.0: what a client sends. */
export const schemaOf = (rule: z.ZodType) =>
  z.toJSONSchema(rule, { target: 'openapi-3.0', io: 'input' }) as Record<string, unknown>;

/** Documents the body of a request by its rule. */
export const ApiRuleBody = (rule: z.ZodType) => ApiBody({ schema: schemaOf(rule) });

/** Documents the query parameters of a request by their rule. */
export function ApiRuleQuery(rule: z.ZodObject) {
  const { properties = {}, required = [] } = schemaOf(rule) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  const parameters = Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, schema, required: required.includes(name) }),
  );
  return applyDecorators(...parameters);
}

import { z } from 'zod';
import type { Route, Who } from './define-route.ts';

/** OpenAPI 3.1 from the very values that answer: schemas are JSON Schema 2020-12, which is what it wants. */
const SECURITY: Record<Who, readonly Record<string, readonly string[]>[]> = {
  anyone: [],
  token: [{ token: [] }],
  cluster: [{ token: [] }],
  receipt: [{ receipt: [] }],
  maintainer: [{ session: [] }],
  'token or maintainer': [{ token: [] }, { session: [] }],
};

export const WHO_TEXT: Record<Who, string> = {
  anyone: 'anyone',
  token: 'a token of the investigation: Authorization: Bearer cbt_…',
  cluster: "a cluster's token, not the public one: Authorization: Bearer cbt_…",
  receipt: "the receipt's secret: Authorization: Bearer …",
  maintainer: 'a maintainer who is signed in',
  'token or maintainer': 'a token of the investigation, or a maintainer',
};

export function openApiDocument(routes: readonly Route[], publicUrl: string, version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Casebook', version, description: 'A collaborative tracker of memory-leak investigations.' },
    servers: [{ url: publicUrl }],
    tags: [...new Set(routes.map(({ noun }) => noun))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: WHO_TEXT.token },
        receipt: { type: 'http', scheme: 'bearer', description: WHO_TEXT.receipt },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-casebook' : 'casebook',
        },
      },
      schemas: {
        Error: schemaOf(
          z.object({
            error: z.object({ code: z.string(), message: z.string(), data: z.record(z.string(), z.unknown()) }),
          }),
          'output',
        ),
      },
    },
  };
}

function operationOf(route: Route): Record<string, unknown> {
  const status = String(route.status ?? 200);
  const answer = route.answer
    ? { description: 'Done', content: { 'application/json': { schema: schemaOf(route.answer, 'output') } } }
    : { description: route.answerText ?? 'Done; nothing more to say' };
  const error = {
    description: 'What was wrong, where, and what to do',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  return {
    operationId: operationId(route),
    tags: [route.noun],
    summary: route.summary,
    description: [route.detail, `Who: ${WHO_TEXT[route.who]}.`].filter(Boolean).join(' '),
    security: SECURITY[route.who],
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body ? { requestBody: bodyOf(route.body) } : {}),
    responses: { [status]: answer, default: error },
  };
}

function operationId({ method, path }: Route): string {
  const words = path.split(/[^a-zA-Z]+/).filter((word) => word !== '' && word !== 'api');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Record<string, unknown>[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    // Of zod's core type, which its own functions take.
    required: place === 'path' || !z.safeParse(field as z.ZodType, undefined).success,
    schema: schemaOf(field as z.ZodType, 'output'),
  }));
}

function bodyOf(schema: z.ZodType): Record<string, unknown> {
  const required = !schema.safeParse(undefined).success;
  return { required, content: { 'application/json': { schema: schemaOf(schema, 'input') } } };
}

export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const json: Record<string, unknown> = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
  delete json['$schema'];
  delete json['~standard'];
  return json;
}

import type { Context } from 'hono';
import { z } from 'zod';
import type { Deps } from '../hub/deps.ts';
import type { Cluster, Submitter } from '../hub/tokens.ts';
import { AppError } from '../model/error.ts';
import type { Person } from '../model/person.ts';
import { isJson } from './accepts.ts';
import { authenticate } from './authenticate.ts';

/** Who may call a route, and what its handler is told of them. */
export interface Callers {
  anyone: undefined;
  token: Submitter;
  /** A token that a maintainer issued; it names its investigation. */
  cluster: Cluster;
  /** The receipt's secret, if any was sent. */
  receipt: string | undefined;
  maintainer: Person;
  'token or maintainer': Submitter | Person;
}
export type Who = keyof Callers;

export interface Host {
  readonly deps: Deps;
  readonly clientAddress: (c: Context) => string;
  readonly version: string;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface Call<W extends Who, P, Q, B> {
  readonly deps: Deps;
  readonly host: Host;
  readonly c: Context;
  readonly by: Callers[W];
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
}

export interface Documentation {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** `/api/investigations/:slug` */
  readonly path: string;
  readonly noun: string;
  readonly summary: string;
  readonly detail?: string;
  readonly who: Who;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Parsed on the way out too: what is not documented does not leave. Absent: an answer without JSON. */
  readonly answer?: z.ZodType;
  readonly status?: 200 | 201 | 202 | 204;
  /** What it answers when it is not JSON, for the reference. */
  readonly answerText?: string;
}

export interface Route extends Documentation {
  readonly run: (c: Context, host: Host) => Promise<Response>;
}

/** A route cannot exist without its documentation: both are this one value. */
export function defineRoute<
  W extends Who,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
>(
  route: Documentation & { who: W; params?: P; query?: Q; body?: B; answer?: A } & {
    handle: (call: Call<W, P, Q, B>) => Promise<Response | (A extends z.ZodType ? z.input<A> : unknown)>;
  },
): Route {
  const { handle, ...documentation } = route;
  async function run(c: Context, host: Host): Promise<Response> {
    const params = route.params && parseInput(route.params, c.req.param(), 'the address');
    const by = await authenticate(host.deps, c, route.who);
    const query = route.query && parseInput(route.query, c.req.query(), 'the query');
    const body = route.body && parseInput(route.body, await readJson(c), 'the body');
    // Generic until here: each is parsed by the schema that its type comes from.
    const call = { deps: host.deps, host, c, by, params, query, body } as Call<W, P, Q, B>;
    const answer = await handle(call);
    if (answer instanceof Response) return answer;
    if (!route.answer) return c.body(null, 204);
    return c.json(route.answer.parse(answer) as object, route.status === 204 ? 200 : (route.status ?? 200));
  }
  return { ...documentation, run };
}

/** One schema, one message: the field, what is wrong with it. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
  const said = issues.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  throw new AppError('bad-input', `${where} is not what this route reads: ${said}`, { data: { issues } });
}

async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') return undefined;
  if (!isJson(c.req.header('content-type'))) {
    // Also a wall against forged forms: no page of another site can send this type without asking first.
    throw new AppError('bad-input', 'send the body as JSON, with the header "Content-Type: application/json"');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AppError('bad-input', `the body is not JSON: ${(error as Error).message}`);
  }
}

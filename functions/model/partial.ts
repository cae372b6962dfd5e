import { z } from 'zod';

type Bare<T> = T extends z.ZodDefault<infer I> | z.ZodPrefault<infer I>
  ? I
  : T extends z.ZodOptional<infer I>
    ? z.ZodNullable<I>
    : T;
type Partial<S extends z.ZodRawShape> = z.ZodObject<{ [K in keyof S]: z.ZodOptional<Bare<S[K]>> }>;

/**
 * For changes: every field optional, and no default. zod's own `partial()` keeps defaults, which fill the fields that were
 * left out: a change of the title would empty the summary. `null` takes away what may be absent.
 */
export function partialOf<S extends z.ZodRawShape>(schema: z.ZodObject<S>): Partial<S> {
  const bare = Object.entries(schema.shape).map(([name, field]) => {
    // Of zod's core type; `unwrap` answers it too.
    if (field instanceof z.ZodOptional) return [name, z.optional(z.nullable(field.unwrap()))];
    const inner = field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? field.unwrap() : field;
    return [name, z.optional(inner)];
  });
  // The mapped type says what the loop does; TypeScript cannot follow it through entries.
  return z.object(Object.fromEntries(bare) as z.ZodRawShape) as unknown as Partial<S>;
}

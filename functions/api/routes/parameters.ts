import { z } from 'zod';
import { Id, Slug } from '../../model/id.ts';

/** Parts of addresses. */
export const BySlug = z.object({ slug: Slug });
export const BySlugAndId = z.object({ slug: Slug, id: Id });

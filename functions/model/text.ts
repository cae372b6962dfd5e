import { z } from 'zod';

/** Bounded text: everything here may come from a stranger. */
export const Line = z.string().trim().min(1).max(300);
export const OptionalLine = z.string().trim().max(300).default('');
export const Markdown = z.string().max(64 * 1024);

/** Milliseconds since the epoch, UTC. */
export const TimeMs = z.number().int().min(0).max(253_402_300_799_999);

import { z } from 'zod';

/**
 * Marks that turn the direction of what follows them: with them `gpj.exe` reads `exe.jpg` (Unicode TR 36). A name in a right-to-left
 * script needs none of them: pages isolate names.
 */
export const withoutDirectionMarks = (text: string): string =>
  // All of \p{Bidi_Control}, spelt out: a page of 10 MB takes 8 ms so, and 690 ms by its name.
  text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
const onOneLine = (text: string): string => withoutDirectionMarks(text).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');

/** Bounded text: everything here may come from a stranger. */
export const Line = z.string().overwrite(onOneLine).trim().min(1).max(300);
export const OptionalLine = z.string().overwrite(onOneLine).trim().max(300).default('');
export const FileName = z.string().overwrite(onOneLine).trim().min(1).max(255);
export const Markdown = z.string().max(64 * 1024);

/** Milliseconds since the epoch, UTC. */
export const TimeMs = z.number().int().min(0).max(253_402_300_799_999);

/** Of a message that goes on with what to do: what was wrong, for a list or a timeline. */
export function firstSentence(message: string): string {
  const end = /\. (?=\p{Lu})/u.exec(message.slice(0, 300));
  if (end) return message.slice(0, end.index + 1);
  return message.length > 300 ? `${message.slice(0, 299)}…` : message;
}

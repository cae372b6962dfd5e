import { expect } from 'vitest';
import type { ClassRow } from './analyse-dump.ts';

/**
 * Fields that the JVM injects into some of its own classes are not in a dump (javaClasses.hpp: MemberName, Module, ResolvedMethodName, loaders).
 * Fields of threads marked @Contended have 128 bytes of room on both sides, of which it says nothing either.
 */
const INJECTED =
  /Thread|ReferenceHandler|java\.lang\.(invoke\.(MemberName|ResolvedMethodName)|Module)\b|ClassLoaders\$/;

/** Bytes of each class as the JVM's own histogram has them, for classes whose count is the same in both (taken one after the other). */
export function expectBytesOfJvm(rows: ReadonlyMap<string, ClassRow>, histogram: string): void {
  const wrong: string[] = [];
  let compared = 0;
  for (const line of histogram.split('\n')) {
    const match = /^\s*\d+:\s+(\d+)\s+(\d+)\s+([\w.$]+)(\s|$)/.exec(line);
    const row = match && rows.get(match[3]!);
    if (!match || !row || row.instances !== Number(match[1]) || row.class === 'java.lang.Class') continue;
    compared++;
    if (row.shallowBytes !== Number(match[2])) wrong.push(`${line.trim()} here ${row.shallowBytes}`);
  }
  expect(compared).toBeGreaterThan(50);
  expect(wrong.filter((line) => !INJECTED.test(line))).toEqual([]);
}

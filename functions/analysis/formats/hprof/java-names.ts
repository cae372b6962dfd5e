import { primitiveName } from './tags.ts';

const DESCRIPTORS: Readonly<Record<string, string>> = {
  Z: 'boolean',
  C: 'char',
  F: 'float',
  D: 'double',
  B: 'byte',
  S: 'short',
  I: 'int',
  J: 'long',
};

/** `java/lang/String`, `[Ljava/lang/String;`, `[[B` -> `java.lang.String`, `java.lang.String[]`, `byte[][]`. */
export function javaName(name: string): string {
  let dimensions = 0;
  while (name[dimensions] === '[' && dimensions < 255) dimensions++;
  if (dimensions === 0) return name.replaceAll('/', '.');
  const element = name.slice(dimensions);
  const text =
    element.startsWith('L') && element.endsWith(';') ? element.slice(1, -1) : (DESCRIPTORS[element] ?? element);
  return text.replaceAll('/', '.') + '[]'.repeat(dimensions);
}

export function primitiveArrayName(type: number): string {
  return `${primitiveName(type) ?? '(unknown)'}[]`;
}

/** The last part of a name, for lines with many of them: `HashMap$Node[]`. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

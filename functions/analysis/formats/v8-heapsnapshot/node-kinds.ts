import type { Header } from './header.ts';

/** Ordinals of the node types that mean something here; -1 where this version of V8 does not have one. */
export type NodeKind =
  | 'hidden'
  | 'array'
  | 'string'
  | 'object'
  | 'code'
  | 'closure'
  | 'regexp'
  | 'number'
  | 'native'
  | 'synthetic'
  | 'concatenated string'
  | 'sliced string';

export type EdgeKind = 'context' | 'element' | 'property' | 'internal' | 'hidden' | 'shortcut' | 'weak';

export function nodeKind(header: Header, kind: NodeKind): number {
  return header.nodeTypes.indexOf(kind);
}

export function edgeKind(header: Header, kind: EdgeKind): number {
  return header.edgeTypes.indexOf(kind);
}

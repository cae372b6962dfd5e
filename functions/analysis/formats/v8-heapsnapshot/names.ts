import { LABEL_MASK } from './record-columns.ts';
import type { Snapshot } from './parse.ts';

const MAX_NAME_LENGTH = 200;

interface NodeClasses {
  readonly names: readonly string[];
  readonly classOf: Uint32Array;
}

/** What a person calls a node: a function by its name, a string by its text, anything else by its class. */
export function nameNode({ header, nodes, strings }: Snapshot, classes: NodeClasses, node: number): string {
  const kind = header.nodeTypes[nodes.type[node]!] ?? '';
  const text = strings.get(nodes.name[node]!, MAX_NAME_LENGTH);
  switch (kind) {
    case 'closure':
      return text === '' ? '(anonymous function)' : `function ${text}`;
    case 'string':
    case 'sliced string':
      return `"${text.slice(0, 80)}"`;
    case 'concatenated string':
      return '(concatenated string)';
    case 'object':
      return classes.names[classes.classOf[node]!] ?? text;
    default:
      return text === '' ? `(${kind})` : text;
  }
}

/** How an edge is written after its object: `.entries`, `[3]`, `ctx` of a closure's context, `table` of the engine. */
export function nameEdge({ header, edges, strings }: Snapshot, edge: number): string {
  const label = edges.label[edge]! & LABEL_MASK;
  switch (header.edgeTypes[edges.typeOf(edge)]) {
    case 'element':
      return `[${label}]`;
    case 'hidden':
      return `(hidden ${label})`;
    case 'property': {
      const text = strings.get(label, MAX_NAME_LENGTH);
      return /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
    }
    default:
      return strings.get(label, MAX_NAME_LENGTH);
  }
}

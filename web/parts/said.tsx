import type { VNode } from 'preact';

/** A sentence made by a rule, in which `names` of code stand in backticks. Text alone: nothing in it is HTML. */
export function Said({ text }: { text: string }): VNode {
  const parts = text.split('`');
  // An odd backtick is a backtick.
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}</>;
}

/** The same sentence where there is no markup: titles, feeds, descriptions. */
export function plainly(text: string): string {
  return text.split('`').length % 2 === 1 ? text.replaceAll('`', '') : text;
}

import type { VNode } from 'preact';

/** `java.util.concurrent.ConcurrentHashMap$Node[]`: what tells such names apart stands at their end. */
const QUALIFIED = /^(?:[a-z_][\w$-]*[./]){2,}[\w$[\]<>;]+$/i;

/** A name in a column that may be too narrow: it is cut where it says least. */
export function Name({ text }: { text: string }): VNode {
  return text.length > 20 && text.length < 1000 && QUALIFIED.test(text) ? (
    <span class="cut-head">
      <bdi>{text}</bdi>
    </span>
  ) : (
    <span class="cut-tail">{text}</span>
  );
}

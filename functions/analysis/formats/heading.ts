/** `=== web-0 ===`, `--- shop/web-7d4b9c6f5-x2x7k`, `## pod: web-0`, `>>> worker`: one word, set off, over what is of it. */
const HEADING =
  /^(?:={2,40}|-{2,40}|#{1,6}|>{2,10}|\*{2,40})\s{0,4}(?:(?:pod|container|name)\s?[:/=]?\s{0,4})?(?:([a-z0-9][a-z0-9-]{0,62})\/)?([a-zA-Z0-9][\w.-]{1,252}?)\s{0,4}:?\s{0,4}(?:={2,40}|-{2,40}|#{1,6}|<{2,10}|\*{2,40})?$/;
/** Words that number the rounds of a loop, or say what is printed: names of nothing. */
const COUNTED =
  /^(?:samples?|rounds?|iterations?|loops?|runs?|steps?|snapshots?|measurements?|start|end|begin|done|before|after|memory|mem|status|smaps|smaps_rollup|meminfo|cgroup|stats?|output|eof)[-_.]?\d*$/i;
/** As controllers name pods: an ordinal, or five letters of Kubernetes' own alphabet. */
export const POD_NAME = /-(?:\d{1,4}|[bcdfghjklmnpqrstvwxz2456789]{5})$/;

/**
 * Labels of what follows a heading, as a loop over pods prints one before the files of each; undefined for other lines. What is no name of a
 * pod is the name of a process.
 */
export function headingOf(text: string): Record<string, string> | undefined {
  if (text.length > 400) return undefined;
  const [, namespace, name] = HEADING.exec(text) ?? [];
  if (name === undefined || /^[\d.:-]+$/.test(name) || COUNTED.test(name)) return undefined;
  if (namespace !== undefined) return { namespace, pod: name };
  return POD_NAME.test(name) ? { pod: name } : { name };
}

/** What labels must share before it is left out, and the letters that a word ends with. */
const LEAST = 12;
const ENDS = /[/\-_.: ]/;

/**
 * Labels without what all of them begin and end with, cut between words: of thirty pods of one deployment what tells them
 * apart. One label, or labels that share little, stay as they are.
 */
export function shortLabels(labels: readonly string[]): string[] {
  const [first = ''] = labels;
  if (labels.length < 2) return [...labels];
  const head = cutAtWord(
    first,
    shared(labels, (label, i) => label[i]),
  );
  const rests = labels.map((label) => label.slice(head));
  const tail = cutAtWord(
    Array.from(first).reverse().join(''),
    shared(rests, (label, i) => label[label.length - 1 - i]),
  );
  const from = head >= LEAST ? head : 0;
  const less = tail >= LEAST ? tail : 0;
  return labels.map((label) => `${from > 0 ? '…' : ''}${label.slice(from, label.length - less)}${less > 0 ? '…' : ''}`);
}

function shared(labels: readonly string[], letter: (label: string, i: number) => string | undefined): number {
  const [first = ''] = labels;
  const most = Math.min(...labels.map((label) => label.length)) - 1;
  let i = 0;
  while (i < most && labels.every((label) => letter(label, i) === letter(first, i))) i++;
  return i;
}

/** Back to the end of a word, so that no name is cut in two. */
function cutAtWord(text: string, count: number): number {
  let end = count;
  while (end > 0 && !ENDS.test(text[end - 1] ?? '')) end--;
  return end;
}

import type { Detection } from '../../analyser.ts';
import { timeOfLine } from '../time-line.ts';

const MAX_LINES = 400;
/** A bare sample is a name and two numbers; the bound keeps the pattern's blanks from being tried in every split. */
const LONGEST_BARE = 512;
const COMMENT = /^#\s*(?:HELP|TYPE|UNIT)\s+(?:"[^"]{1,300}"|[a-zA-Z_:][\w:.]*)(?:\s|$)/;
const SAMPLE =
  /^[a-zA-Z_:][\w:]*\s*(?:\{[^{}]{0,4000}\})?\s+(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?[Ii]nf|NaN)(?:\s+-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)?(?:\s+st@\d\S*)?(?:\s+#\s.*)?$/;
const LABELLED =
  /^(?:[a-zA-Z_:][\w:]*\s*\{(?:"[^"]*"|[a-zA-Z_]\w*)\s*=\s*"|(?:[a-zA-Z_:][\w:]*\s*)?\{"[^"]*"\s*[,}]|\{__name__\s*=\s*"|\{[a-zA-Z_]\w*="[^}]{0,2000}, __name__=")/;

/** What `promtool query` and the console of Prometheus print. */
const ANSWER = /^[^\s=]{0,200}\{.{0,4000}\} =>(?:\s|$)|^\S{1,40} @\[\d{1,12}(?:\.\d{1,9})?\]$/;

/**
 * Yes: metadata lines, or labelled samples, are most of the lines. Maybe: bare `name number` lines, which other
 * key-value files (`memory.stat`, `oom_control`) have as well, or one odd line among few.
 */
export function detectPrometheusText(head: Uint8Array): Detection {
  if (head.includes(0)) return 'no';
  const text = new TextDecoder('utf-8').decode(head).replace(/^\ufeff/, '');
  const lines = text.split(/\r?\n/, MAX_LINES + 1);
  if (lines.length > 1 && (head.length >= 65_536 || lines.length > MAX_LINES)) lines.pop();
  let comments = 0;
  let labelled = 0;
  let bare = 0;
  let other = 0;
  let eof = false;
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    if (trimmed.startsWith('#')) {
      if (COMMENT.test(trimmed)) comments++;
      else if (trimmed === '# EOF') eof = true;
      continue;
    }
    if (LABELLED.test(trimmed) || ANSWER.test(trimmed)) labelled++;
    else if (trimmed.length <= LONGEST_BARE && SAMPLE.test(trimmed)) bare++;
    else if (Number.isNaN(timeOfLine(trimmed))) other++;
  }
  const samples = labelled + bare;
  if (eof && other <= samples + 1) return 'yes';
  if (comments > 0 && other <= samples) return 'yes';
  if (comments > 0 && samples + other === 0) return 'yes';
  if (labelled > 0 && other <= labelled) return labelled > other + bare || other === 0 ? 'yes' : 'maybe';
  return bare > 0 && other === 0 ? 'maybe' : 'no';
}

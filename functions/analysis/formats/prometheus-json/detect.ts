import type { Detection } from '../../analyser.ts';
import { jsonHead } from '../../bytes/json-head.ts';

/** By its keys: an envelope with `data.result`, its bare parts, VictoriaMetrics' export lines, the exposition of 2013, an error reply. */
export function detectPrometheusJson(head: Uint8Array): Detection {
  const json = jsonHead(head);
  if (json === undefined) return 'no';
  const { paths, texts } = json;
  const has = (path: string): boolean => paths.has(path);
  for (const outer of ['', '[].']) {
    if (has(`${outer}data.resultType`) || has(`${outer}resultType`)) return 'yes';
    for (const result of [`${outer}data.result[]`, `${outer}result[]`]) {
      if (has(`${result}.metric`) && (has(`${result}.values`) || has(`${result}.value`))) return 'yes';
    }
    if (isResult(has, outer)) return 'yes';
  }
  for (const path of paths) if (/^(?:\w+\.){1,3}data\.resultType$/.test(path)) return 'yes';
  if (isResult(has, 'data[].') || has('data.result[].metric.__name__')) return 'yes';
  if (has('[].baseLabels.__name__')) return 'yes';
  const status = texts.get('status');
  if (status === 'error' && has('errorType') && has('error')) return 'yes';
  if (status === 'success' && has('data.result')) return 'yes';
  return 'no';
}

function isResult(has: (path: string) => boolean, outer: string): boolean {
  const pairs =
    has(`${outer}value[]`) || has(`${outer}values[][]`) || (has(`${outer}values[]`) && has(`${outer}timestamps[]`));
  return pairs && has(`${outer}metric`);
}

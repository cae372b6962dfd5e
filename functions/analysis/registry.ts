import type { Analyser } from './analyser.ts';
import { hprof } from './formats/hprof/index.ts';
import { metricsCsv } from './formats/metrics-csv/index.ts';
import { v8HeapSnapshot } from './formats/v8-heapsnapshot/index.ts';
import { prometheusJson } from './formats/prometheus-json/index.ts';
import { prometheusText } from './formats/prometheus-text/index.ts';

/** Every format that Casebook reads; a new one is one folder and one line here. Order breaks ties between equal detections. */
// prettier-ignore
export const ANALYSERS: readonly Analyser[] = [
  v8HeapSnapshot,
  hprof,
  prometheusJson,
  prometheusText,
  metricsCsv,
];

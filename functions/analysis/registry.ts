import type { Analyser } from './analyser.ts';
import { cgroup } from './formats/cgroup/index.ts';
import { clinicDoctor } from './formats/clinic-doctor/index.ts';
import { grafanaJson } from './formats/grafana-json/index.ts';
import { jvmNativeMemory } from './formats/jvm-nmt/index.ts';
import { kubectlTop } from './formats/kubectl-top/index.ts';
import { kubernetesMetrics } from './formats/k8s-metrics/index.ts';
import { memoryLines } from './formats/memory-jsonl/index.ts';
import { hprof } from './formats/hprof/index.ts';
import { metricsCsv } from './formats/metrics-csv/index.ts';
import { otlpMetrics } from './formats/otlp-metrics/index.ts';
import { proc } from './formats/proc/index.ts';
import { classHistogram } from './formats/class-histogram/index.ts';
import { unreadSnapshots } from './formats/unread-snapshots/index.ts';
import { officeDocument } from './formats/office-document/index.ts';
import { v8HeapSnapshot } from './formats/v8-heapsnapshot/index.ts';
import { prometheusJson } from './formats/prometheus-json/index.ts';
import { prometheusText } from './formats/prometheus-text/index.ts';
import { pushLog } from './formats/push-log/index.ts';
import { remoteWrite } from './formats/remote-write/index.ts';

/** Every format that Casebook reads; a new one is one folder and one line here. Order breaks ties between equal detections. */
// prettier-ignore
export const ANALYSERS: readonly Analyser[] = [
  v8HeapSnapshot,
  hprof,
  ...unreadSnapshots,
  officeDocument,
  classHistogram,
  pushLog,
  prometheusJson,
  prometheusText,
  clinicDoctor,
  metricsCsv,
  grafanaJson,
  kubernetesMetrics,
  kubectlTop,
  cgroup,
  proc,
  jvmNativeMemory,
  otlpMetrics,
  remoteWrite,
  memoryLines,
];

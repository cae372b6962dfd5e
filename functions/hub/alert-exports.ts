import type { Alert, AlertRule } from '../model/alert.ts';
import type { WatchedPods } from './pods-of-evidence.ts';

/**
 * Labels of cAdvisor; quoted as PromQL quotes strings, which JSON does as well. Here an alert looks at what was sent in; a
 * Prometheus sees its whole cluster, so there it looks at the pods that the evidence is of.
 */
function selectorOf(
  { namespace, container }: Pick<Alert, 'namespace' | 'container'>,
  pods: WatchedPods,
  also = 'container!=""',
): string {
  const parts = [
    namespace ? `namespace=${JSON.stringify(namespace)}` : matching('namespace', oneOf(pods.namespaces)),
    matching('pod', oneOf(pods.workloads, REPLICA)),
    container ? `container=${JSON.stringify(container)}` : also,
  ];
  return `{${parts.filter(Boolean).join(',')}}`;
}

const matching = (label: string, regex: string): string => (regex === '' ? '' : `${label}=~${JSON.stringify(regex)}`);

/** One of these names and, with `more`, what stands behind it; nothing where none is known, so that all are meant. */
function oneOf(names: readonly string[], more = ''): string {
  const escaped = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return names.length === 0 ? '' : `(?:${escaped.join('|')})${more}`;
}

/** What a ReplicaSet or StatefulSet puts behind a name. */
const REPLICA = '(?:-[a-z0-9-]+)?';

const BY = 'namespace, pod, container';

function expressionOf(alert: Alert, pods: WatchedPods): { expr: string; for: string } {
  const selector = selectorOf(alert, pods);
  const used = `max by (${BY}) (container_memory_working_set_bytes${selector})`;
  const limit = `max by (${BY}) (container_spec_memory_limit_bytes${selector} > 0)`;
  const slope = `max by (${BY}) (deriv(container_memory_working_set_bytes${selector}[6h]))`;
  const { rule } = alert;
  switch (rule.kind) {
    case 'working-set':
      return {
        expr: `100 * ${used} / ${limit} >= ${rule.percentOfLimit}`,
        for: `${Math.round(rule.forMinutes * 60)}s`,
      };
    case 'slope':
      return { expr: `${slope} * 3600 > ${rule.bytesPerHour}`, for: '1h' };
    case 'time-to-limit':
      return { expr: `(${limit} - ${used}) / (${slope} > 0) < ${rule.hours * 3600}`, for: '1h' };
    case 'oom-kill':
      return { expr: `increase(container_oom_events_total${selector}[10m]) > 0`, for: '0s' };
    case 'restart':
      return {
        expr: `increase(kube_pod_container_status_restarts_total${selectorOf(alert, pods, '')}[10m]) > 0`,
        for: '0s',
      };
  }
}

const NAMES: Record<AlertRule['kind'], string> = {
  'working-set': 'CasebookWorkingSet',
  slope: 'CasebookMemorySlope',
  'time-to-limit': 'CasebookTimeToLimit',
  'oom-kill': 'CasebookOomKill',
  restart: 'CasebookRestart',
};

/**
 * The enabled alerts as a rules file of Prometheus. Strings are written as JSON, which is YAML too; braces of templates in a
 * person's title would be run by Prometheus, so they are taken out.
 */
export function prometheusRules(slug: string, alerts: readonly Alert[], url: string, pods: WatchedPods): string {
  const rules = alerts
    .filter(({ enabled }) => enabled)
    .map((alert) => {
      const { expr, for: duration } = expressionOf(alert, pods);
      return [
        `      - alert: ${NAMES[alert.rule.kind]}`,
        `        expr: ${JSON.stringify(expr)}`,
        `        for: ${duration}`,
        `        labels: { severity: warning, investigation: ${JSON.stringify(slug)}, casebook_alert: ${JSON.stringify(alert.id)} }`,
        `        annotations: { summary: ${JSON.stringify(alert.title.replace(/[{}]/g, ''))}, casebook: ${JSON.stringify(url)} }`,
      ].join('\n');
    });
  const body = rules.length === 0 ? '    rules: []' : `    rules:\n${rules.join('\n')}`;
  return `groups:\n  - name: ${JSON.stringify(`casebook-${slug}`)}\n${body}\n`;
}

/** As Grafana filters the values of a variable. */
const wholly = (regex: string): string => (regex === '' ? '' : `/^${regex}$/`);

const REF_IDS = 'ABC';

/** A limit is a red dashed line, as it is on the pages of Casebook. */
function dashed(refId: string): Record<string, unknown> {
  return {
    matcher: { id: 'byFrameRefID', options: refId },
    properties: [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
    ],
  };
}

/**
 * The memory of the investigation's containers by layer: of all its pods, or of those that are chosen above the charts. In Grafana's
 * classic model of a dashboard, which every version imports; its unit `bytes` is IEC (MiB).
 */
export function grafanaDashboard(slug: string, title: string, url: string, pods: WatchedPods): Record<string, unknown> {
  const picked = '{namespace=~"$namespace", pod=~"$pod", container!=""}';
  const panels: [title: string, unit: string, ...queries: [legend: string, expr: string][]][] = [
    [
      'Working set and limit',
      'bytes',
      ['{{pod}}/{{container}}', `max by (pod, container) (container_memory_working_set_bytes${picked})`],
      ['limit {{pod}}/{{container}}', `max by (pod, container) (container_spec_memory_limit_bytes${picked} > 0)`],
    ],
    ['RSS', 'bytes', ['{{pod}}/{{container}}', `max by (pod, container) (container_memory_rss${picked})`]],
    ['Page cache', 'bytes', ['{{pod}}/{{container}}', `max by (pod, container) (container_memory_cache${picked})`]],
    [
      'RSS: growth an hour, over 6 h',
      'bytes',
      ['{{pod}}/{{container}}', `max by (pod, container) (deriv(container_memory_rss${picked}[6h])) * 3600`],
    ],
    [
      'Restarts and OOM kills, 10 min',
      'short',
      [
        'restart {{pod}}/{{container}}',
        'increase(kube_pod_container_status_restarts_total{namespace=~"$namespace", pod=~"$pod"}[10m])',
      ],
      ['OOM {{pod}}/{{container}}', `increase(container_oom_events_total${picked}[10m])`],
    ],
  ];
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  const variable = (name: string, query: string, regex: string): Record<string, unknown> => ({
    name,
    type: 'query',
    regex,
    datasource,
    query: { query, refId: name },
    refresh: 2,
    multi: true,
    includeAll: true,
    current: { text: ['All'], value: ['$__all'] },
  });
  return {
    uid: `casebook-${slug}`.slice(0, 40),
    title: `Casebook: ${title}`,
    tags: ['casebook'],
    links: [
      {
        title: 'Investigation',
        type: 'link',
        icon: 'external link',
        tooltip: '',
        tags: [],
        url,
        targetBlank: true,
        asDropdown: false,
        includeVars: false,
        keepTime: false,
      },
    ],
    editable: true,
    // A cursor that all panels share.
    graphTooltip: 1,
    schemaVersion: 39,
    version: 1,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        variable(
          'namespace',
          'label_values(container_memory_working_set_bytes, namespace)',
          wholly(oneOf(pods.namespaces)),
        ),
        variable(
          'pod',
          'label_values(container_memory_working_set_bytes{namespace=~"$namespace"}, pod)',
          wholly(oneOf(pods.workloads, REPLICA)),
        ),
      ],
    },
    panels: panels.map(([panelTitle, unit, ...queries], i) => ({
      id: i + 1,
      type: 'timeseries',
      title: panelTitle,
      datasource,
      gridPos: { x: (i % 2) * 12, y: Math.floor(i / 2) * 9, w: 12, h: 9 },
      fieldConfig: {
        defaults: { unit },
        overrides: queries.flatMap(([legend], k) => (legend.startsWith('limit ') ? [dashed(REF_IDS.charAt(k))] : [])),
      },
      options: {
        legend: { showLegend: true, displayMode: 'table', placement: 'bottom', calcs: ['lastNotNull', 'max'] },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
      targets: queries.map(([legendFormat, expr], k) => ({
        refId: REF_IDS.charAt(k),
        datasource,
        editorMode: 'code',
        range: true,
        expr,
        legendFormat,
      })),
    })),
  };
}

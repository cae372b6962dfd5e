import { z } from 'zod';
import type { FieldSpec } from './field-spec.ts';

/** The fields of every noun, in the order in which one thinks of them. */
const title = (label: string, placeholder: string): FieldSpec => ({
  name: 'title',
  label,
  kind: 'line',
  required: true,
  placeholder,
});
const evidence: FieldSpec = { name: 'evidenceIds', label: 'Stands on this evidence', kind: 'evidence' };

export const FINDING: readonly FieldSpec[] = [
  title('What was found', 'The engine keeps every plan it ran'),
  {
    name: 'severity',
    label: 'Severity',
    kind: 'choice',
    choices: [
      ['note', 'note'],
      ['warning', 'warning'],
      ['critical', 'critical'],
    ],
  },
  { name: 'body', label: 'How one sees it', kind: 'markdown' },
  evidence,
];

export const HYPOTHESIS: readonly FieldSpec[] = [
  title('The hypothesis', 'The registry of workflows is never pruned'),
  {
    name: 'state',
    label: 'State',
    kind: 'choice',
    choices: [
      ['open', 'open'],
      ['supported', 'supported'],
      ['refuted', 'refuted'],
      ['confirmed', 'confirmed'],
    ],
    hint: 'A refuted one stays: it saves others the way.',
  },
  { name: 'body', label: 'Why, and what would refute it', kind: 'markdown' },
  evidence,
];

export const EXPERIMENT: readonly FieldSpec[] = [
  title('The experiment', 'Child processes off'),
  {
    name: 'variable',
    label: 'What changes',
    kind: 'line',
    required: true,
    placeholder: 'isolation: child process -> in process',
  },
  {
    name: 'state',
    label: 'State',
    kind: 'choice',
    choices: [
      ['planned', 'planned'],
      ['running', 'running'],
      ['done', 'done'],
      ['abandoned', 'abandoned'],
    ],
  },
  { name: 'startedAtMs', label: 'From', kind: 'day' },
  { name: 'endedAtMs', label: 'To', kind: 'day' },
  { name: 'body', label: 'How it is done', kind: 'markdown' },
  { name: 'result', label: 'Result', kind: 'markdown', rows: 3 },
  evidence,
];

export const STEP: readonly FieldSpec[] = [
  title('What to do next', 'Soak 1.13.4 for 48 h under load'),
  { name: 'owner', label: 'Owner', kind: 'line', placeholder: 'who does it' },
  { name: 'dueAtMs', label: 'Due', kind: 'day' },
  {
    name: 'state',
    label: 'State',
    kind: 'choice',
    choices: [
      ['open', 'open'],
      ['doing', 'doing'],
      ['done', 'done'],
      ['dropped', 'dropped'],
    ],
  },
];

export const UPDATE: readonly FieldSpec[] = [
  title('Headline', 'Reproduced locally; it is the engine'),
  {
    name: 'body',
    label: 'The update',
    kind: 'markdown',
    rows: 10,
    hint: 'What is known since the last one, what is done next, when the next update comes. Markdown.',
  },
];

const INVESTIGATION: readonly FieldSpec[] = [
  title('Title', 'Memory rises slowly until the pod is killed'),
  { name: 'product', label: 'Product', kind: 'line', required: true, placeholder: 'OpenFn' },
  { name: 'versions', label: 'Affected versions', kind: 'list', placeholder: '2.13.3, 2.13.2' },
  { name: 'components', label: 'Components', kind: 'list', placeholder: 'worker, engine' },
  { name: 'summary', label: 'Summary', kind: 'markdown', rows: 6 },
  { name: 'environment.platform', label: 'Platform', kind: 'line', placeholder: 'GKE, bare metal, …' },
  { name: 'environment.kubernetesVersion', label: 'Kubernetes version', kind: 'line', placeholder: '1.31' },
  { name: 'environment.limits', label: 'Limits', kind: 'line', placeholder: '2 GiB a worker' },
  { name: 'labels', label: 'Labels', kind: 'list' },
];

export const NEW_INVESTIGATION: readonly FieldSpec[] = [
  ...INVESTIGATION.slice(0, 1),
  {
    name: 'slug',
    label: 'Address name',
    kind: 'line',
    required: true,
    placeholder: 'openfn-worker',
    hint: 'a-z, 0-9 and hyphens. It stays: links and tokens carry it.',
  },
  ...INVESTIGATION.slice(1),
];

export const EDIT_INVESTIGATION: readonly FieldSpec[] = [
  ...INVESTIGATION.slice(0, 1),
  {
    name: 'status',
    label: 'Status',
    kind: 'choice',
    choices: [
      ['open', 'open'],
      ['reproducing', 'reproducing'],
      ['cause-known', 'cause known'],
      ['fix-in-test', 'fix in test'],
      ['resolved', 'resolved'],
      ['not-a-leak', 'not a leak'],
      ['duplicate', 'duplicate'],
    ],
  },
  {
    name: 'duplicateOf',
    label: 'Duplicate of',
    kind: 'name',
    required: true,
    hint: 'The name in the address of the other one.',
    when: { field: 'status', is: ['duplicate'] },
  },
  ...INVESTIGATION.slice(1),
];

export const TOKEN: readonly FieldSpec[] = [
  { name: 'label', label: 'What is it for', kind: 'line', required: true, placeholder: 'production, Frankfurt' },
  { name: 'expiresInDays', label: 'Valid for days', kind: 'number', required: true, hint: '1 to 730.' },
];

const about = (...is: string[]): FieldSpec['when'] => ({ field: 'rule.kind', is });

export const ALERT: readonly FieldSpec[] = [
  title('Name', 'Workers near their limit'),
  {
    name: 'rule.kind',
    label: 'What it looks at',
    kind: 'choice',
    choices: [
      ['working-set', 'working set near the limit'],
      ['slope', 'growth of memory'],
      ['time-to-limit', 'time to the limit'],
      ['oom-kill', 'OOM kill'],
      ['restart', 'restart'],
    ],
  },
  {
    name: 'rule.percentOfLimit',
    label: '% of the limit',
    kind: 'number',
    required: true,
    when: about('working-set'),
  },
  { name: 'rule.forMinutes', label: 'For minutes', kind: 'number', required: true, when: about('working-set') },
  { name: 'rule.bytesPerHour', label: 'MB an hour', kind: 'number', required: true, factor: 1e6, when: about('slope') },
  { name: 'rule.hours', label: 'Hours left', kind: 'number', required: true, when: about('time-to-limit') },
  { name: 'namespace', label: 'Namespace', kind: 'line', placeholder: 'any' },
  { name: 'container', label: 'Container', kind: 'line', placeholder: 'any' },
];

export const DEPLOY: readonly FieldSpec[] = [
  { name: 'release', label: 'The release', kind: 'line', required: true, placeholder: '2.13.3' },
  { name: 'timeMs', label: 'Live since', kind: 'time', required: true },
  { name: 'cluster', label: 'Cluster', kind: 'line', placeholder: 'all' },
  { name: 'namespace', label: 'Namespace', kind: 'line', placeholder: 'all' },
  { name: 'container', label: 'Container', kind: 'line', placeholder: 'all' },
  { name: 'body', label: 'What changed', kind: 'markdown', rows: 3 },
];

export const WEBHOOK: readonly FieldSpec[] = [
  {
    name: 'target',
    label: 'Address of the webhook',
    kind: 'line',
    required: true,
    placeholder: 'https://hooks.example.org/casebook',
    hint: 'It gets a POST of JSON for each piece of news, signed.',
  },
];
/** As `NewSubscription` of the hub checks them. */
export const WebhookTarget = z.object({ target: z.url({ protocol: /^https?$/ }).max(2000) });

export const MAIL: readonly FieldSpec[] = [
  {
    name: 'target',
    label: 'Mail address',
    kind: 'line',
    required: true,
    placeholder: 'team@example.org',
    hint: 'It gets one letter with a link, and nothing more before the link was opened.',
  },
];
export const MailAddress = z.object({ target: z.email().max(300) });

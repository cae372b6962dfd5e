import type { Alert, AlertRule } from '../../functions/model/alert.ts';
import { formatBytes, formatNumber } from '../draw/format.ts';

type Said = Pick<Alert, 'rule' | 'namespace' | 'container'>;

/** Beside the thresholds of `analysis/casework/alerts.ts`: what fires is over only beyond a margin. */
const RECOVER_POINTS = 5;
const RECOVER_SLOPE = 0.8;
const RECOVER_TIME = 1.25;

/** The whole setting in one sentence or two: when it fires, and when it is over. */
export function alertSentence({ rule, namespace, container }: Said): string {
  const whom = whomOf(namespace, container);
  switch (rule.kind) {
    case 'working-set': {
      const { percentOfLimit, forMinutes } = rule;
      const over = Math.max(0, percentOfLimit - RECOVER_POINTS);
      const share = `${formatNumber(percentOfLimit)} % of its limit or more`;
      if (forMinutes === 0)
        return `Fires when the working set of ${whom} is at ${share}. Over below ${formatNumber(over)} %.`;
      return `Fires when the working set of ${whom} stays at ${share} for ${minutesInWords(forMinutes)}. Over when it stays below ${formatNumber(over)} % as long.`;
    }
    case 'slope':
      return `Fires when ${whom} leaks faster than ${formatBytes(rule.bytesPerHour)} an hour. Over when it is slower than ${formatBytes(rule.bytesPerHour * RECOVER_SLOPE)} an hour, or leaks no more.`;
    case 'time-to-limit':
      return `Fires when ${whom} leaks and will be at its memory limit in less than ${hours(rule.hours)}. Over when more than ${hours(rule.hours * RECOVER_TIME)} are left.`;
    case 'oom-kill':
      return `Fires when ${whom} is killed for want of memory. Over after an hour without.`;
    case 'restart':
      return `Fires when ${whom} restarts. Over after an hour without.`;
  }
}

function whomOf(namespace: string, container: string): string {
  const where = namespace === '' ? '' : ` in the namespace “${namespace}”`;
  return container === '' ? `any container${where}` : `the container “${container}”${where}`;
}

function minutesInWords(minutes: number): string {
  if (minutes % 60 === 0 && minutes > 0) return minutes === 60 ? 'an hour' : `${formatNumber(minutes / 60)} hours`;
  return minutes === 1 ? 'a minute' : `${formatNumber(minutes)} minutes`;
}

const hours = (count: number): string => (count === 1 ? 'an hour' : `${formatNumber(count)} h`);

export const RULE_WORDS: Readonly<Record<AlertRule['kind'], string>> = {
  'working-set': 'working set near the limit',
  slope: 'growth',
  'time-to-limit': 'time to the limit',
  'oom-kill': 'OOM kill',
  restart: 'restart',
};

import { describe, expect, it } from 'vitest';
import { evaluateAlert, type AlertState } from '../../../functions/analysis/casework/alerts.ts';
import { Alert, type AlertRule } from '../../../functions/model/alert.ts';
import type { Analysis } from '../../../functions/model/analysis.ts';

const T0 = Date.UTC(2026, 0, 1);
const MIN = 60_000;
const LABELS = { namespace: 'shop', pod: 'app-1', container: 'app' };

function alertOf(rule: AlertRule): Alert {
  return Alert.parse({
    title: 'a',
    rule,
    id: '0'.repeat(19),
    slug: 's',
    by: 'Mara',
    atMs: T0,
    state: 'ok',
    firing: [],
    version: 1,
  });
}

function analysisOf(part: Partial<Analysis>): Analysis {
  const empty = { facts: [], findings: [], views: [], series: [], events: [], signatures: [], warnings: [] };
  return { format: 'x', analyserVersion: 1, context: {}, ...empty, ...part };
}

/** Percent of a limit of 1000 bytes, a sample a minute, from this minute on. */
function usage(fromMinute: number, percents: number[], pod = 'app-1'): Analysis {
  const timesMs = percents.map((_, i) => T0 + (fromMinute + i) * MIN);
  const labels = { ...LABELS, pod };
  return analysisOf({
    series: [
      {
        metric: 'container_memory_working_set_bytes',
        unit: 'bytes',
        labels,
        timesMs,
        values: percents.map((p) => p * 10),
      },
      { metric: 'container_spec_memory_limit_bytes', unit: 'bytes', labels, timesMs, values: percents.map(() => 1000) },
    ],
  });
}

const flat = (percent: number, minutes = 20): number[] => Array.from({ length: minutes }, () => percent);
const after = (alert: Alert, ...analyses: Analysis[]): AlertState =>
  analyses.reduce((state, analysis) => ({ ...state, ...evaluateAlert(state, analysis) }), alert);

describe('a threshold on the working set', () => {
  const alert = alertOf({ kind: 'working-set', percentOfLimit: 90, forMinutes: 10 });

  it('fires above it for so long, not for a moment, and not for too short a look', () => {
    expect(after(alert, usage(0, flat(95))).firing).toMatchObject([{ subject: 'shop/app-1/app' }]);
    expect(after(alert, usage(0, [...flat(95, 15), 80, ...flat(95, 5)])).state).toBe('ok');
    expect(after(alert, usage(0, flat(95, 5))).state).toBe('ok');
  });

  it('does not flap at its edge, and recovers below it', () => {
    const fired = after(alert, usage(0, flat(95)));
    const hovering = after({ ...alert, ...fired }, usage(30, flat(89)), usage(60, flat(91)), usage(90, flat(87)));
    expect(hovering.state).toBe('firing');
    expect(after({ ...alert, ...hovering }, usage(120, flat(80))).state).toBe('ok');
    expect(after(alert, usage(0, flat(89)), usage(30, flat(87))).state).toBe('ok');
  });

  it('is not moved by evidence that is older than what was heard, nor by the same again', () => {
    const fired = after(alert, usage(100, flat(95)));
    expect(after({ ...alert, ...fired }, usage(0, flat(10)))).toMatchObject(fired);
    expect(evaluateAlert({ ...alert, ...fired }, usage(100, flat(95)))).toEqual(
      evaluateAlert(alert, usage(100, flat(95))),
    );
  });

  it('ends with a pod that was replaced, an hour on', () => {
    const fired = after(alert, usage(0, flat(95)));
    expect(after({ ...alert, ...fired }, usage(30, flat(10), 'app-2')).state).toBe('firing');
    expect(after({ ...alert, ...fired }, usage(90, flat(10), 'app-2')).state).toBe('ok');
  });

  it('looks at its own namespace and container alone', () => {
    expect(after({ ...alert, namespace: 'other' }, usage(0, flat(95))).state).toBe('ok');
    expect(after({ ...alert, container: 'app' }, usage(0, flat(95))).state).toBe('firing');
  });
});

describe('thresholds on the verdict', () => {
  const verdict = (
    minute: number,
    slopeBytesPerHour: number,
    timeToLimitHours: number | null,
    said = 'leak',
  ): Analysis =>
    analysisOf({
      context: { capturedAtMs: T0 + minute * MIN },
      findings: [
        {
          rule: 'metrics/verdict',
          severity: 'warning',
          confidence: 1,
          title: 't',
          advice: '',
          fingerprint: 'f',
          evidence: { scope: 'container', verdict: said, ...LABELS, slopeBytesPerHour, timeToLimitHours },
        },
      ],
    });

  it('fire and recover with a margin', () => {
    const slope = alertOf({ kind: 'slope', bytesPerHour: 1000 });
    const fired = after(slope, verdict(0, 1100, null));
    expect(fired.state).toBe('firing');
    expect(after({ ...slope, ...fired }, verdict(10, 900, null)).state).toBe('firing');
    expect(after({ ...slope, ...fired }, verdict(10, 700, null)).state).toBe('ok');
    expect(after({ ...slope, ...fired }, verdict(10, 5000, null, 'no-leak')).state).toBe('ok');
    const time = alertOf({ kind: 'time-to-limit', hours: 24 });
    const near = after(time, verdict(0, 1, 20));
    expect(near.state).toBe('firing');
    expect(after({ ...time, ...near }, verdict(10, 1, 26)).state).toBe('firing');
    expect(after({ ...time, ...near }, verdict(10, 1, 31)).state).toBe('ok');
    expect(after(time, verdict(0, 1, null)).state).toBe('ok');
  });
});

describe('an alert on events', () => {
  const at = (endMinute: number, ...kills: number[]): Analysis =>
    analysisOf({
      context: { capturedAtMs: T0 + endMinute * MIN },
      events: kills.map((minute) => ({
        timeMs: T0 + minute * MIN,
        kind: 'oom-kill',
        subject: 'shop/app-1/app',
        text: '',
      })),
    });

  it('fires for a new one, and is over an hour after the last', () => {
    const alert = alertOf({ kind: 'oom-kill' });
    const fired = after(alert, at(10, 5));
    expect(fired.state).toBe('firing');
    expect(after({ ...alert, ...fired }, at(60, 5)).state).toBe('firing');
    expect(after({ ...alert, ...fired }, at(70, 5)).state).toBe('ok');
    expect(after(alert, at(500, 5)).state).toBe('ok');
    expect(after({ ...alert, ...fired }, at(70, 5, 65)).state).toBe('firing');
  });

  it('is not over because evidence of something else is newer', () => {
    const alert = alertOf({ kind: 'restart' });
    const fired = after(alert, { ...at(10, 5), events: at(10, 5).events.map((one) => ({ ...one, kind: 'restart' })) });
    expect(fired.state).toBe('firing');
    const other = usage(500, flat(10));
    const elsewhere = { ...other, series: other.series.map((one) => ({ ...one, labels: { metric: 'queue' } })) };
    expect(after({ ...alert, ...fired }, elsewhere).state).toBe('firing');
    expect(after({ ...alert, ...fired }, usage(500, flat(10))).state).toBe('ok');
  });

  it('hears a restart at the limit, which a verdict knows as a kill', () => {
    const killed: Analysis = {
      ...usage(0, flat(95)),
      findings: [
        {
          rule: 'metrics/verdict',
          severity: 'critical',
          confidence: 1,
          title: 'killed at its limit',
          evidence: { verdict: 'leak', ...LABELS },
          advice: '',
          view: 'leak',
          fingerprint: 'a',
        },
      ],
      views: [
        {
          kind: 'chart',
          name: 'leak',
          unit: 'bytes',
          timesMs: [T0, T0 + MIN],
          lines: [],
          marks: [{ timeMs: T0 + 15 * MIN, kind: 'oom-kill', label: 'Killed at the memory limit' }],
        },
      ],
    };
    const fired = after(alertOf({ kind: 'oom-kill' }), killed);
    expect(fired.firing.map(({ subject }) => subject)).toEqual(['shop/app-1/app']);
    expect(fired.firing[0]?.detail).toContain('00:15 UTC');
  });
});

import type { TableView } from '../../../model/view.ts';
import { containersOf, mainSeries } from '../containers.ts';
import { sparklineOf } from '../sparkline.ts';
import type { ContainerVerdict } from './container-verdict.ts';
import { growthOf } from './judge-case.ts';

/** Every container with its verdict, leaks first, by their share of the growth. */
export function verdictTable(containers: readonly ContainerVerdict[], mostRows: number): TableView {
  const order = { leak: 0, undecided: 1, 'no-leak': 2 };
  const sorted = containers.toSorted((a, b) => order[a.verdict] - order[b.verdict] || growthOf(b) - growthOf(a));
  const total = sorted.reduce((sum, one) => sum + growthOf(one), 0);
  return {
    kind: 'table',
    name: 'verdicts',
    title: 'Verdict of every container',
    columns: [
      { name: 'namespace' },
      { name: 'pod' },
      { name: 'container' },
      { name: 'version' },
      { name: 'verdict' },
      { name: 'layer' },
      { name: 'growth', unit: 'bytes/h' },
      { name: 'low', unit: 'bytes/h' },
      { name: 'high', unit: 'bytes/h' },
      { name: 'share of growth', unit: '%' },
      { name: 'to limit', unit: 'h' },
      { name: 'memory', unit: 'bytes' },
      { name: 'seen', unit: 'h' },
      { name: 'confidence', unit: '%' },
      { name: 'over time', unit: 'sparkline' },
    ],
    rows: sorted
      .slice(0, mostRows)
      .map((one) => [
        one.subject.namespace,
        one.subject.pod,
        one.subject.container,
        one.version ?? null,
        one.verdict,
        one.layer,
        bytesOf(one, one.slope?.bytesPerHour),
        bytesOf(one, one.slope?.low),
        bytesOf(one, one.slope?.high),
        total > 0 && one.slope && !one.bins.inShares ? Math.round((1000 * growthOf(one)) / total) / 10 : null,
        one.timeToLimitHours && Number.isFinite(one.timeToLimitHours.hours)
          ? Math.round(10 * one.timeToLimitHours.hours) / 10
          : null,
        bytesOf(one, one.levelBytes),
        Math.round(10 * one.seenHours) / 10,
        Math.round(100 * one.confidence),
        shapeOf(one),
      ]),
  };
}

/** Points of a limit that nobody gave are no bytes. */
function bytesOf({ bins }: ContainerVerdict, bytes: number | undefined): number | null {
  return bytes === undefined || bins.inShares ? null : Math.round(bytes);
}

function shapeOf({ subject }: ContainerVerdict): string {
  const [container] = containersOf([subject]);
  return sparklineOf((container && mainSeries(container))?.values ?? []);
}

import type { Analyser } from '../../analyser.ts';
import { jsonHead } from '../../bytes/json-head.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { parseGrafanaJson } from './parse.ts';

export const grafanaJson: Analyser = {
  format: 'grafana-json',
  title: 'Grafana panel data (JSON)',
  version: 4,
  detect(head) {
    const json = jsonHead(head);
    if (json === undefined) return 'no';
    const { paths, texts } = json;
    for (const path of paths) {
      if (/(?:^|[.\]])schema\.fields\[\]\.(?:name|type)$/.test(path)) return 'yes';
      if (
        /(?:^|[.\]])fields\[\]\.values(?:\.buffer)?(?:\[\])?$/.test(path) &&
        paths.has(path.replace(/values(?:\.buffer)?(?:\[\])?$/, 'name'))
      )
        return 'yes';
      if (/(?:^|\.)datapoints\[\]\[\]$/.test(path) && paths.has(path.replace(/datapoints\[\]\[\]$/, 'target')))
        return 'yes';
      if (/(?:^|[.\]])frames\[\]\.data\.values\[\]\[\]$/.test(path)) return 'yes';
      if (/(?:^|[.\]])snapshotData(?:\[\])?$/.test(path)) return 'maybe';
      // The values of the first frame may fill the head, with what they are behind them.
      if (/(?:^|[.\]])(?:data\.values|datapoints)\[\]\[\]$/.test(path)) return 'maybe';
      if (/(?:^|[.\]])columns\[\]\.text$/.test(path) && paths.has(path.replace(/columns\[\]\.text$/, 'rows')))
        return 'maybe';
    }
    // Dashboards and panels say what to draw, and answers may be empty: their reader says how to get at the data.
    const isOfGrafana =
      [...paths].some((path) =>
        /(?:^|\.)(?:gridPos|fieldConfig|panels\[\]\.targets\[\]\.(?:expr|refId))$/.test(path),
      ) ||
      texts.get('apiVersion')?.startsWith('dashboard.grafana.app/') === true ||
      (paths.has('state') && paths.has('series') && (paths.has('annotations') || paths.has('timeRange')));
    return isOfGrafana ? 'maybe' : 'no';
  },
  async analyse(source, run) {
    const { samples, frames, warnings } = await parseGrafanaJson(source, run);
    return analysisFromSamples(
      samples,
      {
        format: grafanaJson.format,
        version: grafanaJson.version,
        warnings,
        facts: [{ name: 'frames', value: frames, unit: 'count' }],
      },
      run,
    );
  },
};

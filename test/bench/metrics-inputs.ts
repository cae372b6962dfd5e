/** Inputs of the metrics benchmark: a cluster of 300 containers with many series each, drifting at random from a fixed seed. */

const STEP_S = 60;
const START_S = 1_754_000_000;
const METRICS = [
  'container_memory_working_set_bytes',
  'container_memory_rss',
  'container_memory_cache',
  'container_memory_usage_bytes',
  'container_cpu_usage_seconds_total',
];

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One query_range answer, 30 days at one minute for each series, until it has about `bytes` bytes. */
export function* rangeAnswer(bytes: number): Generator<string> {
  const random = randomFrom(1);
  let written = 0;
  yield '{"status":"success","data":{"resultType":"matrix","result":[';
  for (let series = 0; written < bytes; series++) {
    const metric = METRICS[series % METRICS.length]!;
    const pod = Math.floor(series / METRICS.length);
    let text = `${series > 0 ? ',' : ''}{"metric":{"__name__":"${metric}","container":"app","namespace":"shop","pod":"app-${pod}"},"values":[`;
    let value = 1e8 + random() * 1e8;
    for (let i = 0; i < 43_200; i++) {
      value += (random() - 0.49) * 1e6;
      const shown = metric.endsWith('_total') ? (value / 1e6).toFixed(6) : String(Math.floor(value / 4096) * 4096);
      text += `${i > 0 ? ',' : ''}[${START_S + i * STEP_S},"${shown}"]`;
    }
    text += ']}';
    written += text.length;
    yield text;
  }
  yield ']}}\n';
}

/** Scrapes of 1,500 series, one a minute, each sample with its time, joined in one file. */
export function* expositionText(bytes: number): Generator<string> {
  const random = randomFrom(2);
  const values = Array.from({ length: 1500 }, () => 1e8 + random() * 1e8);
  let written = 0;
  for (let scrape = 0; written < bytes; scrape++) {
    let text = '';
    for (let series = 0; series < values.length; series++) {
      const metric = METRICS[Math.floor(series / 300)]!;
      if (series % 300 === 0) text += `# HELP ${metric} As cAdvisor gives it.\n# TYPE ${metric} gauge\n`;
      const value = (values[series]! += (random() - 0.49) * 1e6);
      const pod = series % 300;
      text += `${metric}{container="app",id="/kubepods/burstable/pod${1000 + pod}/0f7e",image="registry.local/app:1.2.3",namespace="shop",pod="app-${pod}"} ${Math.floor(value)} ${(START_S + scrape * STEP_S) * 1000}\n`;
    }
    written += text.length;
    yield text;
  }
}

/** Grafana's "series as columns": a time and 40 columns. */
export function* csvText(bytes: number): Generator<string> {
  const random = randomFrom(3);
  const values = Array.from({ length: 40 }, () => 1e8 + random() * 1e8);
  yield `"Time",${values.map((_, pod) => `"{pod=""app-${pod}""}"`).join(',')}\n`;
  let written = 0;
  for (let row = 0; written < bytes; row += 100) {
    let text = '';
    for (let i = row; i < row + 100; i++) {
      text += new Date((START_S + i * 15) * 1000).toISOString().slice(0, 19).replace('T', ' ');
      for (let pod = 0; pod < values.length; pod++) text += `,${Math.floor((values[pod]! += (random() - 0.49) * 1e6))}`;
      text += '\n';
    }
    written += text.length;
    yield text;
  }
}

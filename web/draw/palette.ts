/** The light tokens as plain values, for pictures that live outside a page: `chart.svg`, the link preview, a saved PNG. Kept equal to `style/tokens.css` by a test. */
export const LIGHT = {
  ground: '#fbfbf9',
  surface: '#f3f3ef',
  ink: '#191c1f',
  ink2: '#454b52',
  ink3: '#626970',
  line: '#deded8',
  accent: '#0b57a4',
  leak: '#a93a00',
  sound: '#00694b',
  unsure: '#7a5200',
  series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#a89a00', '#5a6068'],
} as const;

export function seriesColour(series: number): string {
  return LIGHT.series[(series - 1) % 8] ?? LIGHT.ink3;
}

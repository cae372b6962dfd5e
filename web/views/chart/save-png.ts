/** The chart as it stands, on the page's ground, with its title. */
export async function savePng(chart: HTMLCanvasElement, title: string, holder: HTMLElement): Promise<void> {
  const ratio = devicePixelRatio;
  const head = 40 * ratio;
  const picture = document.createElement('canvas');
  picture.width = chart.width;
  picture.height = chart.height + head;
  const context = picture.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(document.body);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = style.color;
  context.font = `600 ${16 * ratio}px ${getComputedStyle(holder).fontFamily}`;
  context.textBaseline = 'middle';
  context.fillText(title, 12 * ratio, head / 2);
  context.drawImage(chart, 0, head);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (!blob) return;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${title.replace(/[^\w-]+/g, '-').toLowerCase() || 'chart'}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

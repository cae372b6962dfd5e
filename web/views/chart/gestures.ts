/** What hands do on a plot beside uPlot's own drag to zoom. */
export interface Ground {
  /** The element over the plot, as wide as the axis. */
  readonly over: HTMLElement;
  frame(): readonly [number, number];
  zoomed(): boolean;
  moveTo(fromMs: number, toMs: number): void;
  /** Pixels from the left edge of the plot. */
  pointAt(left: number): void;
}

/**
 * Touch: two fingers pinch, one pans where there is more to see and else reads values; the page still scrolls up and down.
 * Mouse: with Shift or the middle button a drag pans, Ctrl + wheel (a trackpad's pinch) zooms, a sideways wheel pans.
 */
export function listenToHands(ground: Ground): () => void {
  const { over } = ground;
  const fingers = new Map<number, { left: number; timeMs: number }>();
  let start: { left: number; frame: readonly [number, number] } | undefined;
  const leftOf = (event: MouseEvent): number => event.clientX - over.getBoundingClientRect().left;
  const timeAt = (left: number): number => {
    const [from, to] = ground.frame();
    return from + ((to - from) * left) / Math.max(1, over.clientWidth);
  };
  const anchor = (): void => {
    for (const finger of fingers.values()) finger.timeMs = timeAt(finger.left);
    const [only] = fingers.values();
    start = only && fingers.size === 1 ? { left: only.left, frame: ground.frame() } : undefined;
  };
  const pan = (left: number): void => {
    if (!start) return;
    const [from, to] = start.frame;
    const shift = ((to - from) * (start.left - left)) / Math.max(1, over.clientWidth);
    ground.moveTo(from + shift, to + shift);
  };
  const pinch = (): void => {
    const [a, b] = [...fingers.values()].sort((one, other) => one.timeMs - other.timeMs);
    if (!a || !b || b.left - a.left < 8 || b.timeMs <= a.timeMs) return;
    const msPerPixel = (b.timeMs - a.timeMs) / (b.left - a.left);
    const from = a.timeMs - a.left * msPerPixel;
    ground.moveTo(from, from + msPerPixel * over.clientWidth);
  };

  const isPan = (event: PointerEvent): boolean =>
    event.pointerType !== 'mouse' || event.button === 1 || (event.button === 0 && event.shiftKey);
  const onDown = (event: PointerEvent): void => {
    if (!isPan(event)) return;
    const left = leftOf(event);
    fingers.set(event.pointerId, { left, timeMs: timeAt(left) });
    over.setPointerCapture(event.pointerId);
    if (event.pointerType === 'mouse') event.preventDefault();
    anchor();
    if (event.pointerType !== 'mouse' && fingers.size === 1) ground.pointAt(left);
  };
  const onMove = (event: PointerEvent): void => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    finger.left = leftOf(event);
    if (fingers.size > 1) pinch();
    else if (ground.zoomed()) pan(finger.left);
    else ground.pointAt(finger.left);
  };
  const onUp = (event: PointerEvent): void => {
    if (fingers.delete(event.pointerId)) anchor();
  };
  const onWheel = (event: WheelEvent): void => {
    const [from, to] = ground.frame();
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    if (event.ctrlKey || event.metaKey) {
      const at = timeAt(leftOf(event));
      const factor = Math.exp(Math.max(-1, Math.min(1, event.deltaY * 0.01)));
      ground.moveTo(at - (at - from) * factor, at + (to - at) * factor);
    } else if (ground.zoomed() && Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      const shift = ((to - from) * sideways) / Math.max(1, over.clientWidth);
      ground.moveTo(from + shift, to + shift);
    } else return;
    event.preventDefault();
  };
  over.addEventListener('pointerdown', onDown);
  over.addEventListener('pointermove', onMove);
  over.addEventListener('pointerup', onUp);
  over.addEventListener('pointercancel', onUp);
  over.addEventListener('wheel', onWheel, { passive: false });
  return () => {
    over.removeEventListener('pointerdown', onDown);
    over.removeEventListener('pointermove', onMove);
    over.removeEventListener('pointerup', onUp);
    over.removeEventListener('pointercancel', onUp);
    over.removeEventListener('wheel', onWheel);
  };
}

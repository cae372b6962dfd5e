import type { VNode } from 'preact';

export interface ToolsProps {
  /** The time under the cursor, or the stretch that is shown. */
  readonly readout: string;
  /** How much of the data is drawn. */
  readonly said: string;
  readonly zoomed: boolean;
  readonly fitted: boolean;
  readonly onZoom: (how: 'in' | 'out' | 'all' | 'left' | 'right') => void;
  readonly onFit: () => void;
  readonly onSave: () => void;
}

/** Above a chart: what is shown, and buttons for everything that hands and keys can do. */
export function ChartTools({ readout, said, zoomed, fitted, onZoom, onFit, onSave }: ToolsProps): VNode {
  const button = (text: string, label: string, how: Parameters<typeof onZoom>[0]): VNode => (
    <button type="button" class="button small" aria-label={label} title={label} onClick={() => onZoom(how)}>
      {text}
    </button>
  );
  return (
    <div class="chart-tools">
      <span class="chart-at">
        {readout === '' ? (
          <>
            <span class="for-mouse">drag to zoom</span>
            <span class="for-touch">pinch to zoom</span>
          </>
        ) : (
          <span>{readout}</span>
        )}
        {said !== '' && <span class="chart-said">{said}</span>}
      </span>
      {zoomed && (
        <>
          {button('\u2190', 'Earlier', 'left')}
          {button('\u2192', 'Later', 'right')}
          <button type="button" class="button small" onClick={() => onZoom('all')}>
            Whole time
          </button>
        </>
      )}
      {button('+', 'Zoom in', 'in')}
      {button('\u2212', 'Zoom out', 'out')}
      <button
        type="button"
        class="button small"
        aria-pressed={fitted}
        title="The height shows what is in sight, not all from zero"
        onClick={onFit}
      >
        Fit height
      </button>
      <button type="button" class="button small" onClick={onSave} title="Save as a picture">
        PNG
      </button>
    </div>
  );
}

import type { VNode } from 'preact';
import { formatNumber } from '../draw/format.ts';
import { linearScale } from '../draw/scale.ts';
import { Sparkline } from '../draw/sparkline.tsx';
import type { FindingPicture } from './finding-number.ts';

/** The small picture of a finding: how much of the whole, how it ran, or a slope against zero. */
export function Picture({
  picture,
  mostBytes,
}: {
  picture: FindingPicture;
  mostBytes: number | undefined;
}): VNode | null {
  const { counts, spark, interval, share, bytes } = picture;
  if (counts) return <Counts counts={counts} />;
  if (share !== undefined) {
    return (
      <p class="share-line">
        <ShareBar share={share} />
        <span>
          {formatNumber(share * 100, 3)}
          {'\u202f'}%
        </span>
      </p>
    );
  }
  if (spark) return <Sparkline values={spark} width={240} height={40} />;
  if (interval) return <Interval {...interval} />;
  if (bytes === undefined || mostBytes === undefined || mostBytes <= 0) return null;
  return <ShareBar share={Math.abs(bytes) / mostBytes} />;
}

function ShareBar({ share }: { share: number }): VNode {
  return (
    <svg class="share-bar" width="100%" height="8" aria-hidden="true">
      <rect class="track" width="100%" height="8" rx="2" />
      <rect class="fill" width={`${Math.min(100, share * 100).toFixed(1)}%`} height="8" rx="2" />
    </svg>
  );
}

/** How many there were in each dump: a column each, its number above. */
function Counts({ counts }: { counts: readonly number[] }): VNode {
  const most = Math.max(...counts, 1);
  const [height, top] = [72, 18];
  const width = 100 / counts.length;
  const words = counts.map((count) => formatNumber(count, 15));
  return (
    <svg
      class="counts"
      width="100%"
      height={height}
      role="img"
      aria-label={`objects in each dump: ${words.join(', ')}`}
    >
      {counts.map((count, i) => {
        const tall = (Math.max(0, count) / most) * (height - top - 1);
        return (
          <>
            <rect
              x={`${(i * width + width * 0.04).toFixed(2)}%`}
              y={height - 1 - tall}
              width={`${(width * 0.92).toFixed(2)}%`}
              height={tall}
            />
            {(counts.length <= 8 || i === 0 || i === counts.length - 1) && (
              <text class="tick" x={`${((i + 0.5) * width).toFixed(2)}%`} y={height - 6 - tall} text-anchor="middle">
                {words[i]}
              </text>
            )}
          </>
        );
      })}
      <line class="axis" x1="0" x2="100%" y1={height - 0.5} y2={height - 0.5} />
    </svg>
  );
}

/** A slope with its interval against zero: does it include "nothing"? */
function Interval({ low, value, high }: { low: number; value: number; high: number }): VNode {
  const room = (Math.max(high, 0) - Math.min(low, 0)) * 0.05 || 1;
  const x = linearScale([Math.min(low, 0) - room, Math.max(high, 0) + room], [0, 100]);
  const at = (place: number): string => `${x(place).toFixed(1)}%`;
  return (
    <svg class="interval" width="100%" height="24" role="img" aria-label="the slope and its interval, against zero">
      <line class="grid-line" x1={at(0)} x2={at(0)} y1="2" y2="22" />
      <text class="tick" x={at(0)} dx="4" y="22">
        0
      </text>
      <line class="interval-line" x1={at(low)} x2={at(high)} y1="9" y2="9" />
      <circle class="interval-dot" cx={at(value)} cy="9" r="4" />
    </svg>
  );
}

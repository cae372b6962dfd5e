import type { VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { TreeView } from '../../../functions/model/view.ts';
import { hueOf, layoutFlame } from '../../draw/flame-layout.ts';
import { formatQuantity, plural, wordsOf } from '../../draw/format.ts';
import { initiallyOpen, shapeTree, type TreeRow, visibleRows } from '../../draw/tree-shape.ts';
import { useHydrated } from '../../parts/hydrated.ts';
import { Figure, type ViewProps } from '../figure.tsx';
import { FlameCanvas } from '../flame/canvas.tsx';
import { Bar, type BarScale } from '../table/bar.tsx';
import { Name } from '../name.tsx';
import { rowHeight, useNarrow } from '../narrow.ts';
import { useRowWindow } from '../virtual-rows.ts';
import { asIcicle, inclusiveColumn } from './as-icicle.ts';
import { moveInTree } from './move.ts';

const ROWS_WITHOUT_SCRIPT = 100;
const INDENT_PX = 16;
const TALL = 18;
const ICICLE_PX = 300;

/**
 * A table whose rows unfold. Arrow keys walk and fold it; only the rows in sight are in the document. Where a column includes what is below, an
 * icicle stands above it: what is chosen there is unfolded here.
 */
export function Tree({ view, untitled = false }: ViewProps<TreeView>): VNode {
  const hydrated = useHydrated();
  const shape = useMemo(() => shapeTree(view), [view]);
  const sized = useMemo(() => inclusiveColumn(view), [view]);
  const sizes = sized === undefined ? undefined : view.values[sized];
  const [open, setOpen] = useState<ReadonlySet<number>>(() => initiallyOpen(shape, sizes));
  const [active, setActive] = useState(shape.roots[0] ?? 0);
  const focusWanted = useRef(false);
  const rows = useMemo(() => visibleRows(shape, open), [shape, open]);
  const rowPx = rowHeight(true, useNarrow());
  const { scroller, from, to } = useRowWindow<HTMLDivElement>(rows.length, rowPx, ROWS_WITHOUT_SCRIPT);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.node === active),
  );
  useLayoutEffect(() => {
    if (!focusWanted.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-node="${String(active)}"]`);
    if (row) {
      focusWanted.current = false;
      row.focus({ preventScroll: true });
    }
  });
  const fold = (node: number, unfold: boolean): void => {
    const next = new Set(open);
    if (unfold) next.add(node);
    else next.delete(node);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = moveInTree(event.key, rows, at, open, shape);
    if (!move) return;
    event.preventDefault();
    if (move.fold) fold(move.fold.node, move.fold.open);
    if (move.to !== undefined) {
      focusWanted.current = true;
      setActive(rows[move.to]?.node ?? active);
      keepInSight(scroller.current, move.to, rowPx);
    }
  };
  const reveal = (node: number): void => {
    const next = new Set(open);
    for (let up = shape.parent[node] ?? -1; up >= 0; up = shape.parent[up] ?? -1) next.add(up);
    setOpen(next);
    setActive(node);
    const place = visibleRows(shape, next).findIndex((row) => row.node === node);
    // The rows that were just unfolded give the scroller its height first.
    requestAnimationFrame(() => keepInSight(scroller.current, place, rowPx));
  };
  const bar = sized === undefined ? undefined : barOver(sized, sizes, shape.roots);
  const shown = rows.slice(from, to);
  return (
    <Figure title={untitled ? undefined : view.title} note={view.note} class="tree-view">
      {hydrated && sized !== undefined && <Icicle view={view} column={sized} onChoose={reveal} />}
      {hydrated && (
        <p class="hint">Arrow keys walk the tree, right and left unfold and fold. {plural(shape.count, 'node')}.</p>
      )}
      <div
        ref={scroller}
        class={rows.length > TALL || hydrated ? 'table-wrap tall' : 'table-wrap'}
        role="region"
        aria-label={view.title ?? wordsOf(view.name)}
        tabIndex={hydrated ? -1 : 0}
        onKeyDown={onKeyDown}
      >
        <table
          class="table rows wide stacks tree"
          role={hydrated ? 'treegrid' : undefined}
          aria-label={view.title ?? wordsOf(view.name)}
        >
          <colgroup>
            <col />
            {view.columns.map(() => (
              <col width={110} />
            ))}
            {bar && <col width={110} />}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">name</th>
              {view.columns.map((column) => (
                <th scope="col" class="number">
                  {wordsOf(column.name)}
                </th>
              ))}
              {bar && (
                <th scope="col">
                  <span class="unseen">share of {wordsOf(view.columns[bar.column]?.name ?? '')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Spacer px={from * rowPx} />}
            {shown.map((row) => (
              <Row
                key={row.node}
                row={row}
                view={view}
                bar={bar}
                live={hydrated}
                open={open.has(row.node)}
                active={rows[at]?.node === row.node}
                onFold={() => {
                  setActive(row.node);
                  fold(row.node, !open.has(row.node));
                }}
                onActive={() => setActive(row.node)}
              />
            ))}
            {hydrated && to < rows.length && <Spacer px={(rows.length - to) * rowPx} />}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}

function Icicle({
  view,
  column,
  onChoose,
}: {
  view: TreeView;
  column: number;
  onChoose: (node: number) => void;
}): VNode {
  const icicle = useMemo(() => asIcicle(view, column), [view, column]);
  const layout = useMemo(() => layoutFlame(icicle), [icicle]);
  return (
    <FlameCanvas
      view={icicle}
      layout={layout}
      thing="object"
      mostPx={ICICLE_PX}
      hue={hueOfObject}
      onChoose={onChoose}
    />
  );
}

/** By the whole name: objects of one package are of different classes. */
const hueOfObject = (label: string): number => hueOf(label.replaceAll(/[.:#!()]/g, ' '));

/** Every bar is a share of the roots. */
function barOver(
  column: number,
  sizes: readonly (number | null)[] | undefined,
  roots: readonly number[],
): BarScale | undefined {
  const most = Math.max(0, ...roots.slice(0, 1000).map((root) => sizes?.[root] ?? 0));
  return most > 0 ? { column, least: 0, most } : undefined;
}

interface RowProps {
  readonly row: TreeRow;
  readonly view: TreeView;
  readonly bar: BarScale | undefined;
  readonly live: boolean;
  readonly open: boolean;
  readonly active: boolean;
  readonly onFold: () => void;
  readonly onActive: () => void;
}

function Row({ row, view, bar, live, open, active, onFold, onActive }: RowProps): VNode {
  const label = view.labels[row.node] ?? '';
  const reach = live
    ? {
        'aria-level': row.depth + 1,
        'aria-posinset': row.place,
        'aria-setsize': row.siblings,
        'aria-expanded': row.hasChildren ? open : undefined,
        tabIndex: active ? 0 : -1,
        onFocus: onActive,
      }
    : {};
  return (
    <tr data-node={row.node} {...reach}>
      <td class="name" title={label.length > 40 ? label : undefined}>
        <span class="tree-cell">
          <svg width={Math.min(row.depth, 40) * INDENT_PX} height="1" aria-hidden="true" />
          {row.hasChildren && live ? (
            <button type="button" class={open ? 'fold open' : 'fold'} tabIndex={-1} aria-hidden="true" onClick={onFold}>
              <svg width="12" height="12" viewBox="0 0 12 12">
                <path d="M4 2.5 8 6 4 9.5" fill="none" stroke="currentColor" stroke-width="1.6" />
              </svg>
            </button>
          ) : (
            <span class="fold" />
          )}
          <span class="tree-label">
            <Name text={label} />
          </span>
        </span>
      </td>
      {view.columns.map((column, c) => {
        const value = view.values[c]?.[row.node];
        return (
          <td class="number">{value === null || value === undefined ? '' : formatQuantity(value, column.unit)}</td>
        );
      })}
      {bar && (
        <td class="bar">
          <Bar value={view.values[bar.column]?.[row.node]} bar={bar} />
        </td>
      )}
    </tr>
  );
}

function Spacer({ px }: { px: number }): VNode {
  return (
    <tr class="spacer" aria-hidden="true">
      <td {...{ height: px }} />
    </tr>
  );
}

function keepInSight(scroller: HTMLElement | null, row: number, rowPx: number): void {
  if (!scroller) return;
  const top = row * rowPx;
  const room = scroller.clientHeight - 2 * rowPx;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top > scroller.scrollTop + room) scroller.scrollTop = top - room;
}

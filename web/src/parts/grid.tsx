/* grid.tsx - the list: only rows in view exist in the page. The list itself has the focus; the row under the cursor is named by
 * aria-activedescendant, so moving is one attribute, not a change of focus. */
import { useEffect, useRef, useState } from "preact/hooks";
import { openRow } from "../actions";
import { board } from "../board";
import { chance, due, moneyRound, qty } from "../format";
import { home, useCell } from "../store";
import type { QueueRow } from "../types";
import { kindWord, statusWord, tierWord, verbWord } from "../words";
import { TierChip } from "./bits";
import { pure } from "./pure";

const AHEAD = 6;                       // rows drawn above and below what is seen
const NARROW = 620;                    // below this a row is a card
const ROW = 50, CARD = 92, HEAD = 34;

interface Head { name: string; label: string; sort?: string; number?: boolean; title?: string }
const HEADS: readonly Head[] = [
  { name: "sel", label: "Selected" }, { name: "item", label: "Item", sort: "item" }, { name: "place", label: "Place", sort: "place" },
  { name: "what", label: "Proposal and why" },
  { name: "p", label: "P(out)", sort: "p_out", number: true, title: "Chance of running out before the next order could arrive" },
  { name: "rank", label: "Loss", sort: "rank", number: true, title: "Expected loss if nobody acts: the rank" },
  { name: "stake", label: "At stake", sort: "stake", number: true, title: "Margin at stake in all" },
  { name: "due", label: "Decide", sort: "due", number: true }, { name: "tier", label: "Tier" },
];

/** "Buy 264 EA", "Stop ordering". */
export function actionText(row: Pick<QueueRow, "action" | "uom">) {
  const found = /^(\S+) ([\d.]+)$/.exec(row.action);
  return found ? `${verbWord(found[1]!)} ${qty(Number(found[2]), row.uom ?? "")}` : verbWord(row.action);
}

interface RowProps {
  row: QueueRow | undefined; at: number; cursor: boolean; chosen: boolean; gone: boolean; top: number; height: number; asOf: string | null;
}
const Row = pure(({ row, at, cursor, chosen, gone, top, height, asOf }: RowProps) => {
  const style = { transform: `translateY(${top}px)`, height: `${height}px` };
  if (!row) {
    return <div role="row" id={`row-${at}`} aria-rowindex={at + 2} aria-selected={false} class={cursor ? "row cursor" : "row"} style={style} data-place={at}>
      <span role="gridcell" class="c-item"><span class="skeleton" />Reading row {at + 1}</span></div>;
  }
  return (
    <div role="row" id={`row-${at}`} aria-rowindex={at + 2} aria-selected={chosen} style={style} data-place={at} data-id={row.id}
      class={`row${cursor ? " cursor" : ""}${chosen ? " chosen" : ""}${gone ? " gone" : ""}`}>
      <span role="gridcell" class="c-sel"><span class="unseen">{chosen ? "selected" : ""}</span><span class="check" aria-hidden="true">{chosen ? "✓" : ""}</span>
        <span class="rank-number" aria-hidden="true">{at + 1}</span></span>
      <span role="gridcell" class="c-item"><b>{row.item || "All items"}</b><small>{row.description}</small></span>
      <span role="gridcell" class="c-place">{row.place}</span>
      <span role="gridcell" class="c-what"><b>{gone ? `✓ ${statusWord(row.status, row.kind)}${row.kind === "fix-data" ? "" : `: ${actionText(row)}`}` : row.kind === "fix-data" ? kindWord(row.kind) : actionText(row)}</b><small title={row.title}>{row.title}</small></span>
      <span role="gridcell" class="c-p number">{chance(row.p_out)}</span>
      <span role="gridcell" class="c-rank number"><b>{moneyRound(row.rank, row.currency)}</b></span>
      <span role="gridcell" class="c-stake number">{moneyRound(row.at_stake, row.currency)}</span>
      <span role="gridcell" class={"c-due number" + (row.due_day && asOf && row.due_day < asOf && !gone ? " bad-text" : "")}>{due(row.due_day, asOf)}</span>
      <span role="gridcell" class="c-tier"><TierChip tier={row.tier} word={tierWord(row.tier)} /></span>
    </div>
  );
});

/** What has been scrolled to, and how much fits. */
function useView() {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, width: 800 });
  useEffect(() => {
    const grid = frame.current!;
    const look = () => setView({ top: grid.scrollTop, height: grid.clientHeight, width: grid.clientWidth });
    const watch = new ResizeObserver(look);
    grid.addEventListener("scroll", look, { passive: true });
    watch.observe(grid);
    look();
    return () => { grid.removeEventListener("scroll", look); watch.disconnect(); };
  }, []);
  return { frame, view };
}

export function Grid({ onSort }: { onSort: (sort: string) => void }) {
  useCell(board.changed);
  const asOf = useCell(home)?.as_of ?? null;
  const { frame, view } = useView();
  const narrow = view.width < NARROW, height = narrow ? CARD : ROW, head = narrow ? 0 : HEAD;
  const first = Math.max(0, Math.floor(view.top / height) - AHEAD), last = Math.min(board.total - 1, Math.ceil((view.top + view.height) / height) + AHEAD);
  const { sort, dir } = board.query;

  useEffect(() => { board.need(first, last); }, [first, last, board.total, board.snapshot]);
  useEffect(() => {                                            // the cursor stays in view, clear of the head
    const grid = frame.current!, top = board.cursor * height;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + height > grid.scrollTop + grid.clientHeight - head) grid.scrollTop = top + height - grid.clientHeight + head;
  }, [board.cursor, height, board.snapshot, view.height]);

  const press = (event: MouseEvent) => {
    const line = (event.target as Element).closest<HTMLElement>("[data-place]");
    if (!line) return;
    const at = Number(line.dataset.place), box = (event.target as Element).closest(".c-sel") !== null;
    frame.current!.focus({ preventScroll: true });
    if (event.shiftKey) board.selectRange(at);
    else if (box || event.ctrlKey || event.metaKey) board.select(at);
    else {
      const again = at === board.cursor;
      board.move(at);
      if (narrow || view.width >= window.innerWidth - 40 || again && event.detail === 2) openRow(board.row(at));
    }
  };
  const rows = [];
  for (let at = first; at <= last; at++) {
    const row = board.row(at);
    rows.push(<Row key={at} at={at} row={row} cursor={at === board.cursor} chosen={row !== undefined && board.selected.has(row.id)} gone={row !== undefined && !board.wants(row)}
      top={at * height} height={height} asOf={asOf} />);
  }
  return (
    <div ref={frame} class={narrow ? "grid narrow" : "grid"} role="grid" tabIndex={0} aria-label="Cases, most expected loss first unless sorted otherwise"
      aria-rowcount={board.total + 1} aria-colcount={HEADS.length} aria-multiselectable="true" aria-busy={board.busy}
      aria-activedescendant={board.total > 0 && board.cursor >= first && board.cursor <= last ? `row-${board.cursor}` : undefined} onClick={press}>
      <div role="rowgroup" class="head">
        <div role="row" aria-rowindex={1} class="row">
          {HEADS.map((column) => (
            <span key={column.name} role="columnheader" class={`c-${column.name}${column.number ? " number" : ""}`} title={column.title}
              aria-sort={column.sort ? (column.sort === sort ? (dir === "asc" ? "ascending" : "descending") : "none") : undefined}>
              {column.sort ? <button type="button" onClick={() => onSort(column.sort!)}>{column.label}{column.sort === sort && <i aria-hidden="true">{dir === "asc" ? " ▲" : " ▼"}</i>}</button>
                : column.name === "sel" ? <span class="unseen">{column.label}</span> : column.label}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="body" style={{ height: `${board.total * height}px` }}>{rows}</div>
    </div>
  );
}

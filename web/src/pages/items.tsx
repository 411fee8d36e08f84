/* items.tsx - finding an item at a place by words. */
import { useEffect, useRef, useState } from "preact/hooks";
import { chance, cover, decimal, money, qty } from "../format";
import { useLoad } from "../load";
import { itemAddress, note, place } from "../router";
import { home, useCell } from "../store";
import type { ItemLine } from "../types";
import { Empty, Failed, Skeleton } from "../parts/bits";
import { Table } from "../parts/table";

const TYPING_MS = 250;

export function ItemsPage() {
  const { query } = useCell(place);
  const [text, setText] = useState(query.get("f") ?? "");
  const [asked, setAsked] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    timer.current = setTimeout(() => { setAsked(text.trim()); note("/items" + (text.trim() ? "?f=" + encodeURIComponent(text.trim()) : "")); }, TYPING_MS);
    return () => clearTimeout(timer.current);
  }, [text]);
  const { data, problem, again } = useLoad<{ rows: ItemLine[]; total: number }>("/items", { f: asked, limit: 200 }, { fresh: false });
  const rows = data?.rows ?? [], currency = useCell(home)?.currency ?? "";
  return (
    <div class="page">
      <h1>Items</h1>
      <label class="field filter-field"><span>Item, description or place</span>
        <input id="filter" type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
      {problem ? <Failed problem={problem} retry={again} /> : !data ? <Skeleton label="Reading items" />
        : rows.length === 0 ? <Empty title="No item fits these words." />
        : <Table caption="Items at places" rows={rows} columns={[
          { head: "Item", rowHead: true, cell: (row) => <a href={itemAddress(row.item, row.place)}>{row.item}</a> },
          { head: "Description", cell: (row) => row.description ?? "" },
          { head: "Place", cell: (row) => row.place },
          { head: "Tier", cell: (row) => row.tier },
          { head: "On hand", number: true, cell: (row) => qty(row.on_hand, row.uom ?? "") },
          { head: "On order", number: true, cell: (row) => qty(row.on_order, row.uom ?? "") },
          { head: "Cover", number: true, cell: (row) => cover(row.cover_days) },
          { head: "Chance of being out", number: true, cell: (row) => chance(row.p_out) },
          { head: "Stock value", number: true, cell: (row) => money(row.stock_value, currency) },
        ]} />}
      {data && data.total > rows.length && <p class="muted">{decimal(rows.length, 0)} of {decimal(data.total, 0)} shown; more words show fewer.</p>}
    </div>
  );
}

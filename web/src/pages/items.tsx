/* items.tsx - finding an item at a place by words. */
import { useEffect, useRef, useState } from "preact/hooks";
import { decimal, money, qty } from "../format";
import { useLoad } from "../load";
import { itemAddress, note, place } from "../router";
import { useCell } from "../store";
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
  const { data, problem, again } = useLoad<{ rows: ItemLine[]; total?: number; currency?: string }>("/items", { f: asked, limit: 200 }, { fresh: false });
  const rows = data?.rows ?? [];
  return (
    <div class="page">
      <h1>Items</h1>
      <label class="field filter-field"><span>Item, description, place or supplier</span>
        <input id="filter" type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
      {problem ? <Failed problem={problem} retry={again} /> : !data ? <Skeleton label="Reading items" />
        : rows.length === 0 ? <Empty title="No item fits these words." />
        : <Table caption="Items at places" rows={rows} columns={[
          { head: "Item", rowHead: true, cell: (row) => <a href={itemAddress(row.item, row.place)}>{row.item}</a> },
          { head: "Description", cell: (row) => row.description ?? "" },
          { head: "Place", cell: (row) => row.place },
          { head: "Supplier", cell: (row) => row.supplier ?? "" },
          { head: "On hand", number: true, cell: (row) => qty(row.on_hand, row.uom ?? "") },
          { head: "On order", number: true, cell: (row) => qty(row.on_order, row.uom ?? "") },
          { head: "Stock value", number: true, cell: (row) => money(row.value, row.currency ?? data.currency ?? "") },
          { head: "Cover", number: true, cell: (row) => (row.cover_days == null ? "—" : `${decimal(row.cover_days, 0)} d`) },
        ]} />}
      {data?.total !== undefined && data.total > rows.length && <p class="muted">{decimal(rows.length, 0)} of {decimal(data.total, 0)} shown; more words show fewer.</p>}
    </div>
  );
}

/* queue.tsx - the queue: what waits, best first; the open case beside it where there is room. */
import { useEffect, useRef, useState } from "preact/hooks";
import { actions, focusGrid, here, noteCursor, wide } from "../actions";
import { exportAddress } from "../api";
import { board, queryAddress, queryOf, SELECT_MOST, type BoardQuery } from "../board";
import { count, money, plural } from "../format";
import { go, place } from "../router";
import { announce, home, useCell } from "../store";
import { kindWord, tierWord } from "../words";
import { CasePane } from "../parts/casepane";
import { Empty, Failed, Key, Skeleton } from "../parts/bits";
import { Grid } from "../parts/grid";
import { Strip } from "../parts/strip";

const VIEWS: readonly { view: string; label: string; none: string }[] = [
  { view: "open", label: "Open", none: "Nothing needs you." },
  { view: "approval", label: "Waiting approval", none: "Nothing waits for a second pair of eyes." },
  { view: "data", label: "Data", none: "No doubtful data." },
  { view: "snoozed", label: "Snoozed", none: "Nothing is snoozed." },
  { view: "done", label: "Done", none: "Nothing has been decided yet." },
];
const FACETS: readonly { name: "kind" | "place" | "tier" | "supplier"; label: string; word: (code: string) => string }[] = [
  { name: "kind", label: "Kind", word: kindWord }, { name: "place", label: "Place", word: (code) => code },
  { name: "tier", label: "Tier", word: tierWord }, { name: "supplier", label: "Supplier", word: (code) => code },
];
const TYPING_MS = 250;

function ask(query: BoardQuery) { go(queryAddress(query)); }

function Tabs() {
  useCell(board.changed);
  return (
    <nav class="tabs" aria-label="Views">
      {VIEWS.map(({ view, label }) => {
        const current = board.query.view === view;
        return <a key={view} href={queryAddress({ ...board.query, view })} aria-current={current ? "page" : undefined}>
          {label}{current && board.loaded && <span class="count">{count(board.left())}</span>}</a>;
      })}
    </nav>
  );
}

function Filters() {
  useCell(board.changed);
  const [text, setText] = useState(board.query.f);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const shown = board.query.f;
  useEffect(() => setText(shown), [shown]);
  const type = (value: string) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => ask({ ...board.query, f: value.trim() }), TYPING_MS);
  };
  const narrowed = FACETS.some(({ name }) => board.query[name]) || shown !== "";
  return (
    <search class="filters">
      <label class="filter"><span class="unseen">Filter by words</span>
        <input id="filter" type="search" placeholder="Filter: item, place, supplier …" value={text} onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === "Enter" || event.key === "Escape") { event.preventDefault(); focusGrid(); } }} />
        <Key name="/" />
      </label>
      {FACETS.map(({ name, label, word }) => {
        const values = Object.entries(board.facets[name] ?? {});
        const chosen = board.query[name];
        if (chosen && !values.some(([code]) => code === chosen)) values.push([chosen, 0]);
        if (values.length === 0) return null;
        return (
          <label key={name} class={chosen ? "facet on" : "facet"}><span class="unseen">{label}</span>
            <select value={chosen} onChange={(event) => ask({ ...board.query, [name]: event.currentTarget.value })}>
              <option value="">{label}: all</option>
              {values.map(([code, n]) => <option key={code} value={code}>{word(code)} ({count(n)})</option>)}
            </select>
          </label>
        );
      })}
      {narrowed && <button type="button" class="link" onClick={() => ask({ ...board.query, f: "", kind: "", place: "", tier: "", supplier: "" })}>Clear</button>}
    </search>
  );
}

/** Shown while rows are selected: what they are worth, and what can be done with all of them. */
function Selection() {
  useCell(board.changed);
  const n = board.selected.size;
  if (n === 0) return null;
  const chosen = [...board.selected.values()], now = here();
  const total = chosen.reduce((sum, row) => sum + (row.value ?? 0), 0);
  return (
    <div class="selection" role="group" aria-label="Selection">
      <strong>{count(n)} selected</strong><span class="muted">worth {money(total, chosen[0]!.currency || home.value?.currency || "")}</span>
      {actions.filter((row) => row.group === "decide" && row.when(now)).map((row) => (
        <button key={row.name} type="button" class={row.primary ? "button primary" : "button"} onClick={() => row.perform(here())}>{row.label}<Key name={row.keys[0]} /></button>
      ))}
      {n < board.left() && <button type="button" class="link" onClick={() => void board.selectAll().then(() => announce(`${board.selected.size} selected`))}>
        Select all {count(Math.min(board.left(), SELECT_MOST))}</button>}
      <button type="button" class="link" onClick={() => { board.selectNone(); focusGrid(); }}>Select none</button>
    </div>
  );
}

function Arrived() {
  useCell(board.changed);
  if (board.arrived === 0) return null;
  return <button type="button" class="pill" onClick={() => { void board.fresh().then(focusGrid); }}>{count(board.arrived)} new ↑</button>;
}

function List() {
  useCell(board.changed);
  const h = useCell(home);
  const sort = (by: string) => ask({ ...board.query, sort: by,
    dir: board.query.sort === by ? (board.query.dir === "desc" ? "asc" : "desc") : ["item", "place", "due"].includes(by) ? "asc" : "desc" });
  if (!board.loaded) return <Skeleton rows={12} label="Reading the queue" />;
  if (board.problem && board.total === 0) return <Failed problem={board.problem} retry={() => void board.fresh()} />;
  if (board.total === 0) {
    const { view, f, kind, place: at, tier, supplier } = board.query, narrowed = Boolean(f || kind || at || tier || supplier);
    return (
      <Empty title={narrowed ? "No case fits this filter." : VIEWS.find((row) => row.view === view)?.none ?? "Nothing here."}>
        {!narrowed && view === "open" && h && <p>{plural(h.queue.automatic, "case")} handled by policy. <a href="/q?view=done">Show them</a></p>}
        {narrowed && <button type="button" class="button" onClick={() => ask({ ...board.query, f: "", kind: "", place: "", tier: "", supplier: "" })}>Clear the filter</button>}
      </Empty>
    );
  }
  return <>
    {board.problem && <p class="banner bad" role="alert">Some rows could not be read: {board.problem.message} <button type="button" class="link" onClick={() => void board.fresh()}>Read again</button></p>}
    <Grid onSort={sort} />
  </>;
}

/** The case under the cursor. */
function Beside() {
  useCell(board.changed);
  const row = board.current();
  if (!row) return <aside class="pane" aria-label="Case" />;
  return <aside class="pane" aria-label="Case" tabIndex={-1}><CasePane id={row.id} /></aside>;
}

function Exports() {
  useCell(board.changed);
  return (
    <div class="exports">
      <a class="button" href={exportAddress("xlsx", { ...board.query })} download>Export .xlsx</a>
      <a class="button" href={exportAddress("csv", { ...board.query })} download>.csv</a>
    </div>
  );
}

/** A thin line while a new answer is on its way; and the list gets the focus when it first stands. */
function Progress() {
  useCell(board.changed);
  useEffect(() => { if (board.loaded && (document.activeElement === document.body || document.activeElement?.id === "main")) focusGrid(); }, [board.loaded]);
  useEffect(noteCursor, [board.cursor, board.snapshot]);
  return <div class={"progress" + (board.busy && board.loaded ? " on" : "")} />;
}

export function QueuePage() {
  const { query: search } = useCell(place), isWide = useCell(wide);
  const asked = JSON.stringify(queryOf(search));
  useEffect(() => {
    const find = Number(search.get("sel")) || undefined;
    if (!board.loaded || asked !== JSON.stringify(board.query)) void board.open(queryOf(search), find);
    else if (find !== undefined) board.stand(find);
    else board.move(board.cursor);
  }, [asked]);
  return (
    <div class="queue">
      <Strip />
      <div class="toolbar">
        <h1 class="unseen">Queue</h1>
        <Tabs />
        <Filters />
        <Arrived />
        <Exports />
      </div>
      <Selection />
      <Progress />
      <div class={isWide ? "split" : "split one"}>
        <section class="list" aria-label="Cases"><List /></section>
        {isWide && <Beside />}
      </div>
    </div>
  );
}

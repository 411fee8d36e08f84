/* board.ts - the queue as the screen holds it: windows of 200 rows of one stable order, a cursor, a selection.
 *
 * (1) Rows live on the server; a window is fetched when it comes into view and kept until the order changes.
 * (2) While the same snapshot is shown nothing moves under the cursor: a decided row stays where it is and says what became of it.
 * (3) What a person selected or stands on survives refetching, because both are ids. */
import { get, Problem, queryText } from "./api";
import { Cell } from "./store";
import type { QueuePage, QueueRow } from "./types";

export const WINDOW = 200;
export const SELECT_MOST = 5000;

export interface BoardQuery {
  view: string; sort: string; dir: string; f: string; kind: string; place: string; tier: string; supplier: string;
}
export const QUERY_START: BoardQuery = { view: "open", sort: "rank", dir: "desc", f: "", kind: "", place: "", tier: "", supplier: "" };

/** The query in an address: only what differs from the start. */
export function queryOf(search: URLSearchParams): BoardQuery {
  const query = { ...QUERY_START };
  for (const name of Object.keys(query) as (keyof BoardQuery)[]) query[name] = search.get(name) ?? query[name];
  return query;
}
export function queryAddress(query: BoardQuery, more: Record<string, string> = {}): string {
  const differs = Object.fromEntries(Object.entries(query).filter(([name, value]) => value !== QUERY_START[name as keyof BoardQuery]));
  return "/q" + queryText({ ...differs, ...more });
}

export class Board {
  readonly changed = new Cell(0);
  query: BoardQuery = QUERY_START;
  snapshot: number | string = "";
  total = 0;
  facets: QueuePage["facets"] = {};
  cursor = 0;
  selected = new Map<number, QueueRow>();
  busy = false;
  problem: Problem | null = null;
  loaded = false;
  arrived = 0;                           // new cases since this order was made
  readonly given = new Set<number>();    // cases that got a verdict on this screen
  private rows = new Map<number, QueueRow>();          // by place in the order
  private places = new Map<number, number>();          // id -> place in the order
  private asked = new Set<number>();                   // windows on their way or here
  private abort = new AbortController();
  private anchor = 0;

  private tell() { this.changed.set(this.changed.value + 1); }

  /** Asks a new question; the old rows stay on the screen until the answer is here. `find` = id to stand on. */
  async open(query: BoardQuery, find?: number): Promise<void> {
    this.query = query;
    await this.fresh(find);
  }

  /** Makes the order anew. */
  async fresh(find?: number): Promise<void> {
    this.abort.abort();
    const abort = this.abort = new AbortController();
    this.busy = true; this.problem = null;
    this.tell();
    try {
      const page = await this.ask(0, "", abort.signal);
      this.rows.clear(); this.places.clear(); this.asked.clear();
      this.selected.clear();
      this.arrived = 0;
      this.given.clear();
      this.cursor = 0;
      this.take(page);
      this.asked.add(0);
      if (find !== undefined) await this.search(find);
    } catch (error) {
      if ((error as Error).name === "AbortError") return;
      this.problem = error as Problem;
    }
    this.busy = false; this.loaded = true;
    this.tell();
  }

  /** Stands on a case of the first thousand; one further down is shown by its own address. */
  private async search(id: number): Promise<void> {
    for (let number = 1; !this.places.has(id) && number < 5 && number * WINDOW < this.total; number++) await this.window(number);
    this.stand(id);
  }

  private ask(offset: number, snapshot: number | string, signal: AbortSignal): Promise<QueuePage> {
    return get<QueuePage>("/queue", { ...this.query, offset, limit: WINDOW, snapshot }, signal);
  }

  private take(page: QueuePage) {
    this.snapshot = page.snapshot;
    this.total = page.total;
    this.facets = page.facets ?? {};
    page.rows.forEach((row, i) => {
      this.rows.set(page.offset + i, row);
      this.places.set(row.id, page.offset + i);
    });
  }

  /** Sees to it that rows from..to are here or on their way. */
  need(from: number, to: number) {
    for (let window = Math.floor(Math.max(0, from) / WINDOW); window * WINDOW <= Math.min(to, this.total - 1); window++) {
      if (!this.asked.has(window)) void this.window(window);
    }
  }

  private async window(number: number): Promise<void> {
    this.asked.add(number);
    const { signal } = this.abort;
    try {
      this.take(await this.ask(number * WINDOW, this.snapshot, signal));
      this.problem = null;
    } catch (error) {
      if ((error as Error).name === "AbortError" || signal.aborted) return;
      this.asked.delete(number);
      this.problem = error as Problem;
    }
    this.tell();
  }

  /** Reads the windows already here again, in the same order: others decide too. */
  async reread(): Promise<void> {
    await Promise.all([...this.asked].map((number) => this.window(number)));
  }

  row(place: number): QueueRow | undefined { return this.rows.get(place); }
  current(): QueueRow | undefined { return this.rows.get(this.cursor); }
  placeOf(id: number): number | undefined { return this.places.get(id); }

  stand(id: number): boolean {
    const found = this.places.get(id);
    if (found === undefined) return false;
    this.move(found);
    return true;
  }

  move(to: number) {
    this.cursor = Math.max(0, Math.min(this.total - 1, to));
    if (this.selected.size === 0) this.anchor = this.cursor;
    this.need(this.cursor - 20, this.cursor + 40);
    this.tell();
  }

  /** The next row that still wants a verdict, else the next row. */
  moveOn() {
    for (let at = this.cursor + 1; at < this.total; at++) {
      const row = this.rows.get(at);
      if (!row || this.wants(row)) return this.move(at);
    }
    this.move(this.cursor + 1);
  }

  /** Whether a row belongs to the view it is shown in, as it stands now. */
  wants(row: QueueRow): boolean {
    const { view } = this.query;
    if (view === "approval") return row.status === "waiting-approval";
    if (view === "done") return true;
    return !this.given.has(row.id) && (row.status === "open" || row.status === "snoozed");
  }

  /** How many rows of the view still want a verdict, as far as this screen knows. */
  left(): number {
    let gone = 0;
    for (const row of this.rows.values()) if (!this.wants(row)) gone++;
    return Math.max(0, this.total - gone);
  }

  select(place: number, on?: boolean) {
    const row = this.rows.get(place);
    if (!row) return;
    if (on ?? !this.selected.has(row.id)) this.selected.set(row.id, row);
    else this.selected.delete(row.id);
    this.anchor = place;
    this.tell();
  }

  /** From where the selection last began to `to`. */
  selectRange(to: number) {
    const anchor = this.anchor, from = Math.min(anchor, to), last = Math.max(anchor, to);
    for (let at = from; at <= last; at++) { const row = this.rows.get(at); if (row) this.selected.set(row.id, row); }
    this.cursor = Math.max(0, Math.min(this.total - 1, to));
    this.anchor = anchor;
    this.need(this.cursor - 20, this.cursor + 40);
    this.tell();
  }

  /** Every row of the filter, up to SELECT_MOST. */
  async selectAll(): Promise<void> {
    const last = Math.min(this.total, SELECT_MOST) - 1;
    for (let number = 0; number * WINDOW <= last; number++) if (!this.rows.has(number * WINDOW)) await this.window(number);
    for (let at = 0; at <= last; at++) { const row = this.rows.get(at); if (row && this.wants(row)) this.selected.set(row.id, row); }
    this.tell();
  }

  selectNone() { this.selected.clear(); this.tell(); }

  /** What is newer about a row, wherever it is shown. */
  put(news: Partial<QueueRow> & { id: number }) {
    const at = this.places.get(news.id);
    if (at !== undefined) this.rows.set(at, { ...this.rows.get(at)!, ...news });
    const chosen = this.selected.get(news.id);
    if (chosen) this.selected.set(news.id, { ...chosen, ...news });
    this.tell();
  }

  arrive(n: number) { this.arrived += n; this.tell(); }
}

export const board = new Board();

/* supplier.tsx - suppliers by money, and one of them: score and reasons, promises kept, lead times, open lines. */
import { chance, count, day, dayNumber, days, decimal, moneyRound, plural, qty, share } from "../format";
import { queryAddress, QUERY_START } from "../board";
import { useLoad } from "../load";
import { itemAddress, segment, supplierAddress, whyAddress } from "../router";
import { home, useCell } from "../store";
import type { SupplierFigures, SupplierPage } from "../types";
import { KeptChart } from "../charts/kept";
import { LeadChart } from "../charts/histogram";
import { Chip, Empty, Failed, Level, Pairs, Section, Skeleton } from "../parts/bits";
import { Table } from "../parts/table";

const REASONS: Record<string, string> = { late: "comes late", short: "delivers short", quality: "delivers what cannot be used", ack: "confirms slowly", drift: "takes longer than before", "sole-source": "is the only source" };
function reasonWord(reason: string): string { return REASONS[reason] ?? reason; }
function scoreText(row: SupplierFigures): string { return row.score == null ? row.verdict : decimal(row.score, 0); }

export function SuppliersPage() {
  const { data, problem, again } = useLoad<{ rows: SupplierFigures[]; total: number }>("/suppliers");
  const currency = useCell(home)?.currency ?? "", rows = data?.rows ?? [];
  return (
    <div class="page">
      <h1>Suppliers</h1>
      {problem && !data ? <Failed problem={problem} retry={again} /> : !data ? <Skeleton label="Reading suppliers" />
        : rows.length === 0 ? <Empty title="No order to a supplier is known." />
        : <Table caption="Suppliers, most money first" rows={rows} columns={[
          { head: "Supplier", rowHead: true, cell: (row) => <a href={supplierAddress(row.supplier)}>{row.supplier}</a> },
          { head: "Name", cell: (row) => row.description },
          { head: "Score", number: true, cell: scoreText },
          { head: "Because it", prose: true, cell: (row) => row.reasons.slice(0, 3).map((reason) => reasonWord(reason.reason)).join(", ") },
          { head: "Next line late", number: true, cell: (row) => chance(row.p_late) },
          { head: "On time, in full", number: true, cell: (row) => share(row.otif_lines, 0) },
          { head: "Lead time", number: true, cell: (row) => (row.lead_p50 == null ? "—" : <>{days(row.lead_p50)}<small class="muted block">9 in 10: {days(row.lead_p90)}</small></>) },
          { head: "Drift", number: true, cell: (row) => (row.change == null ? "none" : <span class={row.change.after > row.change.before ? "warn-text" : ""}>{row.change.after > row.change.before ? "▲" : "▼"} from {days(row.change.before)}<small class="block">since {day(row.change.day).replace(/^\d+ /, "")}</small></span>) },
          { head: "Confirms after", number: true, cell: (row) => days(row.ack_days) },
          { head: "Not delivered", number: true, cell: (row) => share(row.short) },
          { head: "Overdue", number: true, cell: (row) => (row.overdue_lines > 0 ? <Chip tone="warn">▲ {count(row.overdue_lines)} of {count(row.open_lines)}</Chip> : `0 of ${count(row.open_lines)}`) },
          { head: "Spend, a year", number: true, cell: (row) => <>{moneyRound(row.spend, currency)}<small class="muted block">{share(row.spend_share)} of all</small></> },
          { head: "Only source of", number: true, cell: (row) => `${count(row.sole_items)} of ${count(row.items)} items` },
        ]} />}
    </div>
  );
}

function Score({ data }: { data: SupplierPage }) {
  return (
    <Section id="score" title="Score">
      {data.score == null ? <p class="muted">{data.verdict === "too few receipts" ? `Too few receipts for a score: ${count(data.receipts)} in a year, at least 8 are needed.` : data.verdict}</p> : <>
        <p><b>{decimal(data.score, 0)} of 100.</b> {data.reasons.length > 0 && "What it loses points for:"}</p>
        {data.reasons.length > 0 && <Table caption="What costs points" rows={data.reasons} columns={[
          { head: "This supplier", rowHead: true, cell: (reason) => reasonWord(reason.reason) },
          { head: "Points lost", number: true, cell: (reason) => decimal(reason.points, 1) },
        ]} />}
      </>}
    </Section>
  );
}

function Service({ data }: { data: SupplierPage }) {
  return (
    <Section id="service" title="Service, one year of orders">
      <Pairs rows={[
        ["On time in full, lines", share(data.otif_lines), `by the first promise; ${count(data.due)} due`], ["On time in full, quantity", share(data.otif_qty), "by the first promise"],
        ["By the requested day", share(data.otif_requested_lines), `of lines; ${share(data.otif_requested_qty)} of quantity`],
        ["Next line late", chance(data.p_late), data.p_late_all == null ? "" : `all suppliers ${chance(data.p_late_all)}`],
        ["Never delivered", share(data.short), "of closed lines"], ["Could not be used", share(data.unusable), "of what came"],
        ["Confirmed after", days(data.ack_days), data.unacknowledged == null ? "" : `${share(data.unacknowledged, 0)} never`],
        ["Lead time change", data.change ? `${days(data.change.before)} to ${days(data.change.after)}` : "none seen", data.change ? `since ${day(data.change.day)}` : `${count(data.orders)} orders`],
        ["Spend", moneyRound(data.spend, data.currency), data.spend_share == null ? "" : `${share(data.spend_share)} of all`],
        ["Only source of", `${count(data.sole_items)} of ${count(data.items)} items`],
      ]} />
    </Section>
  );
}

/** The day that was first promised, and how far behind it the line slips. */
function slip({ first_promise: promise, expected }: SupplierPage["open"][number]) {
  const late = promise && expected ? dayNumber(expected) - dayNumber(promise) : 0;
  return promise && <small class={late > 0 ? "warn-text block" : "muted block"}>{late > 0 && `▲ ${days(late)} after `}{day(promise)}</small>;
}

function Open({ data }: { data: SupplierPage }) {
  return (
    <Section id="open" title={`Open lines, ${count(data.open_lines)}`}>
      {data.open.length === 0 ? <p class="muted">Nothing is on order.</p> : <Table caption="Open lines, most likely late first" rows={data.open} columns={[
        { head: "Document, item", rowHead: true, cell: (line) => <><a href={whyAddress(line.row)}>{line.doc}{line.line && ` / ${line.line}`}</a><small class="block"><a href={itemAddress(line.item, line.place)}>{line.item} at {line.place}</a></small></> },
        { head: "Open", number: true, cell: (line) => qty(line.qty - line.received, line.uom) },
        { head: "Expected, first promised", number: true, cell: (line) => <>{day(line.expected)}{slip(line)}</> },
        { head: "Chance late", number: true, cell: (line) => <>{chance(line.p_late)}{line.late_reason && <small class="muted block reason">{line.late_reason}</small>}</> },
      ]} />}
      {data.open.length < data.open_lines && <p class="muted">{count(data.open.length)} shown.</p>}
    </Section>
  );
}

function LeftOut({ data }: { data: SupplierPage }) {
  if (data.left_out.length === 0) return null;
  return (
    <Section id="left-out" title="Receipts a person took out">
      <Table caption="Receipts a person took out" rows={data.left_out} columns={[
        { head: "Order", rowHead: true, cell: (line) => <a href={whyAddress(line.mark)}>{line.doc}</a> },
        { head: "Item", cell: (line) => <a href={itemAddress(line.item, line.place)}>{line.item} at {line.place}</a> },
        { head: "Ordered", number: true, cell: (line) => day(line.order_day) },
      ]} />
      <p class="small muted">They say nothing about lead time or service; the reason stands in the mark.</p>
    </Section>
  );
}

export function SupplierPageView({ code }: { code: string }) {
  const { data, problem, again } = useLoad<SupplierPage>(`/suppliers/${segment(code)}`);
  if (problem && !data) return <div class="page"><Failed problem={problem} retry={again} /></div>;
  if (!data) return <div class="page"><Skeleton label="Reading the supplier" /></div>;
  return (
    <article class="page" tabIndex={-1} id="supplier-page">
      <p class="crumbs"><a href="/sup">Suppliers</a> · <a href={queryAddress({ ...QUERY_START, supplier: data.supplier })}>open cases of this supplier</a></p>
      <h1>{data.supplier} <span class="light">{data.description}</span></h1>
      <Level.Provider value={2}><div class="columns">
        <div>
          <KeptChart months={data.months} change={data.change} />
          {data.lead.n > 0 ? <LeadChart lead={{ ...data.lead, basis: "" }} /> : <Section title="Lead time" id="lead"><p class="muted">No receipt yet.</p></Section>}
          {data.modes.map((by) => <p key={by.mode} class="small muted">By {by.mode}, {plural(by.orders, "order")}: half within {days(by.p50)}, 9 in 10 within {days(by.p90)}.</p>)}
          <Open data={data} />
        </div>
        <div>
          <Score data={data} />
          <Service data={data} />
          <LeftOut data={data} />
        </div>
      </div></Level.Provider>
    </article>
  );
}

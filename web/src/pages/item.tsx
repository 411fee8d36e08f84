/* item.tsx - one item at one place: where it stands, what is to come, what was sold, how it is supplied, what was decided. */
import { useEffect, useState } from "preact/hooks";
import { itemPath, post, Problem } from "../api";
import { chance, count, day, days, decimal, moneyRound, qty, share } from "../format";
import { useLoad } from "../load";
import { caseAddress, itemAddress, whyAddress } from "../router";
import { announce, may } from "../store";
import type { Exceptional, ItemPlace } from "../types";
import { plainWord, statusWord } from "../words";
import { DemandChart } from "../charts/demand";
import { LeadChart } from "../charts/histogram";
import { ProjectionChart, ProjectionTable } from "../charts/projection";
import { Chip, Failed, Level, Pairs, Section, Skeleton } from "../parts/bits";
import { FactPairs } from "../parts/casepane";
import { Table } from "../parts/table";

const WEEK = 7;

function Position({ data, uom }: { data: ItemPlace; uom: string }) {
  const { facts } = data, out = data.projection?.p_out[0];
  const available = facts.on_hand == null ? null : facts.on_hand - (facts.allocated ?? 0);
  const rows: [string, string, string][] = [
    ["On hand", qty(facts.on_hand, uom), facts.on_hand_day ? `on ${day(facts.on_hand_day)}` : ""],
    ["Available", qty(available, uom), "on hand less allocated"],
    ["On order", qty(facts.on_order, uom), ""], ["In transit", qty(facts.in_transit, uom), ""],
    ["Open orders", qty(facts.open_orders, uom), "of customers"],
    ["Days of cover", available == null || !facts.demand_mean_day ? "—" : days(Math.max(0, available) / facts.demand_mean_day), out != null ? `out today: ${chance(out)}` : ""],
  ];
  return <div class="tiles position">{rows.map(([label, value, note]) => (
    <div class="tile" key={label}><span class="tile-label">{label}</span><span class="tile-value">{value}</span><span class="tile-note muted">{note}</span></div>
  ))}</div>;
}

/** Sales far above all others: one click takes one out of the history, one click puts it back. */
function OneOffs({ data, uom, again }: { data: ItemPlace; uom: string; again: () => void }) {
  const [busy, setBusy] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const sales = data.demand?.exceptional ?? [];
  if (sales.length === 0) return null;
  const mark = async (sale: Exceptional) => {
    setBusy(sale.row); setProblem(null);
    try {
      await post(`${itemPath(data.item, data.place)}/exceptional`, { row: sale.row, mark: !sale.marked, reason: sale.marked ? "counts again" : "one-off sale" });
      announce(sale.marked ? `${sale.doc} counts again` : `${sale.doc} is taken out of the history`);
      again();
    } catch (error) { setProblem(error as Problem); }
    setBusy(0);
  };
  return (
    <Section title="Exceptional sales" id="exceptional">
      <Table caption="Exceptional sales" rows={sales} columns={[
        { head: "Day", rowHead: true, cell: (sale) => day(sale.day) },
        { head: "Document", cell: (sale) => <a href={whyAddress(sale.row)}>{sale.doc}{sale.line ? ` line ${sale.line}` : ""}</a> },
        { head: "Quantity", number: true, cell: (sale) => qty(sale.qty, uom) },
        { head: "In the history", cell: (sale) => (sale.marked ? "◇ taken out as one-off" : "◆ counts") },
        { head: "Change", cell: (sale) => (
          <button type="button" class="button" disabled={!may("planner") || busy === sale.row} onClick={() => void mark(sale)}
            aria-label={`${sale.marked ? "Count again" : "Mark as one-off"}: ${sale.doc}, ${qty(sale.qty, uom)}`}>{sale.marked ? "Count again" : "Mark as one-off"}</button>) },
      ]} />
      {problem && <p class="bad-text" role="alert">{problem.message} {problem.hint}</p>}
      <p class="small muted">What is taken out no longer shapes the forecast from the next plan on; the sale itself stays on record.</p>
    </Section>
  );
}

function Supply({ data, uom }: { data: ItemPlace; uom: string }) {
  return (
    <Section id="supply" title="Open supply">
      {data.supply.length === 0 ? <p class="muted">Nothing is on order.</p> : <Table caption="Open supply" rows={data.supply} columns={[
        { head: "Document", rowHead: true, cell: (line) => (line.row ? <a href={whyAddress(line.row)}>{line.doc}{line.line ? ` / ${line.line}` : ""}</a> : line.doc) },
        { head: "From", cell: (line) => line.supplier ?? "" },
        { head: "Open", number: true, cell: (line) => qty(line.qty, uom) },
        { head: "Ordered", number: true, cell: (line) => day(line.order_day) },
        { head: "Promised", number: true, cell: (line) => day(line.promised_day) },
        { head: "Expected", number: true, cell: (line) => day(line.expected_day) },
        { head: "State", cell: (line) => (line.late_days && line.late_days > 0 ? <Chip tone="warn">▲ {line.late_days} d late</Chip> : "on time") },
      ]} />}
    </Section>
  );
}

function policyText(name: string, value: unknown): string {
  if (value == null) return "—";
  if (typeof value === "number") return /share|target|service|confidence/.test(name) && value <= 1 ? share(value) : /days/.test(name) ? days(value) : decimal(value, 4);
  if (typeof value === "object") return Object.entries(value as Record<string, unknown>).map(([key, inner]) => `${plainWord(key)} ${policyText(key, inner)}`).join(", ");
  return String(value);
}

function Sheets({ data, uom }: { data: ItemPlace; uom: string }) {
  return <>
    <Section id="policy" title="Policy"><Pairs rows={Object.entries(data.policy).map(([name, value]) => [plainWord(name), policyText(name, value)] as const)} /></Section>
    <Section id="network" title="The same item elsewhere">
      {data.network.length === 0 ? <p class="muted">Nowhere else.</p> : <Table caption="The same item elsewhere" rows={data.network} columns={[
        { head: "Place", rowHead: true, cell: (at) => <a href={itemAddress(data.item, at.place)}>{at.place}</a> },
        { head: "On hand", number: true, cell: (at) => qty(at.on_hand, uom) },
        { head: "On order", number: true, cell: (at) => qty(at.on_order, uom) },
        { head: "Cover", number: true, cell: (at) => days(at.cover_days) },
      ]} />}
    </Section>
    <Section id="decisions" title="Decisions">
      {data.cases.length === 0 ? <p class="muted">No case yet.</p> : <Table caption="Decisions" rows={data.cases} columns={[
        { head: "Case", rowHead: true, cell: (row) => <a href={caseAddress(row.id)}>#{row.id} {row.action}</a> },
        { head: "Why", cell: (row) => row.title },
        { head: "State", cell: (row) => statusWord(row.status) },
        { head: "Loss", number: true, cell: (row) => moneyRound(row.rank, row.currency) },
      ]} />}
    </Section>
    <Section id="records" title="Newest records">
      <Table caption="Newest records" rows={data.rows} columns={[
        { head: "Record", rowHead: true, cell: (row) => <a href={whyAddress(row.row)}>{plainWord(row.kind)} #{row.row}</a> },
        { head: "What", cell: (row) => row.summary ?? row.key ?? "" },
        { head: "Known since", number: true, cell: (row) => day(row.at) },
      ]} />
    </Section>
  </>;
}

export function ItemPage({ item, at }: { item: string; at: string }) {
  const { data, problem, again } = useLoad<ItemPlace>(itemPath(item, at));
  useEffect(() => {
    if (data && location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [data === null]);
  if (problem && !data) return <div class="page"><Failed problem={problem} retry={again} /></div>;
  if (!data) return <div class="page"><Skeleton label="Reading the item" /></div>;
  const uom = data.uom ?? "", { projection } = data;
  return (
    <article class="page" tabIndex={-1} id="item-page">
      <p class="crumbs"><a href="/items">Items</a> · {data.place}{data.supplier && ` · supplier ${data.supplier}`}</p>
      <h1>{data.item} <span class="light">{data.description} at {data.place}</span></h1>
      <Position data={data} uom={uom} />
      <Level.Provider value={2}><div class="columns">
        <div>
          {projection && projection.p50.length > 1 ? <ProjectionChart projection={projection} uom={uom} /> : <p class="muted">No projection: the item was not planned.</p>}
          {projection && projection.p50.length > 1 && <Section title="Week by week"><ProjectionTable projection={projection} uom={uom} every={Math.max(1, Math.round(WEEK / projection.step_days))} /></Section>}
          {data.demand && <DemandChart demand={data.demand} uom={uom} />}
          <OneOffs data={data} uom={uom} again={again} />
        </div>
        <div>
          <Supply data={data} uom={uom} />
          {data.lead && data.lead.n > 0 ? <LeadChart lead={data.lead} />
            : <Section title="Lead time" id="lead"><p class="muted">{count(data.lead?.n ?? 0)} receipts: too few to show how long deliveries take.</p></Section>}
          <Section id="facts" title="Facts"><FactPairs facts={data.facts} uom={uom} /></Section>
          <Sheets data={data} uom={uom} />
        </div>
      </div></Level.Provider>
    </article>
  );
}

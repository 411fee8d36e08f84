/* item.tsx - one item at one place: where it stands, what is to come, what was sold, how it is supplied, what was decided. */
import { useEffect, useState } from "preact/hooks";
import { itemPath } from "../api";
import { chance, count, cover, day, days, moneyRound, plural, qty, share, unitCost } from "../format";
import { useLoad } from "../load";
import { caseAddress, itemAddress, supplierAddress, whyAddress } from "../router";
import { useMark } from "../send";
import { may } from "../store";
import type { ItemPlace } from "../types";
import { flagWord, modelWord, plainWord, statusWord } from "../words";
import { DemandChart } from "../charts/demand";
import { LeadChart } from "../charts/histogram";
import { ProjectionChart } from "../charts/projection";
import { Failed, Level, Pairs, Refused, Section, Skeleton } from "../parts/bits";
import { ModelChoice } from "../parts/choice";
import { FactPairs } from "../parts/casepane";
import { actionText } from "../parts/grid";
import { Notes, OneOffs, Overrides, PutDialog, Surprise, type Span } from "../parts/now";
import { Table } from "../parts/table";
import { ToldBefore } from "../parts/told";
import { Weeks } from "../parts/weeks";

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

function Supply({ data, uom }: { data: ItemPlace; uom: string }) {
  return (
    <Section id="supply" title="Open supply">
      {data.supply.length === 0 ? <p class="muted">Nothing is on order.</p> : <Table caption="Open supply" rows={data.supply} columns={[
        { head: "Document", rowHead: true, cell: (line) => <><a href={whyAddress(line.row)}>{line.doc}{line.line && ` / ${line.line}`}</a><small class="muted block">{line.supplier || plainWord(line.kind)}{line.mode && ` by ${line.mode}`}, {day(line.order_day)}</small></> },
        { head: "Open", number: true, cell: (line) => qty(line.qty - line.received, uom) },
        { head: "Promised", number: true, cell: (line) => <>{day(line.promise)}{line.first_promise && line.first_promise !== line.promise && <small class="muted block">first {day(line.first_promise)}</small>}</> },
        { head: "Expected", number: true, cell: (line) => <>{day(line.expected)}{line.late_days > 0 && <small class="warn-text block">▲ {line.late_days} d late</small>}{line.shipment && <small class="muted block">sent {day(line.shipped)}{line.told_arrival && `, due ${day(line.told_arrival)}`}</small>}</> },
        { head: "Chance late", number: true, cell: (line) => <>{chance(line.p_late)}{line.late_reason && <small class="muted block reason">{line.late_reason}</small>}</> },
      ]} />}
    </Section>
  );
}

function Policy({ data, uom }: { data: ItemPlace; uom: string }) {
  const { model } = data;
  return (
    <Section id="policy" title="Policy and model">
      <Pairs rows={[
        ["Policy", <a href={whyAddress(data.policy.row)}>{data.policy.name}</a>], ["Tier", data.tier || "—"], ["Lifecycle", data.lifecycle ? plainWord(data.lifecycle) : "—", data.successor && `followed by ${data.successor}`],
        ["Service target", share(data.facts.service_target), data.target_because], ["Quantity by", data.policy.quantity || "—"],
        ["Order up to", qty(data.order_level == null ? null : Math.round(data.order_level), uom), "what the model would set"], ["Inventory position", qty(data.position, uom)],
        ["Out before an order arrives", chance(data.p0), `ordered now; ${chance(data.p1)} at the next review`],
        ["Demand model", <a href="#choice">{modelWord(model.kind)}</a>, model.runner_up && `next best ${modelWord(model.runner_up).toLowerCase()}`],
        ["Unit cost / price", `${unitCost(data.unit_cost, data.currency)} / ${unitCost(data.price, data.currency)}`],
      ]} />
      {data.flags.length > 0 && <ul class="flags">{data.flags.map((flag) => <li key={flag}>▲ {flagWord(flag)}</li>)}</ul>}
    </Section>
  );
}

function Decisions({ data }: { data: ItemPlace }) {
  return (
    <Section id="decisions" title="Decisions">
      {data.cases.length === 0 ? <p class="muted">No case yet.</p> : <Table caption="Decisions" rows={data.cases} columns={[
        { head: "Case", rowHead: true, cell: (row) => <a href={caseAddress(row.id)}>{actionText(row)}</a> },
        { head: "Why", prose: true, cell: (row) => row.title },
        { head: "State", cell: (row) => statusWord(row.status, row.kind) },
        { head: "Loss", number: true, cell: (row) => moneyRound(row.rank, row.currency) },
      ]} />}
    </Section>
  );
}

/** Who buys it, those who wait for something first. */
function Customers({ data, uom }: { data: ItemPlace; uom: string }) {
  return (
    <Section id="customers" title="Customers, one year of orders">
      {data.customers.length === 0 ? <p class="muted">No customer ordered it.</p> : <Table caption="Customers" rows={data.customers} columns={[
        { head: "Customer", rowHead: true, cell: (one) => <>{one.customer || "not told"}{one.tier && <span class="muted"> tier {one.tier}</span>}</> },
        { head: "Ordered", number: true, cell: (one) => <>{qty(one.qty, uom)}<small class="muted block">{plural(one.lines, "line")}</small></> },
        { head: "Share", number: true, cell: (one) => share(one.share, 0) },
        { head: "Newest order", number: true, cell: (one) => day(one.last_order) },
        { head: "Still open", number: true, cell: (one) => <>{qty(one.open, uom)}{one.overdue > 0 && <small class="warn-text block">▲ {qty(one.overdue, uom)} overdue</small>}</> },
      ]} />}
      {data.customers.length < data.customers_total && <p class="muted">{count(data.customers.length)} of {count(data.customers_total)} shown: who waits, then who ordered most.</p>}
    </Section>
  );
}

function Network({ data, uom }: { data: ItemPlace; uom: string }) {
  const elsewhere = data.network.filter((at) => !at.here);
  return (
    <Section id="network" title="The same item elsewhere">
      {elsewhere.length === 0 ? <p class="muted">Nowhere else.</p> : <Table caption="The same item elsewhere" rows={elsewhere} columns={[
        { head: "Place", rowHead: true, cell: (at) => <a href={itemAddress(data.item, at.place)}>{at.place}</a> },
        { head: "On hand", number: true, cell: (at) => qty(at.on_hand, uom) },
        { head: "On order", number: true, cell: (at) => qty(at.on_order, uom) },
        { head: "Cover", number: true, cell: (at) => cover(at.cover_days) },
      ]} />}
    </Section>
  );
}

/** The newest facts; a receipt that says nothing about the supplier (a strike, a special truck) can be left out of lead times, a sale that will not come again out of
 * the history. Sales apart from the others stand in their own table; one of today comes there when its day is over. */
function Records({ data, uom, again }: { data: ItemPlace; uom: string; again: () => void }) {
  const { busy, problem, mark } = useMark(data, again);
  const apart = new Set((data.demand?.exceptional ?? []).map((sale) => sale.row));
  return (
    <Section id="records" title="Newest records">
      {data.rows.length === 0 ? <p class="muted">None.</p> : <Table caption="Newest records" rows={data.rows} columns={[
        { head: "Record", rowHead: true, cell: (row) => <a href={whyAddress(row.row)}>{plainWord(row.kind)} #{row.row}</a> },
        { head: "Day", number: true, cell: (row) => day(row.day) },
        { head: "Quantity", number: true, cell: (row) => qty(row.qty, uom) },
        { head: "In lead times", cell: (row) => row.kind === "receipt" && row.left_out !== undefined && (
          <button type="button" class="button" disabled={!may("planner") || busy === row.row}
            onClick={() => void mark(row.row, !row.left_out, "says nothing about lead time", row.left_out ? "The receipt counts again" : "The receipt is left out of lead times")}
            aria-label={`${row.left_out ? "Count again" : "Leave out of lead times"}: receipt of ${day(row.day)}`}>{row.left_out ? "◇ Count again" : "Leave out"}</button>) },
        { head: "In the history", cell: (row) => row.kind === "order-line" && !apart.has(row.row) && (
          <button type="button" class="button" disabled={!may("planner") || busy === row.row}
            onClick={() => void mark(row.row, !row.left_out, "one-off sale", row.left_out ? "The sale counts again" : "The sale is taken out of the history")}
            aria-label={`${row.left_out ? "Count again" : "Mark as one-off"}: sale of ${day(row.day)}`}>{row.left_out ? "◇ Count again" : "One-off"}</button>) },
      ]} />}
      <Refused problem={problem} />
    </Section>
  );
}

export function ItemPage({ item, at }: { item: string; at: string }) {
  const { data, problem, again } = useLoad<ItemPlace>(itemPath(item, at));
  const [span, setSpan] = useState<Span | null>(null);
  const put = (from: string, to: string) => setSpan({ from, to });
  useEffect(() => {
    if (data && location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [data === null]);
  if (problem && !data) return <div class="page"><Failed problem={problem} retry={again} /></div>;
  if (!data) return <div class="page"><Skeleton label="Reading the item" /></div>;
  const { uom, projection } = data;
  return (
    <article class="page" tabIndex={-1} id="item-page">
      <p class="crumbs"><a href="/items">Items</a> · {data.place}{data.supplier && <> · supplier <a href={supplierAddress(data.supplier)}>{data.supplier}</a></>}</p>
      <h1>{data.item} <span class="light">{data.description} at {data.place}</span></h1>
      <Position data={data} uom={uom} />
      <Level.Provider value={2}><Notes notes={data.notes} /><div class="columns">
        <div>
          {projection && projection.p50.length > 1 ? <><ProjectionChart projection={projection} uom={uom} /><Weeks projection={projection} data={data} put={put} /></>
            : <p class="muted">No projection: the item was not planned.</p>}
          {data.demand && <DemandChart demand={data.demand} uom={uom} />}
          <Surprise data={data} />
          <OneOffs data={data} uom={uom} again={again} />
          <ModelChoice choice={data.choice} uom={uom} />
          <ToldBefore item={item} at={at} />
          <Overrides data={data} uom={uom} again={again} put={put} />
          <Customers data={data} uom={uom} />
        </div>
        <div>
          <Supply data={data} uom={uom} />
          {data.lead && data.lead.n > 0 ? <LeadChart lead={data.lead} />
            : <Section title="Lead time" id="lead"><p class="muted">No receipt yet{data.lead?.stated_days != null && `; the supplier states ${days(data.lead.stated_days)}`}.</p></Section>}
          <Section id="facts" title="Facts"><FactPairs facts={data.facts} uom={uom} /></Section>
          <Policy data={data} uom={uom} />
          <Network data={data} uom={uom} />
          <Decisions data={data} />
          <Records data={data} uom={uom} again={again} />
        </div>
      </div></Level.Provider>
      {span && <PutDialog data={data} uom={uom} span={span} close={() => setSpan(null)} again={again} />}
    </article>
  );
}

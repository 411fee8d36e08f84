/* proposal.tsx - one order as it is proposed: what a place would buy from a supplier, against the smallest order and what a truck takes; which lines were added to, what
 * that costs and what waiting would; taken whole, or without what was added. */
import { homeSoon, tell } from "../decide";
import { count, days, decimal, minor, money, plural, qty } from "../format";
import { useLoad } from "../load";
import { caseAddress, supplierAddress } from "../router";
import { useSend } from "../send";
import { may } from "../store";
import type { Decided, OrderLimit, OrderProposal, ProposalRow } from "../types";
import { statusWord } from "../words";
import { Chip, Failed, Level, Refused, Section, Skeleton } from "../parts/bits";
import { Table } from "../parts/table";

function figure(limit: OrderLimit, value: number) {
  return limit.of === "value" ? money(minor(value, limit.unit), limit.unit) : `${decimal(value, 2)} ${limit.unit}`;
}

/** Need and filling as one bar against the smallest order, or the trucks. */
function Bar({ limit, trucks }: { limit: OrderLimit; trucks: number }) {
  const room = limit.truck == null ? null : limit.truck * Math.max(trucks, 1), most = Math.max(limit.filled, limit.asked ?? 0, room ?? 0) || 1;
  const x = (value: number) => `${(100 * value) / most}%`, added = limit.filled - limit.own;
  return (
    <div class="limit">
      <p><strong>{limit.of[0]!.toUpperCase() + limit.of.slice(1)}</strong> {figure(limit, limit.filled)}
        {added > 0.005 && <span class="muted"> ({figure(limit, limit.own)} needed, {figure(limit, added)} added)</span>}
        {limit.asked != null && <> · {limit.filled >= limit.asked ? <span class="good-text">● minimum {figure(limit, limit.asked)} reached</span>
          : <span class="warn-text">▲ {figure(limit, limit.asked - limit.filled)} below the minimum of {figure(limit, limit.asked)}</span>}</>}
        {room != null && <> · {plural(Math.max(trucks, 1), "truck")} {decimal((100 * limit.filled) / room, 0)} % full</>}
        {limit.unknown > 0 && <span class="warn-text"> · not known for {plural(limit.unknown, "line")}</span>}</p>
      <svg class="limit-bar" width="100%" height="14" role="img" aria-label={`${limit.of}: ${figure(limit, limit.filled)}${limit.asked == null ? "" : ` of at least ${figure(limit, limit.asked)}`}${room == null ? "" : `, room for ${figure(limit, room)}`}`}>
        <rect class="limit-room" x="0" y="1" width={x(room ?? most)} height="12" />
        <rect class="limit-own" x="0" y="1" width={x(limit.own)} height="12" />
        {added > 0 && <rect class="limit-added" x={x(limit.own)} y="1" width={x(added)} height="12" />}
        {limit.asked != null && <line class="limit-least" x1={x(limit.asked)} x2={x(limit.asked)} y1="0" y2="14" />}
      </svg>
    </div>
  );
}

/** What planning chose, in words and money. */
function Choice({ order }: { order: OrderProposal }) {
  const m = (value: number) => money(Math.abs(value), order.currency);
  const cost = order.fill_cost == null ? "" : order.fill_cost < 0 ? `saves ${m(order.fill_cost)}` : `costs ${m(order.fill_cost)}`;
  const words: Record<string, string> = {
    reached: "What the lines need for themselves reaches the minimum.",
    filled: order.fill_cost == null ? "Filled up with what would be ordered soon anyway." : `Filled up to the minimum: that ${cost}; waiting for the next order ${order.wait_cost == null ? "cannot be priced" : `would cost ${m(order.wait_cost)}`}.`,
    wait: `Better not ordered yet: filling it up ${cost}, waiting for the next order costs ${order.wait_cost == null ? "—" : m(order.wait_cost)}.`,
    cannot: "Nothing that may be brought forward would reach the minimum.",
  };
  return <p>{words[order.choice] ?? "The supplier asks for no smallest order."}{order.trucks > 0 && order.truck_saving != null && order.truck_saving > 0 && ` Filling the last truck saves ${m(order.truck_saving)} of freight.`}</p>;
}

function Lines({ rows }: { rows: ProposalRow[] }) {
  return (
    <Table caption="Lines of the order" rows={rows} columns={[
      { head: "Item", rowHead: true, cell: (row) => <a href={caseAddress(row.case)}>{row.item}</a> },
      { head: "Why", prose: true, cell: (row) => row.title },
      { head: "Needs", number: true, cell: (row) => (row.own > 0 ? qty(row.own, row.uom) : "—") },
      { head: "Added", number: true, cell: (row) => (row.added > 0 ? qty(row.added, row.uom) : "—") },
      { head: "Orders", number: true, cell: (row) => <strong>{qty(row.qty, row.uom)}</strong> },
      { head: "Value", number: true, cell: (row) => money(row.value, row.currency) },
      { head: "Early by", number: true, cell: (row) => (row.added > 0 && row.early_days > 0 ? days(row.early_days) : "—") },
      { head: "Filling costs", number: true, cell: (row) => (row.added > 0 && row.added_cost != null ? money(row.added_cost, row.currency) : "—") },
      { head: "Waiting costs", number: true, cell: (row) => (row.rank != null && row.rank > 0 ? money(row.rank, row.currency) : "—") },
      { head: "State", cell: (row) => (row.status === "open" ? <Chip tone={row.own > 0 ? "plain" : "warn"}>{row.own > 0 ? "open" : "brought forward"}</Chip> : <Chip tone="good">{statusWord(row.status)}</Chip>) },
    ]} />
  );
}

export function ProposalPage({ supplier, at }: { supplier: string; at: string }) {
  const { data, problem, again } = useLoad<OrderProposal>("/orders/proposal", { supplier, place: at });
  const { busy, problem: wrong, send } = useSend();
  if (problem && !data) return <div class="page"><h1>Order to {supplier} for {at}</h1><Failed problem={problem} retry={again} /></div>;
  if (!data) return <div class="page"><Skeleton label="Reading the order" /></div>;
  const take = (without: boolean) => send<Decided>(0, "/orders/accept", { supplier, place: at, ...(without ? { "without-fill": true } : {}) }, (answer) => {
    const left = answer.rows.filter((row) => !row.ok);
    tell(`${plural(answer.rows.length - left.length, "line")} decided${left.length > 0 ? `, ${left.length} not: ${left[0]!.error}` : ""}`, left.length > 0 ? "failed" : "done");
    homeSoon();
    again();
  });
  return (
    <div class="page">
      <div class="page-head">
        <div><h1>Order to {supplier} for {at}</h1>
          <p>{plural(data.lines, "line")} · <strong>{money(data.value, data.currency)}</strong> · {count(data.open)} to decide · <a href={supplierAddress(supplier)}>the supplier</a> · <a href="/orders">all orders</a></p></div>
        {data.open > 0 && <div class="verbs">
          <button type="button" class="button primary" disabled={busy !== null || !may("planner")} onClick={() => void take(false)}>Accept {data.added_to > 0 ? "filled up" : "all"}</button>
          {data.added_to > 0 && <button type="button" class="button" disabled={busy !== null || !may("planner")} onClick={() => void take(true)}>Accept without filling</button>}
        </div>}
      </div>
      <Refused problem={wrong} />
      <Level.Provider value={2}>
        <Section id="limits" title="What the supplier asks">
          <Choice order={data} />
          {data.limits.map((limit) => <Bar key={limit.of} limit={limit} trucks={data.trucks} />)}
        </Section>
        <Section id="lines" title="Lines">
          <Lines rows={data.rows} />
          {data.lines > data.rows.length && <p class="muted small">And {plural(data.lines - data.rows.length, "line")} of lower rank; the figures above, and accepting, are of all.</p>}
        </Section>
      </Level.Provider>
    </div>
  );
}

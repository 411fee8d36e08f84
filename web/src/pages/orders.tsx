/* orders.tsx - what was accepted, as orders: one per supplier, or place of ours that sends, and receiving place. Sending leaves the house, so it is asked once, with
 * totals; what was sent says where it stands. */
import { useEffect, useState } from "preact/hooks";
import { page as pageCell } from "../actions";
import { post, Problem } from "../api";
import { homeSoon, tell } from "../decide";
import { count, day, decimal, moment, money, moneyRound, plural, qtyBoth } from "../format";
import { useLoad } from "../load";
import { caseAddress, proposalAddress, whyAddress } from "../router";
import { home, may, useCell } from "../store";
import type { Command, OrderGroup, Orders, Proposed, Sent } from "../types";
import { commandWords } from "../words";
import { Chip, Empty, Failed, Level, Refused, Section, Skeleton } from "../parts/bits";
import { Dialog, DialogButtons } from "../parts/dialog";
import { actionText } from "../parts/grid";
import { Table } from "../parts/table";

const PROPOSED_DRAWN = 40;
const STATES = ["", "acked", "sending", "unknown", "held", "rejected", "cancelled"];

/** Who is to send: a supplier, or a place of ours. */
function sender({ supplier, from_place, customers, kind }: { supplier: string; from_place?: string; customers?: boolean; kind?: string }) {
  return supplier || from_place || (customers || kind === "allocation" ? "Customers" : "—");
}
/** How the server is told which. */
function named(group: OrderGroup) { return group.customers ? { customers: true } : group.from_place ? { from: group.from_place } : { supplier: group.supplier }; }

function Minimum({ group, currency }: { group: OrderGroup; currency: string }) {
  if (group.customers) return <span class="muted">what their orders get of what is short</span>;
  if (group.from_place) return <span class="muted">from our own stock</span>;
  const lacks = group.limits?.find((limit) => limit.of !== "value" && limit.asked != null && limit.filled < limit.asked);
  if (lacks) return <span class="warn-text">▲ {decimal(lacks.asked! - lacks.filled, 2)} {lacks.unit} below the minimum of {decimal(lacks.asked, 2)} {lacks.unit}</span>;
  if (group.minimum == null || group.minimum === 0) return <span class="muted">no minimum</span>;
  const short = group.minimum - group.value;
  return short <= 0 ? <span class="good-text">● minimum {money(group.minimum, currency)} reached</span>
    : <span class="warn-text">▲ {money(short, currency)} below the minimum of {money(group.minimum, currency)}</span>;
}

function Group({ group, currency, send }: { group: OrderGroup; currency: string; send: () => void }) {
  return (
    <section class="card" aria-label={`Order to ${sender(group)} for ${group.place}`}>
      <div class="card-head">
        <div><h2>{group.customers ? `${group.place} → customers` : `${sender(group)} → ${group.place}`}</h2>
          <p>{plural(group.lines, "line")}{group.by_rule && ", decided by rule"} · <strong>{money(group.value, currency)}</strong> · <Minimum group={group} currency={currency} /></p></div>
        <button type="button" class="button primary" disabled={!may("approver")} onClick={send}>Approve and send</button>
      </div>
      <details>
        <summary>Lines</summary>
        <Table caption={`Lines for ${sender(group)}, ${group.place}`} rows={group.cases} columns={[
          { head: "Item", rowHead: true, cell: (row) => <a href={caseAddress(row.id)}>{row.item}</a> },
          { head: "Why", prose: true, cell: (row) => row.title },
          { head: "Order", cell: (row) => actionText(row) },
          { head: "Value", number: true, cell: (row) => money(row.value, row.currency) },
        ]} />
        {group.lines > group.cases.length && <p class="muted small">And {plural(group.lines - group.cases.length, "line")} of lower rank.</p>}
      </details>
    </section>
  );
}

function Confirm({ groups, currency, close, sent }: { groups: OrderGroup[]; currency: string; close: () => void; sent: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const total = groups.reduce((sum, group) => sum + group.value, 0), lines = groups.reduce((sum, group) => sum + group.lines, 0);
  const below = groups.filter((group) => group.reaches_minimum === false || (group.minimum && group.value < group.minimum));
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true); setProblem(null);
    try {
      const one = groups[0]!;
      const answer = await post<Sent>("/orders/send", groups.length === 1 ? { ...named(one), place: one.place } : { all: true });
      close();
      const value = answer.rows.reduce((sum, order) => sum + order.value, 0), went = answer.rows.reduce((sum, order) => sum + order.lines.length, 0);
      tell([`${plural(answer.rows.length, "order")} approved: ${plural(went, "line")}, ${money(value, currency)}`,
        ...(answer.left > 0 ? [`${plural(answer.left, "line")} for the next order, this one is full`] : []),
        ...(answer.errors.length > 0 ? [`${plural(answer.errors.length, "order")} not sent: ${answer.errors[0]}`] : [])].join("; "), answer.errors.length > 0 ? "failed" : "done");
      sent();
      homeSoon();
    } catch (error) { setProblem(error as Problem); setBusy(false); }
  };
  return (
    <Dialog title={`Approve and send ${plural(groups.length, "order")}?`} close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <dl class="pairs">
          <div><dt>Total</dt><dd><strong>{money(total, currency)}</strong></dd></div>
          <div><dt>Lines</dt><dd>{count(lines)}</dd></div>
          <div><dt>{groups.length === 1 ? "To" : "Senders"}</dt><dd>{groups.length === 1 ? groups[0]!.customers ? `customers of ${groups[0]!.place}` : `${sender(groups[0]!)}, delivered to ${groups[0]!.place}` : count(new Set(groups.map(sender)).size)}</dd></div>
        </dl>
        {below.length > 0 && <p class="warn-text">▲ Below the supplier's minimum: {below.slice(0, 5).map((group) => `${sender(group)} for ${group.place}`).join(", ")}{below.length > 5 && ` and ${below.length - 5} more`}.</p>}
        <p class="muted">This leaves the house and cannot be undone here. It is sent exactly once.</p>
        <Refused problem={problem} />
        <DialogButtons confirm="Approve and send" close={close} disabled={busy} />
      </form>
    </Dialog>
  );
}

function CommandLines({ command }: { command: Command }) {
  return <details><summary>{plural(command.lines.length, "line")}</summary><ul class="plain">{command.lines.map((line) => (
    <li key={line.line}><a href={caseAddress(line.case)}>{line.item}</a> {qtyBoth(line.qty, line.uom, line.purchase_uom, line.purchase_qty, null)}</li>
  ))}</ul></details>;
}

/** Open cases by supplier and place: each can be looked at as one order, and taken whole. */
function ProposedOrders({ proposed, total }: { proposed: Proposed[]; total: number }) {
  return (
    <Section title="Proposed, not decided yet">
      <Table caption="Proposed orders, most value first" rows={proposed.slice(0, PROPOSED_DRAWN)} columns={[
        { head: "Supplier", rowHead: true, cell: (one) => <a href={proposalAddress(one.supplier, one.place)}>{one.supplier}</a> },
        { head: "Place", cell: (one) => one.place },
        { head: "Lines", number: true, cell: (one) => count(one.lines) },
        { head: "Value", number: true, cell: (one) => money(one.value, one.currency) },
      ]} />
      {total > PROPOSED_DRAWN && <p class="muted small">And {count(total - PROPOSED_DRAWN)} more of less value.</p>}
    </Section>
  );
}

function Commands({ commands, total, state, setState }: { commands: Command[]; total: number; state: string; setState: (state: string) => void }) {
  return (
    <Section title="Sent and on their way" aside={
      <label class="facet"><span class="unseen">State</span><select value={state} onChange={(event) => setState(event.currentTarget.value)}>
        {STATES.map((code) => <option key={code} value={code}>{code ? commandWords(code).word : "State: all"}</option>)}
      </select></label>}>
      {commands.length === 0 ? <p class="muted">No order{state && " in this state"} yet.</p> : <Table caption="Orders" rows={commands} columns={[
        { head: "Reference", rowHead: true, cell: (command) => <a href={whyAddress(command.row)}>{command.reference}</a> },
        { head: "From", cell: (command) => sender(command) }, { head: "Place", cell: (command) => command.place },
        { head: "Lines", cell: (command) => <CommandLines command={command} /> },
        { head: "Value", number: true, cell: (command) => money(command.value, command.currency) },
        { head: "Sent", number: true, cell: (command) => (command.sent ? moment(command.sent) : `order day ${day(command.order_day)}`) },
        { head: "State", cell: (command) => { const words = commandWords(command.state); return <><Chip tone={words.tone}>{words.word}</Chip> <small class="muted block">{command.error || command.external || words.says}</small></>; } },
      ]} />}
      {total > commands.length && <p class="muted small">The newest {count(commands.length)} of {count(total)}.</p>}
    </Section>
  );
}

export function OrdersPage() {
  const [state, setState] = useState("");
  const [confirm, setConfirm] = useState<OrderGroup[] | null>(null);
  const { data, problem, again } = useLoad<Orders>("/orders", { state }, { fresh: false });
  const h = useCell(home);
  useEffect(() => { const stop = home.on(again); return stop; }, []);
  useCell(pageCell);
  if (problem && !data) return <div class="page"><Failed problem={problem} retry={again} /></div>;
  if (!data) return <div class="page"><Skeleton label="Reading orders" /></div>;
  const currency = data.groups[0]?.currency ?? h?.currency ?? "", total = data.groups.reduce((sum, group) => sum + group.value, 0);
    return (
    <div class="page">
      <div class="page-head">
        <div><h1>Orders</h1>
          <p>{plural(data.groups.length, "order")} ready to send{data.groups.length > 0 && <> · {moneyRound(total, currency)}</>}
            {!may("approver") && <span class="muted"> · an approver sends them</span>}</p></div>
        {data.groups.length > 1 && <button type="button" class="button" disabled={!may("approver")} onClick={() => setConfirm(data.groups)}>Approve and send all {data.groups.length}</button>}
      </div>
      {data.groups.length === 0 && <Empty title="Nothing is ready to send."><p>Accept cases in the <a href="/q">queue</a>; they gather here by sender and place.</p></Empty>}
      <div class="cards">{data.groups.map((group) => <Group key={sender(group) + "/" + group.place} group={group} currency={group.currency} send={() => setConfirm([group])} />)}</div>
      {data.proposed.length > 0 && <Level.Provider value={2}><ProposedOrders proposed={data.proposed} total={data.proposed_total} /></Level.Provider>}
      <Level.Provider value={2}><Commands commands={data.commands} total={data.commands_total} state={state} setState={setState} /></Level.Provider>
      {confirm && <Confirm groups={confirm} currency={currency} close={() => setConfirm(null)} sent={again} />}
    </div>
  );
}

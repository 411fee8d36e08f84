/* now.tsx - what the last days and people do to a forecast: the notes in words, sales taken out, overrides and events with their end. */
import { useState } from "preact/hooks";
import { chance, day, dayIso, dayNumber, decimal, qty } from "../format";
import { itemAddress, whyAddress } from "../router";
import { useMark, useSend } from "../send";
import { announce, home, may, today, useCell } from "../store";
import type { Case, ItemPlace, Note } from "../types";
import { noteWord } from "../words";
import { Refused, Section } from "./bits";
import { Dialog, DialogButtons } from "./dialog";
import { Table } from "./table";

export function Notes({ notes }: { notes: Note[] | undefined }) {
  if (!notes || notes.length === 0) return null;
  return (
    <Section id="now" title="What happens now">
      <ul class="notes">{notes.map((note, i) => (
        <li key={i}><b>{noteWord(note.code)}.</b> {note.text}.{note.row > 0 && <> <a href={whyAddress(note.row)} aria-label={`Trace ${noteWord(note.code).toLowerCase()}`}>#{note.row}</a></>}</li>
      ))}</ul>
    </Section>
  );
}

/** The item-places of an event. */
export function Members({ c }: { c: Case }) {
  if (!c.members || c.members.length === 0) return null;
  return (
    <Section id="members" title="Where it shows">
      <Table caption="Item-places of this event" rows={c.members} columns={[
        { head: "Item", rowHead: true, cell: (at) => <a href={itemAddress(at.item, at.place)}>{at.item}</a> },
        { head: "Place", cell: (at) => at.place },
        { head: "Times the usual", number: true, cell: (at) => decimal(at.times, 1) },
      ]} />
    </Section>
  );
}

type Answer = "event" | "one-off" | "new-level";

/** A person says what it is: an event with its end, lines that teach nothing, or a level that stays. */
export function EventAnswer({ id, row, again }: { id: number; row: number; again: () => void }) {
  const [as, setAs] = useState<Answer>("event");
  const [chosen, setTo] = useState<string | null>(null);
  const [factor, setFactor] = useState("");
  const { busy, problem, send } = useSend();
  useCell(home);                                          // the server's day may come after this
  const to = chosen ?? dayIso(dayNumber(today()) + 7);
  const ready = as !== "event" || (to !== "" && (factor.trim() === "" || Number(factor) >= 0));
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    const body = as === "event" ? { row, as, to, ...(factor.trim() ? { factor: factor.trim() } : {}) } : { row, as };
    void send(id, `/cases/${id}/event`, body, () => { announce("Said; it holds from the next plan on"); again(); });
  };
  const choice = (value: Answer, text: string) => <label><input type="radio" name="as" checked={as === value} onChange={() => setAs(value)} />{text}</label>;
  return (
    <Section id="answer" title="What it is">
      <form onSubmit={submit}>
        <fieldset class="choices">
          <legend class="unseen">What it is</legend>
          {choice("event", "An event: it ends on a day, until then these items sell as many times the forecast")}
          {choice("one-off", "A one-off: it will not come again, its order lines teach nothing")}
          {choice("new-level", "A new level: it stays, forecasts follow by themselves")}
        </fieldset>
        {as === "event" && <>
          <label class="field"><span>Last day</span><input type="date" required value={to} onInput={(event) => setTo(event.currentTarget.value)} /></label>
          <label class="field"><span>Times (of each as it was seen where empty)</span><input type="text" inputMode="decimal" maxLength={20} value={factor} onInput={(event) => setFactor(event.currentTarget.value)} /></label>
        </>}
        <Refused problem={problem} />
        <p><button type="submit" class="button primary" disabled={!ready || busy !== null || !may("planner")}>Say so</button></p>
      </form>
    </Section>
  );
}

/** Sales far above all others: one click takes one out of the history, one click puts it back. */
export function OneOffs({ data, uom, again }: { data: ItemPlace; uom: string; again: () => void }) {
  const { busy, problem, mark } = useMark(data, again);
  const sales = data.demand?.exceptional ?? [];
  if (sales.length === 0) return null;
  return (
    <Section title="Exceptional sales" id="exceptional">
      <Table caption="Exceptional sales" rows={sales} columns={[
        { head: "Day", rowHead: true, cell: (sale) => day(sale.day) },
        { head: "Document", cell: (sale) => <a href={whyAddress(sale.row)}>sale #{sale.row}</a> },
        { head: "Quantity", number: true, cell: (sale) => qty(sale.qty, uom) },
        { head: "In the history", cell: (sale) => (sale.taken_out ? `◇ taken out${sale.marked ? ", marked by a person" : ""}` : "◆ counts") },
        { head: "Change", cell: (sale) => (
          <button type="button" class="button" disabled={!may("planner") || busy === sale.row}
            onClick={() => void mark(sale.row, !sale.taken_out, "one-off sale", sale.taken_out ? "The sale counts again" : "The sale is taken out of the history")}
            aria-label={`${sale.taken_out ? "Count again" : "Mark as one-off"}: ${qty(sale.qty, uom)} on ${day(sale.day)}`}>{sale.taken_out ? "Count again" : "Mark as one-off"}</button>) },
      ]} />
      <Refused problem={problem} />
      <p class="small muted">What is taken out no longer shapes the forecast from the next plan on; the sale itself stays on record.</p>
    </Section>
  );
}

/** Days an override begins with. */
export interface Span { from: string; to: string }

export function PutDialog({ data, uom, span, close, again }: { data: ItemPlace; uom: string; span: Span; close: () => void; again: () => void }) {
  const [how, setHow] = useState<"factor" | "qty">("factor");
  const [amount, setAmount] = useState("1.5");
  const [from, setFrom] = useState(span.from);
  const [to, setTo] = useState(span.to);
  const [reason, setReason] = useState("");
  const { problem, send } = useSend();
  const ready = Number(amount) >= 0 && amount.trim() !== "" && to >= from && reason.trim() !== "";
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    void send(0, "/overrides", { item: data.item, place: data.place, from, to, [how]: amount.trim(), reason: reason.trim() }, () => {
      announce("The override holds from the next plan on");
      close(); again();
    });
  };
  const text = (label: string, value: string, set: (value: string) => void) => (
    <label class="field"><span>{label}</span><input type="text" required maxLength={200} value={value} onInput={(event) => set(event.currentTarget.value)} /></label>
  );
  const date = (label: string, value: string, set: (value: string) => void) => (
    <label class="field"><span>{label}</span><input type="date" required value={value} onInput={(event) => set(event.currentTarget.value)} /></label>
  );
  return (
    <Dialog title={`Override ${data.item} at ${data.place}`} close={close}>
      <form onSubmit={submit}>
        <fieldset class="choices row">
          <legend>Demand of these days is</legend>
          <label><input type="radio" name="how" checked={how === "factor"} autofocus onChange={() => setHow("factor")} />times the forecast</label>
          <label><input type="radio" name="how" checked={how === "qty"} onChange={() => setHow("qty")} />so much in all ({uom})</label>
        </fieldset>
        {text(how === "factor" ? "Times" : `Quantity, ${uom}`, amount, setAmount)}
        {date("First day", from, setFrom)}
        {date("Last day", to, setTo)}
        {text("Reason", reason, setReason)}
        <p class="muted small">Without it {decimal(data.base_mean_day ?? data.facts.demand_mean_day, 2)} {uom} a day are expected. It ends by itself; afterwards both are held against what happened.</p>
        <Refused problem={problem} />
        <DialogButtons confirm="Put it" close={close} disabled={!ready} />
      </form>
    </Dialog>
  );
}

/** Overrides and events that hold here, beside the baseline. */
export function Overrides({ data, uom, again, put: ask }: { data: ItemPlace; uom: string; again: () => void; put: (from: string, to: string) => void }) {
  const { problem, send } = useSend();
  const put = data.overrides ?? [];
  const clear = (row: number) => send(row, `/overrides/${row}/clear`, { reason: "taken back" }, () => { announce("The override is taken away"); again(); });
  return (
    <Section id="overrides" title="Overrides and events">
      {put.length === 0 ? <p class="muted">None: the forecast stands as it is.</p> : <Table caption="Overrides and events" rows={put} columns={[
        { head: "From", rowHead: true, cell: (one) => day(one.from) },
        { head: "Until", cell: (one) => day(one.to) },
        { head: "Times", number: true, cell: (one) => decimal(one.factor, 2) },
        { head: "Reason", prose: true, cell: (one) => <>{one.reason} <a href={whyAddress(one.row)} aria-label={`Trace override ${one.row}`}>#{one.row}</a></> },
        { head: "Change", cell: (one) => <button type="button" class="button" disabled={!may("planner")} onClick={() => void clear(one.row)} aria-label={`Take away: ${one.reason}`}>Take away</button> },
      ]} />}
      {put.length > 0 && <p class="small muted">Without them {decimal(data.base_mean_day, 2)} {uom} a day, with them {decimal(data.facts.demand_mean_day, 2)}.</p>}
      <Refused problem={problem} />
      <p><button type="button" class="button" disabled={!may("planner")} onClick={() => ask(dayIso(dayNumber(today()) + 1), dayIso(dayNumber(today()) + 14))}>Put an override</button></p>
    </Section>
  );
}

/** How unusual the last days are by the item's own distribution. */
export function Surprise({ data }: { data: ItemPlace }) {
  const news = data.news;
  if (!news || news.tail_28 == null) return null;
  return <p class="small muted">Chance of so much or more by its own past: last day {chance(news.tail_1)}, 7 days {chance(news.tail_7)}, 28 days {chance(news.tail_28)}.
    {news.ahead_usual != null && news.ahead_usual >= 0.05 && <> Ordered ahead for the coming days: {decimal(news.ahead_known, 1)}, usually {decimal(news.ahead_usual, 1)} by now.</>}</p>;
}

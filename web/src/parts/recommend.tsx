/* recommend.tsx - the answer: what to do, what it costs and avoids, how sure, which line of the policy put it here, and the verbs. */
import { actions, detail, here } from "../actions";
import { board } from "../board";
import { chance, day, decimal, money, plural, qtyBoth } from "../format";
import { proposalAddress } from "../router";
import { useCell } from "../store";
import type { Case } from "../types";
import { flagWord, isOrder, statusWord, tierWord, verbWord } from "../words";
import { Chip, Key, TierChip } from "./bits";

function proposal(c: Case): string {
  const { action } = c;
  if (c.kind === "fix-data") return c.subject ? `Fix the data: ${c.subject.replace(/[-_]/g, " ")}` : "Fix the data before trusting a number";
  if (action.qty === 0) return verbWord(action.verb);
  const amount = qtyBoth(action.qty, c.uom, action.purchase_uom, action.purchase_qty, action.purchase_factor);
  if (c.board) return `Give ${amount} to ${plural(c.board.lines.filter((line) => line.proposed > 0).length, "order line")}`;
  return `${verbWord(action.verb)} ${amount}${isOrder(c.kind) && (c.supplier || c.from_place) ? ` from ${c.supplier || c.from_place}` : ""}`;
}

/** The one line that says what is wrong, in words and money. */
export function Problem({ c }: { c: Case }) {
  const money1 = c.rank != null && c.rank > 0 ? `${money(c.rank, c.currency)} expected loss if nobody acts` : "";
  const more = c.at_stake != null && c.at_stake > 0 ? `${money(c.at_stake, c.currency)} at stake` : "";
  return (
    <p class="problem">
      <strong class={isOrder(c.kind) ? "bad-text" : "warn-text"}>▲ {c.title}</strong>
      {money1 && <> · {money1}</>}{more && <> · {more}</>}
      {c.opened.why && !/^new\b/i.test(c.opened.why) && <> · <Chip tone="warn">{c.opened.why}</Chip></>}
    </p>
  );
}

function Verbs() {
  useCell(board.changed);
  useCell(detail);
  const now = here();
  const offered = actions.filter((row) => row.group === "decide" && row.when(now));
  if (offered.length === 0) return <p class="muted small">{now.targets.length > 1 ? "These cases are in different states." : "No verdict is open to you here."}</p>;
  return (
    <div class="verbs">
      {offered.map((row) => (
        <button key={row.name} type="button" class={row.primary ? "button primary" : "button"} onClick={() => row.perform(here())}>
          {row.label}{now.targets.length > 1 ? ` ${now.targets.length}` : ""}<Key name={row.keys[0]} />
        </button>
      ))}
    </div>
  );
}

function Figures({ c }: { c: Case }) {
  const { action } = c, order = isOrder(c.kind), minimum = order ? action.minimum : null;
  const rows: [string, string][] = [];
  if (action.value != null && order) rows.push([c.kind === "move" ? "Worth" : "Costs", money(action.value, c.currency)]);
  if (action.value != null && c.kind === "excess") rows.push(["Bound", money(action.value, c.currency)]);
  if (c.rank != null && c.rank > 0 && c.kind !== "fix-data") rows.push(["Avoids", money(c.rank, c.currency)]);
  if (order && c.p0 != null && c.p1 != null) rows.push(["Out before it arrives", `${chance(c.p0)} ordered now, ${chance(c.p1)} at the next review`]);
  if (c.confidence != null) rows.push(["Confidence", chance(c.confidence) + (c.confidence_low != null ? `, at least ${chance(c.confidence_low)}` : "")]);
  if (order && action.order_day) rows.push(["Order on", day(action.order_day)]);
  if (action.arrival_day) rows.push(["Arrives about", day(action.arrival_day)]);
  if (c.due_day) rows.push(["Decide by", day(c.due_day)]);
  if (minimum?.amount != null) {
    const short = minimum.amount - (minimum.reached ?? 0);
    rows.push([`Minimum of ${c.supplier}`, `${money(minimum.amount, c.currency)}, ${short > 0 ? `${money(short, c.currency)} missing` : "reached"} with ${money(minimum.reached, c.currency)} proposed`]);
  }
  return <dl class="figures">{rows.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>;
}

/** One side of a change: nothing there is said, a note's row stands apart from its word. */
function side(text: string): string { return text.replace(/(\w)#(\d)/g, "$1 #$2") || "none"; }

export function Recommendation({ c, before }: { c: Case; before: boolean }) {
  const decided = c.status !== "open" && c.status !== "snoozed";
  return (
    <section class={"recommend" + (decided ? " decided" : "")} aria-label="Proposal">
      <div class="recommend-head">
        <h3>{proposal(c)}</h3>
        {(decided || before) && <Chip tone={c.status === "rejected" ? "warn" : "good"}>{statusWord(c.status)}</Chip>}
      </div>
      <Figures c={c} />
      {c.kind === "buy" && c.supplier && <p class="small"><a href={proposalAddress(c.supplier, c.place)}>The whole order to {c.supplier} for {c.place}</a></p>}
      <p class="policy-line"><TierChip tier={c.tier} word={tierWord(c.tier)} /> by rule {c.rule}: {c.rule_text || "the policy's last rule"}</p>
      {c.flags.length > 0 && <ul class="flags">{c.flags.map((flag) => <li key={flag}>▲ {flagWord(flag)}</li>)}</ul>}
      {c.changes.length > 0 && <p class="small muted">Since the version before: {c.changes.map((change) => `${change.what} ${side(change.from)} → ${side(change.to)}`).join(", ")}.</p>}
      <Verbs />
    </section>
  );
}

/** Short form of the numbers for screen readers after a move. */
export function spoken(c: Case): string {
  return `${c.item} at ${c.place}. ${c.title}. ${proposal(c)}. ${c.rank != null ? money(c.rank, c.currency) + " expected loss. " : ""}`
    + (c.confidence != null ? `Confidence ${decimal(c.confidence * 100, 0)} per cent.` : "");
}

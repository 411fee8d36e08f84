/* casepane.tsx - a case, read top to bottom: problem, answer, what is to come, why this many, what else could be done, the facts,
 * where they come from, who decided what. */
import { useEffect } from "preact/hooks";
import { detail, focusDetail, focusWanted } from "../actions";
import { casePath, itemPath } from "../api";
import { queryAddress, QUERY_START } from "../board";
import { touched } from "../decide";
import { chance, day, days, decimal, moment, money, plural, qty, share, unitCost } from "../format";
import { useLoad } from "../load";
import { itemAddress, whyAddress } from "../router";
import { home, useCell } from "../store";
import type { Case, CaseAnswer, ItemPlace } from "../types";
import { commandWords, feedWord, isOrder, kindWord, modelWord, plainWord, statusWord, verbWord, verdictWord } from "../words";
import { DemandChart } from "../charts/demand";
import { LeadChart } from "../charts/histogram";
import { ProjectionChart } from "../charts/projection";
import { Waterfall } from "../charts/waterfall";
import { Chip, Failed, Pairs, Section, Skeleton } from "./bits";
import { ModelChoice } from "./choice";
import { Flips } from "./flips";
import { Later } from "./later";
import { EventAnswer, Members, Notes, OneOffs } from "./now";
import { Like } from "./outcomes";
import { pure } from "./pure";
import { Problem, Recommendation } from "./recommend";
import { Shares } from "./shares";
import { Table } from "./table";

const MOVE_MS = 70;                      // passing over rows does not ask for each

function Options({ c }: { c: Case }) {
  if (c.options.length === 0) return null;
  if (c.kind === "fix-data") return <Section id="options" title="What to do"><ul class="plain">{c.options.map((option) => <li key={option.verb}><b>{verbWord(option.verb)}</b>{option.note && `: ${option.note}`}.</li>)}</ul></Section>;
  return (
    <Section id="options" title="What else could be done">
      <Table caption="Options" rows={c.options} rowClass={(option) => (option.chosen ? "chosen" : "")} columns={[
        { head: "Option", rowHead: true, cell: (option) => <>{verbWord(option.verb)}{option.chosen && <> <Chip tone="good">proposed</Chip></>}{option.note && <small class="muted block">{option.note}</small>}</> },
        { head: "Quantity", number: true, cell: (option) => qty(option.qty, c.uom) },
        { head: "Arrives", number: true, cell: (option) => day(option.arrival_day) },
        { head: "Chance of being out", number: true, cell: (option) => chance(option.p_out) },
        { head: "Expected loss", number: true, cell: (option) => money(option.loss, c.currency) },
        { head: "Expected cost", number: true, cell: (option) => money(option.cost, c.currency) },
        { head: "Capital bound", number: true, cell: (option) => money(option.capital, c.currency) },
      ]} />
    </Section>
  );
}

export function FactPairs({ facts, uom }: { facts: Case["facts"]; uom: string }) {
  const q = (value: number | null | undefined) => qty(value, uom);
  return <Pairs rows={[
    ["On hand", q(facts.on_hand), facts.on_hand_day ? `on ${day(facts.on_hand_day)}` : ""],
    ["Allocated", q(facts.allocated)], ["On order", q(facts.on_order)], ["In transit", q(facts.in_transit)],
    ["Open customer orders", q(facts.open_orders)],
    ...(facts.backorders != null ? [["Backorders", q(facts.backorders)] as const] : []),
    ["Demand per day", facts.demand_mean_day == null ? "—" : `${decimal(facts.demand_mean_day, 2)} ${uom}`, "expected"],
    ["Lead time", days(facts.lead_p50), facts.lead_p90 != null ? `half of ${plural(facts.lead_n ?? 0, "receipt")}; 9 in 10 within ${days(facts.lead_p90)}` : ""],
    ["Review every", days(facts.review_days)], ["Smallest order", q(facts.moq)], ["Order multiple", q(facts.multiple)],
    ["ERP minimum / maximum", facts.erp_min == null && facts.erp_max == null ? "—" : `${decimal(facts.erp_min, 2)} / ${q(facts.erp_max)}`],
    ["Service target", share(facts.service_target)],
  ]} />;
}

/** Demand and lead time as they are on record; read when somebody wants to see them. */
function Evidence({ c }: { c: Case }) {
  if (!c.item) return null;
  return (
    <Later<ItemPlace> title="Demand history and lead times" path={itemPath(c.item, c.place)} reading="Reading the history">{(data, again) => <>
      {data.demand && <DemandChart demand={data.demand} uom={data.uom} />}
      <OneOffs data={data} uom={data.uom} again={again} />
      <ModelChoice choice={data.choice} uom={data.uom} />
      <p class="small"><a href={`${itemAddress(c.item, c.place)}#overrides`}>Put an override or an event</a></p>
      {data.lead && data.lead.n > 0 ? <LeadChart lead={data.lead} /> : <p class="muted">No receipt yet, so no lead time was measured.</p>}
    </>}</Later>
  );
}

const FEEDS_OF_CASE = ["stock", "order-line", "sales", "po-line", "receipt"];
function Provenance({ answer }: { answer: CaseAnswer }) {
  const c = answer.case, h = useCell(home);
  const feeds = h?.feeds.filter((feed) => FEEDS_OF_CASE.includes(feed.kind) && (!feed.place || feed.place === c.place)) ?? [];
  return (
    <Section id="provenance" title="Where this comes from">
      <p class="provenance">
        {c.facts.on_hand_day ? `Stock of ${day(c.facts.on_hand_day)}` : "As last received"}
        {feeds.map((feed) => ` · ${feedWord(feed.kind).toLowerCase()} ${feed.age_hours == null ? "never received" : `${Math.round(feed.age_hours)} h old`}${feed.state === "fresh" ? "" : ` (${feed.state})`}`)}
        {c.model.kind && <> · model {modelWord(c.model.kind)}{c.model.runner_up && `, next best ${modelWord(c.model.runner_up)}`}, version <code>{c.model.version.slice(0, 10)}</code></>}
        {c.model.engine && <> · engine {c.model.engine}</>}
        {c.policy != null && <> · policy <a href={whyAddress(c.policy)}>row {c.policy}</a>, rule {c.rule}</>}
        {c.input && <> · inputs <code>{c.input.slice(0, 12)}</code></>}
      </p>
      <p>
        <a href={whyAddress(answer.row)}>Trace every number to its source</a>
        {c.evidence.length > 0 && <span class="muted"> · evidence: {c.evidence.slice(0, 12).map((e, i) => <span key={e.row}>{i > 0 && ", "}<a href={whyAddress(e.row)}>{plainWord(e.role).toLowerCase()}</a></span>)}</span>}
      </p>
    </Section>
  );
}

function History({ answer }: { answer: CaseAnswer }) {
  const { decisions, versions, command, case: c } = answer;
  const lines = [
    ...versions.map((version) => ({ at: version.recorded, by: version.by, key: `v${version.row}`, row: version.row, said: `version: ${statusWord(version.status).toLowerCase()}`, undone: false })),
    ...decisions.map((decision, i) => ({
      at: decision.at, by: decision.by, key: `d${i}`, row: decision.row, undone: decision.undone,
      said: verdictWord(decision.verdict) + (decision.qty != null ? ` ${qty(decision.qty, c.uom)}` : "") + (decision.reason ? `: ${decision.reason}` : ""),
    })),
  ].sort((a, b) => (String(a.at) < String(b.at) ? 1 : -1));
  return (
    <Section id="history" title="Decisions and versions">
      {command && <p>Order <a href={whyAddress(command.row)}>{command.reference}</a> to {command.supplier || command.from_place || "customers"}: <Chip tone={commandWords(command.state).tone}>{commandWords(command.state).word}</Chip> {command.external && `as ${command.external}`}</p>}
      <ol class="history">
        {lines.map((line) => (
          <li key={line.key} class={line.undone ? "undone" : ""}>
            <span class="muted">{moment(line.at)}</span> <b>{line.by || "planning"}</b> {line.said}{line.undone && " (taken back)"} {line.row != null && <a href={whyAddress(line.row)} aria-label={`Trace row ${line.row}`}>#{line.row}</a>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

const Body = pure(({ answer, again }: { answer: CaseAnswer; again: () => void }) => {
  const c = answer.case, { action } = c;
  const proposed = isOrder(c.kind) && action.qty > 0 && action.arrival_day && (c.status === "open" || c.status === "snoozed") ? { qty: action.qty, day: action.arrival_day } : null;
  const event = c.kind === "review" && c.members != null && c.members.length > 0;      // what it is is asked; it has no facts or options of its own
  return (
    <>
      <p class="crumbs">#{answer.id} · {kindWord(c.kind)}{c.place && <> · {c.place}</>}{c.supplier && <> · supplier <a href={queryAddress({ ...QUERY_START, supplier: c.supplier })}>{c.supplier}</a></>}{c.from_place && <> · sent by {c.item ? <a href={itemAddress(c.item, c.from_place)}>{c.from_place}</a> : c.from_place}</>}{c.item && <> · <a href={itemAddress(c.item, c.place)}>item at this place</a></>}</p>
      <h2 id="case-title" tabIndex={-1}>{c.item || "All items"} <span class="light">{c.description}</span></h2>
      <Problem c={c} />
      <Recommendation c={c} before={answer.versions.length > 1} />
      <Notes notes={c.notes} />
      {event && (c.status === "open" || c.status === "snoozed") && <EventAnswer id={answer.id} row={answer.row} again={again} />}
      <Members c={c} />
      <Shares key={answer.row} answer={answer} />
      {c.projection && c.projection.p50.length > 1 && <ProjectionChart projection={c.projection} uom={c.uom} proposal={proposed} />}
      {c.terms.length > 0 && <Waterfall terms={c.terms} total={action.qty} uom={c.uom} verb={`${verbWord(action.verb)} ${qty(action.qty, c.uom)}`} row={answer.row} />}
      {!event && !c.board && <Options c={c} />}
      {(isOrder(c.kind) || c.kind === "excess") && <Flips key={answer.row} id={answer.id} c={c} />}
      {!event && c.item && <Section id="facts" title="The facts it rests on"><FactPairs facts={c.facts} uom={c.uom} />
        {(action.unit_cost != null || c.margin_per_unit != null) && <p class="small muted">{[action.unit_cost != null && `Unit cost ${unitCost(action.unit_cost, c.currency)}`, c.margin_per_unit != null && `margin ${unitCost(c.margin_per_unit, c.currency)}`].filter(Boolean).join(", ")} per {c.uom}{c.expected_short != null && `; ${qty(c.expected_short, c.uom)} expected short`}.</p>}
      </Section>}
      <Evidence key={answer.id} c={c} />
      {isOrder(c.kind) && <Like key={answer.id} id={answer.id} />}
      <Provenance answer={answer} />
      <History answer={answer} />
    </>
  );
});

export function CasePane({ id }: { id: number }) {
  const { data, problem, busy, again } = useLoad<CaseAnswer>(casePath(id), {}, { fresh: false, waitMs: MOVE_MS });
  const touch = useCell(touched);
  useEffect(() => { if (touch.id === id && touch.n > 0) again(); }, [touch]);
  useEffect(() => { detail.set(data && data.id === id ? data : null); return () => detail.set(null); }, [data, id]);
  useCell(detail);
  const wanted = useCell(focusWanted);
  useEffect(() => {
    if (wanted === id && data?.id === id) { focusWanted.set(0); focusDetail(); }
  }, [wanted, data, id]);
  if (problem && data?.id !== id) return <Failed problem={problem} retry={again}><p>The list still works.</p></Failed>;
  if (!data) return <Skeleton label="Reading the case" />;
  return <article class={data.id === id ? "case" : "case old"} aria-busy={busy && data.id !== id}><Body answer={data} again={again} /></article>;
}

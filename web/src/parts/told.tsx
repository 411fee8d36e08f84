/* told.tsx - forecasts beside what came: what was expected of past weeks 1, 4 and 8 weeks before, and what cases froze. */
import { useState } from "preact/hooks";
import { itemPath } from "../api";
import { Bars } from "../charts/demand";
import { ChartFrame, Sized } from "../charts/frame";
import { day, decimal, plural, qty, share } from "../format";
import { useLoad } from "../load";
import { caseAddress } from "../router";
import type { ItemTold, ToldPeriod } from "../types";
import { Failed, Pairs } from "./bits";
import { Table } from "./table";

const AHEADS = [1, 4, 8] as const;
type Ahead = typeof AHEADS[number];

function Drawing({ rows, per, ahead, uom, width }: { rows: readonly ToldPeriod[]; per: number; ahead: Ahead; uom: string; width: number }) {
  const at = rows.findIndex((row) => row[`told_${ahead}`] != null), told = at < 0 ? [] : rows.slice(at);
  const values = (end: "" | "_p10" | "_p90") => told.map((row) => row[`told_${ahead}${end}`] ?? 0);
  return <Bars periods={rows.map((row) => ({ from: row.from, days: per, qty: row.came, state: row.at_least ? "censored" : "known", exceptional: false, marked: false }))}
    fan={{ at, p10: values("_p10"), p50: values(""), p90: values("_p90") }} width={width} label={`What came in ${rows.length} periods, and what was expected ${plural(ahead, "week")} before, ${uom}`} />;
}

/** "12 % too high; off by 31 %; 81 % of 26 between P10 and P90" */
function said(score: ItemTold["scores"][number]): string {
  if (score.bias == null) return score.periods ? "nothing came" : "too little history";
  return `${Math.abs(score.bias) < 0.005 ? "not biased" : `${share(Math.abs(score.bias), 0)} too ${score.bias > 0 ? "high" : "low"}`}; off by ${share(score.error, 0)}; ${share(score.inside, 0)} of ${score.periods} between P10 and P90`;
}

export function ToldBefore({ item, at }: { item: string; at: string }) {
  const { data, problem, again } = useLoad<ItemTold>(itemPath(item, at) + "/told");
  const [ahead, setAhead] = useState<Ahead>(4);
  if (problem) return <Failed problem={problem} retry={again} />;
  if (!data?.rows.length) return null;
  const { uom, rows, frozen } = data, per = data.period_days === 7 ? "week" : `${data.period_days} days`;
  return (
    <ChartFrame id="told" title={`Expected before, and what came, per ${per}`}
      legend={[{ mark: "known", label: "Came" }, { mark: "censored", label: "Short of stock: at least this much" }, { mark: "band", label: "Was expected, P10–P90" }]}
      chart={<>
        <p role="group" aria-label="How long before">{AHEADS.map((n) => <button type="button" key={n} class={n === ahead ? "button primary" : "button"} aria-pressed={n === ahead} onClick={() => setAhead(n)}>{plural(n, "week")} before</button>)}</p>
        <Sized>{(width) => <Drawing rows={rows} per={data.period_days} ahead={ahead} uom={uom} width={width} />}</Sized>
        <Pairs rows={data.scores.map((score) => [`${plural(score.weeks_ahead, "week")} before`, said(score)] as const)} />
        {frozen.length > 0 && <Table caption="As cases froze it" rows={frozen} columns={[
          { head: "As a case froze it", rowHead: true, cell: (one) => <a href={caseAddress(one.case)}>{day(one.from)}</a> },
          { head: "Expected", number: true, cell: (one) => <>{qty(one.told, uom)}<small class="muted block">until {day(one.until)}</small></> },
          { head: "Came", number: true, cell: (one) => <>{qty(one.came, uom)}{!one.over && <small class="muted block">not over yet</small>}</> },
        ]} />}
        <p class="small muted">Told again from the item's own history cut at the day, without learner, news and overrides; what a case froze had them.</p>
      </>}
      table={() => <Table caption={`Expected and came, ${uom}`} rows={[...rows].reverse()} columns={[
        { head: "From", rowHead: true, cell: (row) => day(row.from) },
        { head: "Came", number: true, cell: (row) => (row.at_least ? "≥ " : "") + decimal(row.came, 1) },
        ...AHEADS.map((n) => ({ head: `${plural(n, "week")} before`, number: true, cell: (row: ToldPeriod) => decimal(row[`told_${n}`], 1) })),
      ]} />} />
  );
}

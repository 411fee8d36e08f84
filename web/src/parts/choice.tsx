/* choice.tsx - how the forecast is made: the models that were tried on the item's own past, what each missed by, and beside the naive one. */
import { decimal, plural, share } from "../format";
import type { Choice } from "../types";
import { modelWord, poorWord } from "../words";
import { Section } from "./bits";
import { Table } from "./table";

type Tried = Choice["tried"][number];

/** "68 % less", "3 % more": a miss beside that of the baseline. */
function beside(tried: Tried): string {
  if (tried.to_baseline == null) return "—";
  const off = tried.to_baseline - 1;
  return Math.abs(off) < 0.005 ? "the same" : `${share(Math.abs(off), 0)} ${off < 0 ? "less" : "more"}`;
}

function Led({ choice, uom }: { choice: Choice; uom: string }) {
  const [first, next] = choice.tried, over = plural(choice.horizon_days, "day");
  if (!first) return null;
  const said = (tried: Tried) => `${decimal(tried.loss, 1)} ${uom}${tried.to_baseline == null || tried.kind === choice.baseline ? "" : `, ${beside(tried)} than the naive baseline`}`;
  return <p><b>{modelWord(first.kind)}</b> leads with {share(first.weight, 0)} of the forecast: its sums over {over} missed by {said(first)}.
    {next && next.weight > 0 && <> Next best: {modelWord(next.kind).toLowerCase()}, {said(next)}.</>}</p>;
}

export function ModelChoice({ choice, uom }: { choice: Choice; uom: string }) {
  const seasons = [choice.season_days > 0 && (choice.season_days === 7 ? "the weekday" : `a season of ${plural(choice.season_days, "day")}`), choice.year && "the time of year"].filter(Boolean);
  return (
    <Section id="choice" title="How the forecast is made">
      {choice.tried.length === 0 && <p class="muted">No model could be tried on its own past{choice.poor && `: ${poorWord(choice.poor).toLowerCase()}`}.</p>}
      {choice.tried.length > 0 && <>
        <Led choice={choice} uom={uom} />
        <Table caption="Models tried" rows={choice.tried} columns={[
          { head: "Model", rowHead: true, cell: (tried) => <>{modelWord(tried.kind)}{tried.seasonal && <small class="muted block">with the season</small>}{tried.kind === choice.baseline && <small class="muted block">naive baseline</small>}</> },
          { head: "Share of the forecast", number: true, cell: (tried) => share(tried.weight, 0) },
          { head: `Missed by (${uom})`, number: true, cell: (tried) => decimal(tried.loss, 1) },
          { head: "Beside the baseline", number: true, cell: beside },
        ]} />
        <p class="small muted">Each was tried at {plural(choice.origins, "past day")} that knew only what came before; the miss is of demand summed over {plural(choice.horizon_days, "day")} (lead time and review),
          too low counted more than too high, since the stock is set high. Shares also follow what served items like this one. {seasons.length > 0 && `It follows ${seasons.join(" and ")}. `}{choice.poor && `${poorWord(choice.poor)}. `}
          {!choice.baseline && "The naive baseline, the same time last season, needs more history."}</p>
      </>}
    </Section>
  );
}

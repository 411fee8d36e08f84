/* targets.tsx - one service for the whole assortment, shared out by value: ask for a service or a budget, see the curve, the tiers and each item's reason. */
import { useEffect, useRef, useState } from "preact/hooks";
import { count, decimal, minor, moneyRound, share } from "../format";
import { useLoad } from "../load";
import { itemAddress, note, place } from "../router";
import { useCell } from "../store";
import type { Targets } from "../types";
import { TradeoffChart } from "../charts/tradeoff";
import { Chip, Failed, Level, Section, Skeleton } from "../parts/bits";
import { Table } from "../parts/table";

const ASKING_MS = 350, ROWS = 200, LEAST = 50, MOST = 99.5, START = 95;
type Wish = { by: "fill" | "budget"; fill: number; budget: number };

function wishOf(query: URLSearchParams): Wish {
  const fill = Number(query.get("fill")) * 100, budget = Number(query.get("budget"));
  return { by: budget > 0 ? "budget" : "fill", fill: fill >= LEAST && fill <= MOST ? fill : START, budget: budget > 0 ? budget : 0 };
}
function queryOf(wish: Wish): Record<string, number> {
  return wish.by === "budget" && wish.budget > 0 ? { budget: wish.budget } : { fill: Number((wish.fill / 100).toFixed(4)) };
}

function Asking({ wish, targets, change }: { wish: Wish; targets: Targets | null; change: (wish: Wish) => void }) {
  const most = Math.max(1, targets?.capital_now ?? 0, targets?.curve.at(-1)?.capital ?? 0), step = 10 ** Math.max(0, Math.floor(Math.log10(most)) - 2);
  const budget = wish.budget || Math.round((targets?.capital ?? 0) / step) * step;
  const fill = (text: string) => { const value = Number(text); if (value >= LEAST && value <= MOST) change({ ...wish, by: "fill", fill: value }); };
  const spend = (text: string) => { const value = Number(text); if (value > 0) change({ ...wish, by: "budget", budget: value }); };
  return (
    <form class="asking" onSubmit={(event) => event.preventDefault()}>
      <fieldset>
        <legend>Ask for</legend>
        <label><input type="radio" name="by" checked={wish.by === "fill"} onChange={() => change({ ...wish, by: "fill" })} /> a service, with the least stock</label>
        <label><input type="radio" name="by" checked={wish.by === "budget"} onChange={() => change({ ...wish, by: "budget", budget })} /> the best service for a budget</label>
      </fieldset>
      {wish.by === "fill" ? <>
        <label class="field"><span>Service, % of order lines</span><input type="number" min={LEAST} max={MOST} step="0.1" value={wish.fill} onInput={(event) => fill(event.currentTarget.value)} /></label>
        <input type="range" aria-label="Service" min={LEAST} max={MOST} step="0.5" value={wish.fill} aria-valuetext={`${decimal(wish.fill, 1)} %`} onInput={(event) => fill(event.currentTarget.value)} />
      </> : <>
        <label class="field"><span>Budget, {targets?.currency ?? "money"} of mean stock</span><input type="number" min={step} step={step} value={budget} onInput={(event) => spend(event.currentTarget.value)} /></label>
        <input type="range" aria-label="Budget" min={step} max={most} step={step} value={budget} onInput={(event) => spend(event.currentTarget.value)} />
      </>}
    </form>
  );
}

function Answer({ targets }: { targets: Targets }) {
  const whole = (major: number) => moneyRound(minor(major, targets.currency), targets.currency), more = targets.capital / targets.capital_now - 1;
  return (
    <>
      <p class="strong" role="status">
        {share(targets.service)} of order lines with {whole(targets.capital)} of stock
        <span class="light">{targets.capital_now > 0 && `, ${share(Math.abs(more), 0)} ${more < 0 ? "less" : "more"} than the policy now`} · the policy now: {share(targets.service_now)} with {whole(targets.capital_now)}</span>
        {!targets.met && <> <Chip tone="warn">▲ more than stock can reach</Chip></>}
      </p>
      <div class="columns">
        <TradeoffChart targets={targets} />
        <Section id="tiers" title="By tier">
          <Table caption="By tier" rows={[...targets.tiers].sort((a, b) => (a.tier < b.tier ? -1 : 1))} columns={[
            { head: "Tier", rowHead: true, cell: (tier) => tier.tier || "none" },
            { head: "Item-places", number: true, cell: (tier) => count(tier.item_places) },
            { head: "Service", number: true, cell: (tier) => share(tier.service) },
            { head: "Service now", number: true, cell: (tier) => share(tier.service_now) },
            { head: "Stock", number: true, cell: (tier) => whole(tier.capital) },
            { head: "Stock now", number: true, cell: (tier) => whole(tier.capital_now) },
          ]} />
          <p class="small muted">Service is {targets.metric === "cycle" ? "the chance of a cycle without a shortage" : "the share met at once"}, averaged over expected order lines. {count(targets.left_out)} item-places without lead time, demand, cost or source keep their targets. Nothing is changed here: <code>stockwright targets</code> gives the list to load.</p>
        </Section>
      </div>
      <Section id="items" title={`Each item's target, ${count(Math.min(ROWS, targets.rows.length))} of ${count(targets.total)}`}>
        <Table caption="Each item's target" rows={targets.rows} columns={[
          { head: "Item", rowHead: true, cell: (row) => <a href={itemAddress(row.item, row.place)}>{row.item}</a> },
          { head: "Place", cell: (row) => row.place },
          { head: "Tier", cell: (row) => row.tier },
          { head: "Lines a month", number: true, cell: (row) => decimal(row.lines_month, 1) },
          { head: "Service", number: true, cell: (row) => share(row.service_target) },
          { head: "Service now", number: true, cell: (row) => share(row.service_now) },
          { head: "Order up to, units", number: true, cell: (row) => decimal(row.level, 0) },
          { head: "Up to now", number: true, cell: (row) => decimal(row.level_now, 0) },
          { head: "Stock", number: true, cell: (row) => whole(row.capital) },
          { head: "Stock now", number: true, cell: (row) => whole(row.capital_now) },
          { head: "Why this much", prose: true, cell: (row) => row.because },
        ]} />
      </Section>
    </>
  );
}

export function TargetsPage() {
  const { query } = useCell(place);
  const [wish, setWish] = useState(() => wishOf(query));
  const [asked, setAsked] = useState(() => queryOf(wish));
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    timer.current = setTimeout(() => {
      const next = queryOf(wish);
      setAsked(next);
      note("/targets?" + new URLSearchParams(Object.entries(next).map(([name, value]) => [name, String(value)])).toString());
    }, ASKING_MS);
    return () => clearTimeout(timer.current);
  }, [wish]);
  const { data, problem, busy, again } = useLoad<Targets>("/targets", { ...asked, limit: ROWS }, { fresh: false });
  return (
    <div class="page" aria-busy={busy}>
      <h1>Targets by value</h1>
      <Asking wish={wish} targets={data} change={setWish} />
      {problem && !data ? <Failed problem={problem} retry={again} /> : !data ? <Skeleton rows={5} label="Working out every item's curve; the first time after a planning step this takes some seconds" />
        : <Level.Provider value={2}>{problem && <Failed problem={problem} retry={again} />}<Answer targets={data} /></Level.Provider>}
    </div>
  );
}

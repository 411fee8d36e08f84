/* demand.tsx - what was asked for: each period as a bar, periods without enough stock hatched (they say "at least"), one-off sales
 * marked, and the fan of what is expected next. */
import { day, dayIso, dayNumber, dayShort, decimal, qty } from "../format";
import { Table } from "../parts/table";
import type { Demand } from "../types";
import { plainWord } from "../words";
import { ChartFrame, GridLines, Sized } from "./frame";
import { area, line, scale, ticks } from "./scale";

const HEIGHT = 200, LEFT = 46, RIGHT = 8, TOP = 18, BOTTOM = 22, WEEK = 7, BAR = 5, BARS_LEAST = 20;
export interface Period { from: string; days: number; qty: number | null; state: "known" | "censored" | "unknown"; exceptional: boolean; marked: boolean }

const CENSORED = new Set(["ran-out", "out"]);

/** Weeks up to the end of the history, as the fan has them; a week is censored when any of its days is. */
export function periodsOf(demand: Demand): Period[] {
  const join = Math.max(1, Math.round(WEEK / demand.bucket_days)), n = demand.values.length;
  const start = dayNumber(demand.from), found: Period[] = [];
  for (let i = n > join ? n % join : 0; i < n; i += join) {
    const values = demand.values.slice(i, i + join), states = demand.states.slice(i, i + join);
    const known = values.filter((value): value is number => value != null);
    const from = start + i * demand.bucket_days, days = values.length * demand.bucket_days;
    const odd = demand.exceptional.filter((sale) => dayNumber(sale.day) >= from && dayNumber(sale.day) < from + days);
    found.push({ from: dayIso(from), days, qty: known.length ? known.reduce((a, b) => a + b, 0) : null,
      state: states.some((state) => CENSORED.has(state)) ? "censored" : known.length === 0 || states.every((state) => state === "unknown") ? "unknown" : "known",
      exceptional: odd.length > 0, marked: odd.length > 0 && odd.every((sale) => sale.taken_out) });
  }
  return found;
}

/** What is expected, as a band: the first value belongs to period `at`. */
export interface Fan { at: number; p10: number[]; p50: number[]; p90: number[]; base?: number[] }

export function Bars({ periods, fan, label, width }: { periods: readonly Period[]; fan: Fan; label: string; width: number }) {
  const { at, p10, p50, p90, base } = fan, per = periods[0]?.days ?? WEEK;
  const yTicks = ticks(Math.max(1, ...periods.map((period) => period.qty ?? 0), ...p90), 3);
  const all = Math.max(periods.length, at + p50.length), x = scale(0, all, LEFT, width - RIGHT), y = scale(0, yTicks.at(-1)!, HEIGHT - BOTTOM, TOP);
  const wide = Math.max(1, x(1) - x(0) - 1), every = Math.max(1, Math.ceil(all / Math.max(2, Math.floor((width - LEFT) / 90))));
  const points = (values: number[]) => values.map((value, i) => [x(at + i + 0.5), y(value)] as const);
  return (
    <svg class="chart" width={width} height={HEIGHT} role="img" aria-label={label}>
      <defs>
        <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="5" height="5" /><line class="hatch-line" x1="0" y1="0" x2="0" y2="5" />
        </pattern>
      </defs>
      <GridLines ticks={yTicks} y={y} left={LEFT} right={width - RIGHT} text={(tick) => decimal(tick, 1)} />
      {periods[0] && Array.from({ length: Math.ceil(all / every) }, (_, i) => i * every).map((tick, i) => (
        <text key={tick} class="axis" x={x(tick)} y={HEIGHT - 6} text-anchor={i === 0 ? "start" : x(tick) > width - 50 ? "end" : "middle"}>
          {dayShort(dayIso(dayNumber(periods[0]!.from) + tick * per))}
        </text>
      ))}
      {p50.length > 1 && <path class="band" d={area(points(p90), points(p10))} />}
      {periods.map((period, i) => period.qty != null && (
        <rect key={i} class={"demand " + (period.marked ? "marked" : period.state)} x={x(i)} width={wide}
          y={y(period.qty)} height={Math.max(period.state === "censored" ? 2 : 0, HEIGHT - BOTTOM - y(period.qty))} />
      ))}
      {periods.map((period, i) => period.exceptional && (
        <text key={"e" + i} class="exceptional" x={x(i) + wide / 2} y={Math.max(12, y(period.qty ?? 0) - 4)} text-anchor="middle">{period.marked ? "◇" : "◆"}</text>
      ))}
      {p50.length > 1 && <><path class="median" d={line(points(p50))} />{base && <path class="median base" d={line(points(base))} />}</>}
    </svg>
  );
}

function Drawing({ demand, uom, width }: { demand: Demand; uom: string; width: number }) {
  const fan = demand.fan ?? { p10: [], p50: [], p90: [] }, weeks = fan.p50.length;
  const periods = periodsOf(demand).slice(-Math.max(BARS_LEAST, Math.floor((width - LEFT) / BAR) - weeks));
  const total = periods.reduce((sum, period) => sum + (period.qty ?? 0), 0), short = periods.filter((period) => period.state === "censored").length;
  return <Bars periods={periods} fan={{ ...fan, at: periods.length }} width={width} label={
    `Demand from ${day(periods[0]?.from ?? demand.from)}: ${periods.length} periods of ${periods[0]?.days ?? WEEK} days, ${qty(total, uom)} in all, ${short} periods short of stock, `
    + `${demand.exceptional.length} exceptional sales${weeks ? `, and what is expected of the ${weeks} weeks ahead` : ""}.`} />;
}

export function DemandChart({ demand, uom }: { demand: Demand; uom: string }) {
  return <ChartFrame id="demand" title={`Demand per week, ${uom}`} chart={
    <Sized>{(width) => <Drawing demand={demand} uom={uom} width={width} />}</Sized>}
    legend={[{ mark: "known", label: "Demand" }, { mark: "censored", label: "Short of stock: at least this much" },
      { mark: "odd", label: "◆ exceptional sale, ◇ taken out" }, ...(demand.fan ? [{ mark: "band", label: "Expected of a week, P10–P90" + (demand.fan.base ? "; dashed: without overrides" : "") }] : [])]}
    table={() => <Table caption={`Demand in ${uom}`} rows={periodsOf(demand).reverse()} columns={[
      { head: "From", rowHead: true, cell: (period) => day(period.from) },
      { head: "Days", number: true, cell: (period) => period.days },
      { head: `Demand (${uom})`, number: true, cell: (period) => (period.state === "censored" ? "≥ " : "") + decimal(period.qty, 2) },
      { head: "State", cell: (period) => plainWord(period.state) },
      { head: "Exceptional", cell: (period) => (period.exceptional ? (period.marked ? "taken out" : "yes") : "") },
    ]} />} />;
}

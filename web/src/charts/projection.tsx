/* projection.tsx - stock to come: the median, the band that eight of ten futures stay in, what is on its way, the safety stock, and
 * the day from which one future in ten has run out. */
import { useState } from "preact/hooks";
import { chance, day, dayIso, dayNumber, dayShort, decimal, qty } from "../format";
import { Table } from "../parts/table";
import type { Projection, Receipt } from "../types";
import { ChartFrame, GridLines, Sized, type LegendItem } from "./frame";
import { area, lanesOf, line, scale, textWidth, ticks } from "./scale";

export interface Proposal { qty: number; day: string }
interface Props { projection: Projection; uom: string; proposal?: Proposal | null }

const LEFT = 46, RIGHT = 44, BOTTOM = 22, LANE = 15, LANES = 3, PLOT = 180;

/** Index of the first day on which one future in ten is out; -1 where none is within the horizon. */
function outFrom(projection: Projection): number {
  return projection.p_out.length ? projection.p_out.findIndex((p) => p >= 0.1) : projection.p10.findIndex((stock) => stock <= 0);
}
/** More likely out on the first day than not by far: no day to tell. */
function outNow(projection: Projection): boolean { return (projection.p_out[0] ?? 0) > 0.9; }
/** The middle of what is owed to customers at most, as a negative stock; the band below it is not drawn. */
function owedMost(projection: Projection): number { return Math.min(0, ...projection.p50); }
export function promised(projection: Projection, receipt: Receipt): string | null {
  return receipt.late_days > 0 ? dayIso(dayNumber(projection.from) - receipt.late_days) : null;
}
function dayAt(projection: Projection, i: number): string { return dayIso(dayNumber(projection.from) + i * projection.step_days); }

function summary({ projection, uom, proposal }: Props): string {
  const last = projection.p50.length - 1, out = outFrom(projection);
  return `Projected stock from ${day(projection.from)} to ${day(dayAt(projection, last))}. `
    + `Starts at ${qty(projection.p50[0], uom)}, median at the end ${qty(projection.p50[last], uom)}. `
    + (out < 0 ? "Running out stays below 10 % likely. " : `From ${day(dayAt(projection, out))} running out is at least 10 % likely. `)
    + projection.receipts.map((r) => `${qty(r.qty, uom)} expected ${day(r.day)} (${r.doc}${r.late_days > 0 ? `, ${r.late_days} days late` : ""}). `).join("")
    + (proposal ? `Proposed: ${qty(proposal.qty, uom)} arriving about ${day(proposal.day)}.` : "");
}

/** What is on its way within the horizon, and what is proposed: where it stands and what it says. */
function flagsOf({ projection, proposal }: Props) {
  const start = dayNumber(projection.from), end = start + projection.p50.length * projection.step_days;
  const flags = projection.receipts.filter((r) => dayNumber(r.day) >= start && dayNumber(r.day) < end).map((r) => ({
    day: dayNumber(r.day), kind: r.late_days > 0 ? "late" : r.kind, qty: r.qty,
    text: `${r.doc} +${decimal(r.qty, 0)}${r.late_days > 0 ? `, ${r.late_days} d late` : ""}` }));
  if (proposal && dayNumber(proposal.day) < end) {
    flags.push({ day: dayNumber(proposal.day), kind: "proposal", qty: proposal.qty, text: `proposed +${decimal(proposal.qty, 0)}` });
  }
  return flags;
}

function Drawing({ projection, uom, proposal, width }: Props & { width: number }) {
  const [at, setAt] = useState(-1);
  const n = projection.p50.length, start = dayNumber(projection.from), right = width - RIGHT, safety = projection.safety_stock;
  const x = scale(0, n - 1, LEFT, right), xOfDay = (number: number) => x((number - start) / projection.step_days);
  const flags = flagsOf({ projection, uom, ...(proposal ? { proposal } : {}) });
  const labels = flags.map((flag) => {
    const wide = textWidth(flag.text);
    return { x: Math.max(LEFT, Math.min(xOfDay(flag.day) + 3, width - wide - 2)), width: wide };
  });
  const lanes = lanesOf(labels, LANES);
  const top = 8 + LANE * (1 + Math.max(0, ...lanes.map((lane) => lane + 1))), bottom = top + PLOT, height = bottom + BOTTOM;
  const above = ticks(Math.max(1, ...projection.p90, ...flags.map((flag) => flag.qty), safety ?? 0)), step = above[1]!, low = Math.floor(owedMost(projection) / step) * step;
  const yTicks = [...Array.from({ length: Math.round(-low / step) }, (_, i) => low + i * step), ...above], y = scale(low, yTicks.at(-1)!, bottom, top), none = y(0);
  const points = (values: number[]) => values.map((value, i) => [x(i), y(Math.max(low, value))] as const);
  const every = Math.max(1, Math.ceil(n / Math.max(2, Math.floor((right - LEFT) / 74))));
  const xTicks = Array.from({ length: Math.ceil(n / every) }, (_, i) => i * every), out = outFrom(projection);
  const inspect = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    setAt(Math.max(0, Math.min(n - 1, Math.round((event.clientX - box.left - LEFT) / (right - LEFT) * (n - 1)))));
  };
  return (
    <>
      <svg class="chart" width={width} height={height} role="img" aria-label={summary({ projection, uom, ...(proposal ? { proposal } : {}) })}
        onPointerMove={inspect} onPointerLeave={() => setAt(-1)}>
        <GridLines ticks={yTicks} y={y} left={LEFT} right={right} text={(tick) => decimal(tick, 1)} none={low < 0} />
        {xTicks.map((tick, i) => (
          <text key={tick} class="axis" x={x(tick)} y={height - 6} text-anchor={i === 0 ? "start" : x(tick) > right - 24 ? "end" : "middle"}>
            {dayShort(dayAt(projection, tick))}
          </text>
        ))}
        <path class="band" d={area(points(projection.p90), points(projection.p10))} />
        {out >= 0 && <g class="out">
          <line x1={x(out)} x2={x(out)} y1={LANE} y2={bottom} />
          <text class="label" x={x(out) + (x(out) > width / 2 ? -4 : 4)} y={12} text-anchor={x(out) > width / 2 ? "end" : "start"}>
            {outNow(projection) ? "▼ out now" : `▼ 1 in 10 out by ${dayShort(dayAt(projection, out))}`}
          </text>
        </g>}
        {flags.map((flag, i) => (
          <g key={i} class={"receipt " + flag.kind}>
            <rect x={xOfDay(flag.day) - 3} width={6} y={y(flag.qty)} height={Math.max(1, none - y(flag.qty))} />
            {lanes[i]! >= 0 && <>
              <line class="leader" x1={xOfDay(flag.day)} x2={xOfDay(flag.day)} y1={6 + LANE * (lanes[i]! + 2)} y2={y(flag.qty)} />
              <text class="label" x={labels[i]!.x} y={LANE * (lanes[i]! + 2)}>{flag.text}</text>
            </>}
          </g>
        ))}
        <path class="median" d={line(points(projection.p50))} />
        {safety != null && safety > 0 && <g class="safety">
          <line x1={LEFT} x2={right} y1={y(safety)} y2={y(safety)} />
          <text class="label" x={right + 4} y={y(safety) + 4}>{decimal(safety, 0)}</text>
        </g>}
        {at >= 0 && <line class="cross" x1={x(at)} x2={x(at)} y1={LANE} y2={bottom} />}
      </svg>
      <p class="readout" aria-hidden="true">
        {at < 0 ? "\u00a0" : `${day(dayAt(projection, at))}: median ${qty(projection.p50[at], uom)}, 8 in 10 between `
          + `${qty(projection.p10[at], uom)} and ${qty(projection.p90[at], uom)}, out ${chance(projection.p_out[at])}`}
      </p>
    </>
  );
}

function legendOf({ projection, uom, proposal }: Props): LegendItem[] {
  const kinds = new Set(projection.receipts.map((r) => (r.late_days > 0 ? "late" : r.kind)));
  return [
    { mark: "median", label: "Median" }, { mark: "band", label: "P10–P90: 8 in 10" },
    ...(kinds.has("po") ? [{ mark: "po", label: "On order" }] : []),
    ...(kinds.has("late") ? [{ mark: "late", label: "Late: promised earlier, expected here" }] : []),
    ...(kinds.has("transfer") || kinds.has("transit") ? [{ mark: "transfer", label: "In transit" }] : []),
    ...(kinds.has("command") ? [{ mark: "command", label: "Our order, not in the ERP yet" }] : []),
    ...(proposal ? [{ mark: "proposal", label: "Proposed, not in the line" }] : []),
    ...(projection.safety_stock ? [{ mark: "safety", label: `Safety stock ${qty(Math.round(projection.safety_stock), uom)}` }] : []),
    ...(owedMost(projection) < 0 ? [{ mark: "none", label: "Below zero: owed to customers" }] : []),
  ];
}

function ProjectionTable({ projection, uom }: Props) {
  const rows = projection.p50.map((_, i) => i);
  const day0 = (i: number) => dayNumber(dayAt(projection, i));
  const incoming = (i: number) => projection.receipts.filter((r) => dayNumber(r.day) >= day0(i) && dayNumber(r.day) < day0(i + 1));
  return <Table caption={`Projected stock in ${uom}`} rows={rows} columns={[
    { head: "Day", rowHead: true, cell: (i) => day(dayAt(projection, i)) },
    { head: `P10 (${uom})`, number: true, cell: (i) => decimal(projection.p10[i], 1) },
    { head: `Median (${uom})`, number: true, cell: (i) => decimal(projection.p50[i], 1) },
    { head: `P90 (${uom})`, number: true, cell: (i) => decimal(projection.p90[i], 1) },
    { head: "Out by then", number: true, cell: (i) => chance(projection.p_out[i]) },
    { head: "Arrives", prose: projection.receipts.length > 0, cell: (i) => incoming(i).map((r) => `${r.doc} ${qty(r.qty, uom)}`
        + (r.late_days > 0 ? `, promised ${day(promised(projection, r))}, ${r.late_days} d late` : "")).join("; ") },
  ]} />;
}

export function ProjectionChart(props: Props) {
  return <ChartFrame id="projection" title={`Projected stock, ${props.uom}`} legend={legendOf(props)}
    chart={<Sized>{(width) => <Drawing {...props} width={width} />}</Sized>}
    table={() => <ProjectionTable {...props} />} />;
}

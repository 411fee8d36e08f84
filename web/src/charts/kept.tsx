/* kept.tsx - how a supplier kept his promises month by month: share of lines late as bars, the middle lead time as a line. */
import { count, day, days, decimal, share } from "../format";
import { Table } from "../parts/table";
import type { SupplierPage } from "../types";
import { ChartFrame, GridLines, Sized } from "./frame";
import { line, scale, textWidth, ticks } from "./scale";

type Month = SupplierPage["months"][number];
const HEIGHT = 190, LEFT = 46, RIGHT = 40, TOP = 22, BOTTOM = 30;

function monthName(iso: string): string { return day(iso).replace(/^\d+ /, ""); }

function Drawing({ months, change, width }: { months: readonly Month[]; change: SupplierPage["change"]; width: number }) {
  const x = scale(0, months.length, LEFT, width - RIGHT), wide = Math.max(3, x(1) - x(0) - 3);
  const y = scale(0, 1, HEIGHT - BOTTOM, TOP), dayTicks = ticks(Math.max(1, ...months.map((month) => month.lead_p50 ?? 0)), 3), yDays = scale(0, dayTicks.at(-1)!, HEIGHT - BOTTOM, TOP);
  const known = months.map((month, i) => [x(i + 0.5), month.lead_p50] as const).filter((point): point is readonly [number, number] => point[1] != null);
  const changed = change ? months.findIndex((month) => month.from.slice(0, 7) === change.day.slice(0, 7)) : -1;
  const said = change ? `${days(change.before)} before, ${days(change.after)} since` : "", left = x(changed) - LEFT > textWidth(said);
  const due = months.reduce((sum, month) => sum + month.due, 0), late = months.reduce((sum, month) => sum + month.late, 0);
  const every = Math.max(1, Math.ceil(months.length / Math.max(2, Math.floor((width - LEFT - RIGHT) / 70))));
  return (
    <svg class="chart" width={width} height={HEIGHT} role="img" aria-label={`${count(late)} of ${count(due)} lines due in ${months.length} months came late.`}>
      <GridLines ticks={[0, 0.5, 1]} y={y} left={LEFT} right={width - RIGHT} text={(tick) => share(tick, 0)} />
      {dayTicks.map((tick) => <text key={tick} class="axis" x={width - RIGHT + 6} y={yDays(tick) + 4}>{decimal(tick, 0)} d</text>)}
      {months.map((month, i) => i % every === 0 && <text key={month.from} class="axis" x={x(i + 0.5)} y={HEIGHT - 10} text-anchor="middle">{monthName(month.from)}</text>)}
      {months.map((month, i) => month.due > 0 && <rect key={month.from} class="demand known" x={x(i) + 1.5} width={wide} y={y(month.late / month.due)} height={HEIGHT - BOTTOM - y(month.late / month.due)} />)}
      {known.length > 1 && <path class="median" d={line(known.map(([at, value]) => [at, yDays(value)] as const))} />}
      {changed >= 0 && change && <g class="safety">
        <line x1={x(changed)} x2={x(changed)} y1={TOP - 4} y2={HEIGHT - BOTTOM} />
        <text class="label" x={x(changed) + (left ? -4 : 4)} y={12} text-anchor={left ? "end" : "start"}>{said}</text>
      </g>}
    </svg>
  );
}

export function KeptChart({ months, change }: { months: readonly Month[]; change: SupplierPage["change"] }) {
  return <ChartFrame id="kept" title="Promises kept, by month" legend={[{ mark: "demand known", label: "share of lines due that came late" }, { mark: "median", label: "middle lead time of orders sent" }]}
    chart={<Sized>{(width) => <Drawing months={months} change={change} width={width} />}</Sized>}
    table={() => <Table caption="Promises kept, by month" rows={months} columns={[
      { head: "Month", rowHead: true, cell: (month) => monthName(month.from) },
      { head: "Lines due", number: true, cell: (month) => count(month.due) },
      { head: "Late", number: true, cell: (month) => count(month.late) },
      { head: "Lead time, middle", number: true, cell: (month) => days(month.lead_p50) },
    ]} />} />;
}

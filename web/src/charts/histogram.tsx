/* histogram.tsx - how long deliveries took, as shares of receipts, with the middle and the slow end. */
import { count, days, decimal, plural, share } from "../format";
import { Table } from "../parts/table";
import type { ItemPlace } from "../types";
import { ChartFrame, GridLines, Sized } from "./frame";
import { scale, ticks } from "./scale";

type Lead = NonNullable<ItemPlace["lead"]>;
const HEIGHT = 160, LEFT = 46, RIGHT = 12, TOP = 30, BOTTOM = 34;

function Drawing({ lead, width }: { lead: Lead; width: number }) {
  const stated = lead.stated_days, last = Math.max(...lead.histogram.map((bar) => bar.days), lead.p90 ?? 0, stated ?? 0) * 1.05 + 1;
  const steps = lead.histogram.map((bar, i) => bar.days - (lead.histogram[i - 1]?.days ?? bar.days - 1)).filter((step) => step > 0);
  const x = scale(0, last, LEFT, width - RIGHT), wide = Math.max(2, x(Math.min(...steps, last)) - x(0) - 1);
  const yTicks = ticks(Math.max(0.01, ...lead.histogram.map((bar) => bar.share)), 3), y = scale(0, yTicks.at(-1)!, HEIGHT - BOTTOM, TOP);
  const marks = [{ at: lead.p50, text: "half by", lane: 12, left: true }, { at: lead.p90, text: "9 in 10 by", lane: 26, left: false }];
  const leftOf = (mark: { at: number | null; left: boolean }) => mark.at != null && (mark.left ? x(mark.at) > 130 : x(mark.at) > width - 130);
  return (
    <svg class="chart" width={width} height={HEIGHT} role="img"
      aria-label={`Lead time of ${lead.n} receipts: half arrived within ${days(lead.p50)}, nine in ten within ${days(lead.p90)}.${stated == null ? "" : ` The ERP states ${days(stated)}.`}`}>
      <GridLines ticks={yTicks} y={y} left={LEFT} right={width - RIGHT} text={(tick) => share(tick, 0)} />
      {ticks(last, 5).filter((tick) => tick <= last).map((tick) => <text key={tick} class="axis" x={x(tick)} y={HEIGHT - BOTTOM + 14} text-anchor="middle">{decimal(tick, 0)}</text>)}
      <text class="axis" x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 4} text-anchor="middle">days from order to receipt</text>
      {lead.histogram.map((bar) => <rect key={bar.days} class="demand known" x={x(bar.days) - wide / 2} width={wide} y={y(bar.share)} height={HEIGHT - BOTTOM - y(bar.share)} />)}
      {stated != null && <path class="stated" d={`M${x(stated) - 5} ${HEIGHT - BOTTOM + 8}L${x(stated)} ${HEIGHT - BOTTOM}L${x(stated) + 5} ${HEIGHT - BOTTOM + 8}Z`} />}
      {marks.map((mark) => mark.at != null && <g key={mark.text} class="safety">
        <line x1={x(mark.at)} x2={x(mark.at)} y1={mark.lane + 3} y2={HEIGHT - BOTTOM} />
        <text class="label" x={x(mark.at) + (leftOf(mark) ? -4 : 4)} y={mark.lane} text-anchor={leftOf(mark) ? "end" : "start"}>{mark.text} {days(mark.at)}</text>
      </g>)}
    </svg>
  );
}

const BASES: Record<string, string> = { measured: "Measured on this item's own receipts", supplier: "This item has few receipts of its own: those of its supplier speak" };
function says(lead: Lead): string {
  const apart = lead.stated_days == null || lead.p50 == null ? 0 : lead.p50 - lead.stated_days;
  return [
    BASES[lead.basis], lead.mode && `Only what came by ${lead.mode}, as usual here`, lead.open > 0 && `${count(lead.open)} open ${lead.open === 1 ? "line counts" : "lines count"} as taking longer than ${lead.open === 1 ? "its" : "their"} age`,
    lead.stated_days != null && `The ERP states${lead.basis ? "" : " in the middle of its items"} ${days(lead.stated_days)}${apart === 0 ? ", as half of the receipts took" : `: half of the receipts took ${days(Math.abs(apart))} ${apart > 0 ? "longer" : "less"}`}`,
  ].filter(Boolean).join(". ");
}

export function LeadChart({ lead }: { lead: Lead }) {
  const said = says(lead);
  return <ChartFrame id="lead" title={`Lead time, ${plural(lead.n, "receipt")}`} legend={lead.stated_days == null ? [] : [{ mark: "stated", label: `▲ stated in the ERP: ${days(lead.stated_days)}` }]}
    chart={<><Sized>{(width) => <Drawing lead={lead} width={width} />}</Sized>{said && <p class="small muted">{said}.</p>}</>}
    table={() => <Table caption="Lead time" rows={lead.histogram} columns={[
      { head: "Days", rowHead: true, number: true, cell: (bar) => decimal(bar.days, 0) },
      { head: "Share of receipts", number: true, cell: (bar) => share(bar.share) },
    ]} />} />;
}

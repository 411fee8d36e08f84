/* tradeoff.tsx - service against capital: the curve of least stock for each service, where the policy stands, and what was asked for. */
import { moneyRound, minor, share } from "../format";
import { Table } from "../parts/table";
import type { Targets } from "../types";
import { ChartFrame, GridLines, Sized } from "./frame";
import { line, scale, textWidth, ticks } from "./scale";

const HEIGHT = 280, LEFT = 52, RIGHT = 16, TOP = 18, BOTTOM = 40, STEP = 0.05;

function Drawing({ targets, width }: { targets: Targets; width: number }) {
  const { curve, currency } = targets, whole = (major: number) => moneyRound(minor(major, currency), currency);
  const xTicks = ticks(Math.max(1, targets.capital_now, targets.capital, ...curve.map((point) => point.capital)), width < 500 ? 2 : 4);
  const least = Math.floor(Math.min(targets.service, targets.service_now, ...curve.map((point) => point.service)) / STEP) * STEP;
  const x = scale(0, xTicks.at(-1)!, LEFT, width - RIGHT), y = scale(least, 1, HEIGHT - BOTTOM, TOP);
  const rows = Array.from({ length: Math.round((1 - least) / STEP) + 1 }, (_, i) => least + i * STEP).filter((_, i, all) => all.length <= 7 || i % 2 === (all.length - 1) % 2);
  const marks = [
    { name: "policy now", at: { capital: targets.capital_now, service: targets.service_now }, cls: "now", dy: 18, before: false },
    { name: "asked for", at: targets, cls: "asked", dy: -8, before: true },
  ];
  return (
    <svg class="chart tradeoff" width={width} height={HEIGHT} role="img" aria-label={
      `Service against stock. The policy asks for ${share(targets.service_now)} with ${whole(targets.capital_now)} of stock; shared out by value ${share(targets.service)} needs ${whole(targets.capital)}.`}>
      <GridLines ticks={rows} y={y} left={LEFT} right={width - RIGHT} text={(tick) => share(tick, 0)} />
      {xTicks.map((tick, i) => <text key={tick} class="axis" x={x(tick)} y={HEIGHT - BOTTOM + 16} text-anchor={i === 0 ? "start" : i === xTicks.length - 1 ? "end" : "middle"}>{whole(tick)}</text>)}
      <text class="axis" x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 6} text-anchor="middle">mean stock on the shelf</text>
      <path class="median" d={line(curve.map((point) => [x(point.capital), y(point.service)] as const))} />
      {curve.map((point) => <circle key={point.service} class="step" cx={x(point.capital)} cy={y(point.service)} r={2.5} />)}
      {marks.map((mark) => {
        const at = x(mark.at.capital), room = textWidth(mark.name) + 10, left = mark.before ? at - room > LEFT : at + room > width - RIGHT;
        return <g key={mark.cls} class={mark.cls}>
          {mark.cls === "now" ? <rect x={at - 5} y={y(mark.at.service) - 5} width={10} height={10} /> : <circle cx={at} cy={y(mark.at.service)} r={6} />}
          <text class="label" x={at + (left ? -10 : 10)} y={y(mark.at.service) + mark.dy} text-anchor={left ? "end" : "start"}>{mark.name}</text>
        </g>;
      })}
    </svg>
  );
}

export function TradeoffChart({ targets }: { targets: Targets }) {
  const whole = (major: number) => moneyRound(minor(major, targets.currency), targets.currency);
  return <ChartFrame id="tradeoff" title="Service against stock" legend={[
    { mark: "median", label: "least stock for a service, shared out by value" }, { mark: "now", label: "policy now" }, { mark: "asked", label: "asked for" }]}
    chart={<Sized>{(width) => <Drawing targets={targets} width={width} />}</Sized>}
    table={() => <Table caption="Service against stock" rows={targets.curve} columns={[
      { head: "Service", rowHead: true, number: true, cell: (point) => share(point.service) },
      { head: "Mean stock", number: true, cell: (point) => whole(point.capital) },
      { head: "Beside the policy now", number: true, cell: (point) => share(point.capital / targets.capital_now - 1, 0) },
    ]} />} />;
}

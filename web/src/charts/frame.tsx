/* frame.tsx - what every chart has: a title, a legend, and the same numbers as a table on request; its width and its grid. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Section } from "../parts/bits";
import type { Scale } from "./scale";

/** Charts are drawn in pixels, so that text keeps its size at every width. */
export function Sized({ children }: { children: (width: number) => ComponentChildren }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const measure = () => setWidth(Math.max(240, Math.floor(frame.current?.clientWidth ?? 0)));
    const watch = new ResizeObserver(measure);
    measure();
    watch.observe(frame.current!);
    return () => watch.disconnect();
  }, []);
  return <div ref={frame} class="chart-frame">{width > 0 && children(width)}</div>;
}

/** Lines across at the ticks, from `left` to `right`, each with its figure before it. */
export function GridLines({ ticks, y, left, right, text, none }: { ticks: readonly number[]; y: Scale; left: number; right: number; text: (tick: number) => string; none?: boolean }) {
  return <>{ticks.map((tick) => <g key={tick}>
    <line class={none && tick === 0 ? "gridline none" : "gridline"} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
    <text class="axis" x={left - 6} y={y(tick) + 4} text-anchor="end">{text(tick)}</text>
  </g>)}</>;
}

export interface LegendItem { mark: string; label: string }

export function ChartFrame({ id, title, legend, chart, table }: {
  id: string; title: string; legend: readonly LegendItem[]; chart: ComponentChildren; table: () => ComponentChildren;
}) {
  const [asTable, setAsTable] = useState(false);
  const toggle = (
    <button type="button" class="link" aria-expanded={asTable} aria-controls={id + "-body"} onClick={() => setAsTable(!asTable)}>
      {asTable ? "Show as chart" : "Show as table"}
    </button>
  );
  return (
    <Section id={id} title={title} aside={toggle}>
      <div id={id + "-body"}>
        {asTable ? table() : <>
          {chart}
          <ul class="legend" aria-hidden="true">
            {legend.map((item) => <li key={item.label}><span class={"mark " + item.mark} />{item.label}</li>)}
          </ul>
        </>}
      </div>
    </Section>
  );
}

/* frame.tsx - what every chart has: a title, a legend, and the same numbers as a table on request. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Section } from "../parts/bits";

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

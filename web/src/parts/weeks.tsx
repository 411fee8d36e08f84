/* weeks.tsx - the weeks ahead in columns: what is expected to be asked for, what arrives, what is left. Arrow keys walk from cell to cell; the line below says the
 * cell in words, and an override begins at its week. */
import { useRef, useState } from "preact/hooks";
import { chance, day, dayIso, dayNumber, dayShort, decimal, qty } from "../format";
import { may } from "../store";
import type { ItemPlace, Projection, Receipt } from "../types";
import { promised } from "../charts/projection";
import { Section } from "./bits";

const WEEK = 7;
interface Week { from: string; to: string; mean: number | null; base: number | null; receipts: Receipt[]; at: number }
interface Line { head: string; says: string; cell(week: Week): string; tone?(week: Week): string }

/** Whole weeks from the first day of the projection; `at` is its point at the end of the week. */
function weeksOf(projection: Projection, data: ItemPlace): Week[] {
  const ahead = data.demand?.ahead, first = dayNumber(projection.from), per = projection.step_days, last = projection.p50.length - 1;
  return Array.from({ length: Math.ceil(projection.p50.length * per / WEEK) }, (_, w) => {
    const from = first + w * WEEK, to = from + WEEK - 1;
    return { from: dayIso(from), to: dayIso(to), mean: ahead?.mean[w] ?? null, base: ahead?.base?.[w] ?? null, at: Math.min(last, Math.floor((w + 1) * WEEK / per) - 1),
      receipts: projection.receipts.filter((receipt) => dayNumber(receipt.day) >= from && dayNumber(receipt.day) <= to) };
  });
}

function linesOf(projection: Projection, overridden: boolean): Line[] {
  const stock = (values: number[]) => ({ cell: (week: Week) => decimal(values[week.at], 1), tone: (week: Week) => ((values[week.at] ?? 0) < 0 ? "bad-text" : "") });
  return [
    { head: "Expected demand", says: "expected to be asked for", cell: (week) => decimal(week.mean, 1) },
    ...(overridden ? [{ head: "without overrides", says: "expected without overrides", cell: (week: Week) => decimal(week.base, 1) }] : []),
    { head: "Arrives", says: "expected to arrive", cell: (week) => (week.receipts.length ? (week.receipts.some((receipt) => receipt.late_days > 0) ? "▲ " : "") + decimal(week.receipts.reduce((sum, receipt) => sum + receipt.qty, 0), 1) : "") },
    { head: "Stock at the end", says: "left at the end, middle of the futures", ...stock(projection.p50) },
    { head: "1 in 10 below", says: "or less left at the end in one future of ten", ...stock(projection.p10) },
    { head: "1 in 10 above", says: "or more left at the end in one future of ten", ...stock(projection.p90) },
    { head: "Out by then", says: "chance of having been out by the end", cell: (week) => chance(projection.p_out[week.at]), tone: (week) => ((projection.p_out[week.at] ?? 0) >= 0.1 ? "bad-text" : "") },
  ];
}

function Said({ week, line, projection, uom }: { week: Week; line: Line; projection: Projection; uom: string }) {
  const value = line.cell(week), unit = value.endsWith("%") ? "" : ` ${uom}`;
  return <>{day(week.from)} to {day(week.to)}: {value ? `${value}${unit} ${line.says}` : `nothing ${line.says}`}
    {line.head === "Arrives" && week.receipts.map((receipt) => <span key={receipt.doc + receipt.day}> · {receipt.doc} {qty(receipt.qty, uom)} about {day(receipt.day)}{receipt.late_days > 0 && `, promised ${day(promised(projection, receipt))}`}</span>)}</>;
}

const STEPS: Record<string, readonly [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] };

export function Weeks({ projection, data, put }: { projection: Projection; data: ItemPlace; put: (from: string, to: string) => void }) {
  const weeks = weeksOf(projection, data), lines = linesOf(projection, data.demand?.ahead?.base != null), frame = useRef<HTMLTableElement>(null);
  const [[row, column], setAt] = useState<readonly [number, number]>([0, 0]);
  const bound = (value: number, most: number) => Math.max(0, Math.min(most, value));
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.metaKey) return;
    event.preventDefault();
    const all = event.ctrlKey ? step[1] : 0, to = [bound(row + step[0] + all, lines.length - 1), bound(column + step[1], weeks.length - 1)] as const;
    setAt(to);
    frame.current?.querySelector<HTMLElement>(`[data-at="${to[0]} ${to[1]}"]`)?.focus();
  };
  const week = weeks[bound(column, weeks.length - 1)]!, line = lines[bound(row, lines.length - 1)]!;
  return (
    <Section id="weeks" title={`Week by week, ${data.uom}`}>
      <div class="table-frame weeks">
        <table role="grid" aria-label={`Week by week in ${data.uom}`} ref={frame} onKeyDown={walk}>
          <thead><tr><th scope="col">Week from</th>{weeks.map((one) => <th key={one.from} scope="col" class="number" title={`${day(one.from)} to ${day(one.to)}`}>{dayShort(one.from)}</th>)}</tr></thead>
          <tbody>{lines.map((one, r) => (
            <tr key={one.head} class={one.head === "without overrides" ? "muted" : ""}>
              <th scope="row">{one.head}</th>
              {weeks.map((at, c) => <td key={at.from} data-at={`${r} ${c}`} tabIndex={r === row && c === column ? 0 : -1} class={`number ${one.tone?.(at) ?? ""}`} onFocus={() => setAt([r, c])}>{one.cell(at)}</td>)}
            </tr>
          ))}</tbody>
        </table>
      </div>
      <p class="small weeks-said"><span><Said week={week} line={line} projection={projection} uom={data.uom} /></span>
        <button type="button" class="link" disabled={!may("planner")} onClick={() => put(week.from, week.to)}>Override the week of {dayShort(week.from)}</button></p>
      <p class="small muted">Arrow keys walk through the cells. Below zero: owed to customers. ▲ a line is late.</p>
    </Section>
  );
}

/* waterfall.tsx - why this many: the steps of the arithmetic as bars, in order, summing exactly to the quantity. Each opens what it
 * was computed from. A table, so that it reads the same without eyes. */
import { useState } from "preact/hooks";
import { qty, qtySigned } from "../format";
import { Section } from "../parts/bits";
import { inputAddress, whyAddress } from "../router";
import type { Term } from "../types";
import { scale } from "./scale";

const MICRO = 1e6;
/** Sums in millionths, as the server does: no rounding of binary fractions. */
export function termsSum(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + Math.round(term.qty * MICRO), 0) / MICRO;
}

function inputName(input: string): string {
  const item = /^item\/(.+)@([^@/]+)(?:\/(.+))?$/.exec(input);
  if (item) return `${(item[3] ?? "position").replace(/[-/]/g, " ")} of ${item[1]} at ${item[2]}`;
  return input.replace("/", " ");
}

function Bar({ from, to, low, high, kind }: { from: number; to: number; low: number; high: number; kind: string }) {
  const x = scale(low, high, 0, 100), start = x(Math.min(from, to)), wide = Math.max(0.6, x(Math.max(from, to)) - start);
  return (
    <svg class="bar" width="100%" height="26" preserveAspectRatio="none" viewBox="0 0 100 26" aria-hidden="true">
      <line class="gridline" x1={x(0)} x2={x(0)} y1="0" y2="26" vector-effect="non-scaling-stroke" />
      <rect class={kind} x={start} width={wide} y="7" height="12" />
    </svg>
  );
}

export function Waterfall({ terms, total, uom, verb, row }: { terms: readonly Term[]; total: number; uom: string; verb: string; row: number }) {
  const [opened, setOpened] = useState(-1);
  const sums: number[] = [];
  let sum = 0;
  for (const term of terms) sums.push(sum = Math.round((sum + term.qty) * MICRO) / MICRO);
  const low = Math.min(0, ...sums), high = Math.max(total, 1e-9, ...sums), exact = termsSum(terms) === total;
  return (
    <Section id="why" title={`Why ${qty(total, uom)}?`} aside={<a class="link" href={whyAddress(row)}>Trace every number</a>}>
      <table class="waterfall">
        <caption class="unseen">The steps that lead to {qty(total, uom)}</caption>
        <thead class="unseen"><tr><th scope="col">Step</th><th scope="col">Bar</th><th scope="col">Quantity</th></tr></thead>
        <tbody>
          {terms.map((term, i) => [
            <tr key={term.code + i}>
              <th scope="row">
                <button type="button" class="disclose" aria-expanded={opened === i} onClick={() => setOpened(opened === i ? -1 : i)}>{term.label}</button>
              </th>
              <td class="bar-cell"><Bar from={sums[i]! - term.qty} to={sums[i]!} low={low} high={high} kind={term.qty < 0 ? "less" : "more"} /></td>
              <td class="number" data-qty={term.qty}>{qtySigned(term.qty, uom)}</td>
            </tr>,
            opened === i && (
              <tr key={term.code + "inputs"} class="inputs">
                <td colSpan={3}>
                  {term.inputs.length === 0 && <span class="muted">From the policy and the steps above; nothing else.</span>}
                  {term.inputs.map((input) => {
                    const to = inputAddress(input);
                    return to ? <a key={input} href={to}>{inputName(input)}</a> : <span key={input}>{inputName(input)}</span>;
                  })}
                </td>
              </tr>
            ),
          ])}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">= {verb}</th>
            <td class="bar-cell"><Bar from={0} to={total} low={low} high={high} kind="total" /></td>
            <td class="number" data-qty={total}>{qty(total, uom)}</td>
          </tr>
        </tfoot>
      </table>
      {!exact && <p class="bad-text" role="alert">The steps sum to {qty(termsSum(terms), uom)}, not to {qty(total, uom)}: do not rely on this explanation.</p>}
    </Section>
  );
}

/* shares.tsx - the allocation board: what there is and what was ordered, who gets what by every rule, and cells in which a person gives other quantities. Totals
 * follow while typing; the server checks again. */
import { useState } from "preact/hooks";
import { get, sharesPath, type Problem } from "../api";
import { decide } from "../decide";
import { targetOf } from "../actions";
import { day, dayShort, decimal, minor, money, plural, qty, share as shareText, unitCost } from "../format";
import { whyAddress } from "../router";
import type { Board, CaseAnswer, Letters, Share } from "../types";
import { ruleWord } from "../words";
import { Chip, Pairs, Refused, Section } from "./bits";
import { Later } from "./later";
import { Table } from "./table";

const WAYS = ["first_come", "pro_rata", "contract_first", "margin_aware"] as const;
type Way = (typeof WAYS)[number];

interface Sum { name: string; given: number; margin: number | null; loss: number; whole: number; lowest: number; broken: number }

/** What a way of sharing comes to, in minor units of the currency. */
function sumOf(name: string, lines: readonly Share[], given: (line: Share, at: number) => number, currency: string): Sum {
  const sum: Sum = { name, given: 0, margin: null, loss: 0, whole: 0, lowest: 1, broken: 0 };
  lines.forEach((line, at) => {
    const got = given(line, at);
    sum.given += got;
    sum.loss += minor((line.requested - got) * line.loss, currency);
    if (line.margin != null) sum.margin = (sum.margin ?? 0) + minor(got * line.margin, currency);
    sum.whole += got >= line.requested ? 1 : 0;
    sum.lowest = Math.min(sum.lowest, got / line.requested);
    sum.broken += line.minimum != null && got < line.minimum ? 1 : 0;
  });
  return sum;
}

/** The number in a cell; null where it is none, or more than asked for, or no whole step. */
function cellOf(text: string, line: Share, step: number): number | null {
  const value = Number(text), steps = Math.round(value / step);
  return text.trim() !== "" && value >= 0 && value <= line.requested && Math.abs(steps * step - value) < 1e-9 ? value : null;
}

function Ways({ sums, currency, uom }: { sums: Sum[]; currency: string; uom: string }) {
  return (
    <Table caption="Ways to share" rows={sums} rowClass={(sum) => (sum.name === "proposed" ? "chosen" : "")} columns={[
      { head: "Way", rowHead: true, cell: (sum) => ruleWord(sum.name) },
      { head: "Given", number: true, cell: (sum) => qty(sum.given, uom) },
      { head: "Margin served", number: true, cell: (sum) => money(sum.margin, currency) },
      { head: "Expected loss", number: true, cell: (sum) => money(sum.loss, currency) },
      { head: "Lines whole", number: true, cell: (sum) => decimal(sum.whole, 0) },
      { head: "Least served line", number: true, cell: (sum) => shareText(sum.lowest, 0) },
      { head: "Contracts broken", number: true, cell: (sum) => (sum.broken > 0 ? <span class="warn-text">▲ {sum.broken}</span> : "0") },
    ]} />
  );
}

/** Texts that may be sent to customers, or to who looks after them. */
function LettersOf({ id }: { id: number }) {
  return <Later<Letters> title="What customers can be told" path={sharesPath(id)} reading="Writing">{(data) => data.letters.map((letter) => <div key={letter.customer}><h4>{letter.customer}</h4><p class="letter">{letter.text}</p></div>)}</Later>;
}

function BoardHead({ board, uom }: { board: Board; uom: string }) {
  return <Pairs rows={[
    ["Can be given", qty(board.supply, uom)], ["Ordered", qty(board.demand, uom), `wanted by ${day(board.until_day)}`],
    ["Short", qty(board.demand - board.supply, uom), `from ${day(board.short_day)} on`],
    ["Next receipt", board.next_day ? qty(board.next_qty, uom) : "no date is known", board.next_day ? `about ${day(board.next_day)}` : ""],
  ]} />;
}

export function Shares({ answer }: { answer: CaseAnswer }) {
  const c = answer.case, board = c.board;
  const [texts, setTexts] = useState<Record<number, string>>({});
  const [locked, setLocked] = useState<Record<number, boolean>>({});      // what sharing again leaves as it is
  const [problem, setProblem] = useState<Problem | null>(null);
  const [reason, setReason] = useState("");
  if (!board) return null;
  const { lines, step } = board, may = answer.may.includes("change");
  const textOf = (line: Share) => texts[line.row] ?? String(line.proposed);
  const cell = (line: Share) => cellOf(textOf(line), line, step);
  const changed = lines.filter((line) => cell(line) !== line.proposed);
  const more = board.more_by_rule[WAYS.indexOf(board.rule.replace("-", "_") as Way)] ?? 0;
  const mine = sumOf("proposed", lines, (line) => cell(line) ?? 0, c.currency), left = board.supply - more - mine.given;
  const sums = [mine, ...WAYS.map((way) => sumOf(way.replace("_", "-"), lines, (line) => line[way], c.currency))];
  const wrong = lines.some((line) => cell(line) === null) || left < -1e-9 || mine.given <= 0;
  const kept = lines.filter((line) => locked[line.row]), said = (some: readonly Share[]) => some.map((line) => `${line.row}=${textOf(line).trim()}`).join(",");
  const submit = (event: Event) => {
    event.preventDefault();
    if (wrong || changed.length === 0 || !reason.trim()) return;
    decide([targetOf(answer)], { verdict: "change", reason: reason.trim(), shares: said(changed) });
    setTexts({});
    setLocked({});
    setReason("");
  };
  const shareRest = () => {
    setProblem(null);
    get<Letters>(sharesPath(answer.id), { locked: said(kept) }).then(({ rows }) => setTexts(Object.fromEntries(rows.map((row) => [row.row, String(row.proposed)]))), setProblem);
  };
  const input = (line: Share) => <>
    <input type="text" inputMode="decimal" class={cell(line) === null ? "share wrong" : "share"} value={textOf(line)} aria-invalid={cell(line) === null}
      aria-label={`For order ${line.order} line ${line.line}`} onInput={(event) => { setTexts({ ...texts, [line.row]: event.currentTarget.value }); setLocked({ ...locked, [line.row]: true }); }} />
    <label class="small"><input type="checkbox" checked={locked[line.row]} aria-label={`Lock order ${line.order} line ${line.line}`} onChange={(event) => setLocked({ ...locked, [line.row]: event.currentTarget.checked })} /> lock</label>
  </>;
  return (
    <Section id="shares" title="Who gets how much">
      <BoardHead board={board} uom={c.uom} />
      <form onSubmit={submit}>
        <Table caption="Order lines in the order they came" rows={lines} rowClass={(line) => ((cell(line) ?? 0) < line.requested ? "cut" : "")} columns={[
          { head: "Customer", rowHead: true, cell: (line) => <>{line.customer || "—"}{line.tier === "key" && <> <Chip tone="warn">key</Chip></>}</> },
          { head: "Proposed", number: true, cell: (line) => (may ? input(line) : qty(line.proposed, c.uom)) },
          { head: "Order", cell: (line) => <a href={whyAddress(line.row)}>{line.order}/{line.line}</a> },
          { head: "Wanted", number: true, cell: (line) => (line.need_day ? dayShort(line.need_day) : "—") },
          { head: "Requested", number: true, cell: (line) => qty(line.requested, c.uom) },
          { head: "Contract", number: true, cell: (line) => qty(line.minimum, c.uom) },
          { head: "Margin", number: true, cell: (line) => unitCost(line.margin, c.currency) },
          ...WAYS.map((way) => ({ head: ruleWord(way.replace("_", "-")), number: true, cell: (line: Share) => decimal(line[way], 2) })),
        ]} />
        {board.more_lines > 0 && <p class="small muted">{plural(board.more_lines, "more line")}, which came last, ask for {qty(board.more_requested, c.uom)}; {qty(more, c.uom)} are kept for them.</p>}
        <p aria-live="polite" class={left < -1e-9 ? "bad-text" : "small"}>{left < -1e-9 ? `▲ ${qty(-left, c.uom)} more than can be given` : `${qty(left, c.uom)} left to give`}</p>
        {may && kept.length > 0 && <p><button type="button" class="button" disabled={kept.some((line) => cell(line) === null)} onClick={shareRest}>Share the rest again</button></p>}
        <Refused problem={problem} />
        {may && changed.length > 0 && <p class="verbs">
          <label class="field"><span>Reason</span><input type="text" required maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} /></label>
          <button type="submit" class="button primary" disabled={wrong || !reason.trim()}>Give these quantities</button>
          <button type="button" class="button" onClick={() => { setTexts({}); setLocked({}); }}>As proposed</button>
        </p>}
      </form>
      <Ways sums={sums} currency={c.currency} uom={c.uom} />
      <LettersOf id={answer.id} />
    </Section>
  );
}

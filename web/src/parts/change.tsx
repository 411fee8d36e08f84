/* change.tsx - another quantity or day than proposed. Both units move together; whatever breaks the supplier's terms is said before. */
import { useEffect, useRef, useState } from "preact/hooks";
import { casePath, tryPath } from "../api";
import { moveOn } from "../actions";
import { decide, name, type Target } from "../decide";
import { chance, day, decimal, money, qty } from "../format";
import { useLoad } from "../load";
import type { Case, CaseAnswer, Tried } from "../types";
import { Failed, Skeleton } from "./bits";
import { Dialog, DialogButtons } from "./dialog";
import { Table } from "./table";

const LARGE_RAISE = 1.5;

/** What a buyer should know before ordering this many. */
function doubts(c: Case, wanted: number): string[] {
  const { moq, multiple } = c.facts, said: string[] = [];
  if (wanted > 0 && moq && wanted < moq) said.push(`Below the smallest order of ${qty(moq, c.uom)}.`);
  if (wanted > 0 && multiple && Math.abs(wanted / multiple - Math.round(wanted / multiple)) > 1e-9) said.push(`Not a multiple of ${qty(multiple, c.uom)}.`);
  if (c.action.qty > 0 && wanted > c.action.qty * LARGE_RAISE) {
    said.push(`${Math.round((wanted / c.action.qty - 1) * 100)} % more than proposed; large raises are more often wrong than right.`);
  }
  return said;
}

const TRY_MS = 150;                      // typing does not ask for each digit

/** What the quantity would do beside the one proposed; worked out anew while it is typed. */
function Beside({ id, c, wanted }: { id: number; c: Case; wanted: number }) {
  const { data, problem, busy } = useLoad<Tried>(tryPath(id), { qty: wanted }, { fresh: false, waitMs: TRY_MS });
  if (problem) return <p class="muted small">{problem.message}</p>;
  if (!data) return <Skeleton rows={2} label="Working out what it would do" />;
  const [proposed, other] = data.options;
  return (
    <div aria-busy={busy}><Table caption="What it would do" rows={[proposed, other]} columns={[
      { head: "Quantity", rowHead: true, cell: (option, i) => <>{qty(option.qty, c.uom)}<small class="muted block">{i === 0 ? "proposed" : "yours"}</small></> },
      { head: "Chance of being out", number: true, cell: (option) => chance(option.p_out) },
      { head: "Expected loss", number: true, cell: (option) => money(option.loss, c.currency) },
      { head: "Expected cost", number: true, cell: (option) => money(option.cost, c.currency) },
      { head: "Capital bound", number: true, cell: (option) => money(option.capital, c.currency) },
    ]} /></div>
  );
}

function Form({ c, target, close }: { c: Case; target: Target; close: () => void }) {
  const factor = c.action.purchase_factor && c.action.purchase_factor > 0 ? c.action.purchase_factor : 1;
  const twoUnits = c.action.purchase_uom !== "" && c.action.purchase_uom !== c.uom;
  const [base, setBase] = useState(String(c.action.qty));
  const [packs, setPacks] = useState(decimalPlain(c.action.qty / factor));
  const [orderDay, setOrderDay] = useState(c.action.order_day ?? "");
  const [reason, setReason] = useState("");
  const quantity = useRef<HTMLInputElement>(null);
  useEffect(() => quantity.current?.select(), []);       // the dialog opened before its form was read
  const wanted = Number(base);
  const valid = base.trim() !== "" && Number.isFinite(wanted) && wanted >= 0;
  const differs = wanted !== c.action.qty || orderDay !== (c.action.order_day ?? "");
  const ready = valid && differs && reason.trim() !== "";
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    close();
    decide([target], { verdict: "change", reason: reason.trim(), qty: wanted, ...(orderDay ? { order_day: orderDay } : {}) });
    moveOn();
  };
  return (
    <form onSubmit={submit}>
      <p class="muted">Proposed: {qty(c.action.qty, c.uom)}, order on {day(c.action.order_day)}</p>
      <div class="fields">
        <label class="field">
          <span>Quantity in {c.uom}</span>
          <input type="number" min="0" step="any" required ref={quantity} value={base} inputMode="decimal"
            onInput={(event) => { setBase(event.currentTarget.value); setPacks(decimalPlain(Number(event.currentTarget.value) / factor)); }} />
        </label>
        {twoUnits && (
          <label class="field">
            <span>in {c.action.purchase_uom} of {decimal(factor, 3)} {c.uom}</span>
            <input type="number" min="0" step="any" value={packs} inputMode="decimal"
              onInput={(event) => { setPacks(event.currentTarget.value); setBase(decimalPlain(Number(event.currentTarget.value) * factor)); }} />
          </label>
        )}
        <label class="field">
          <span>Order on</span>
          <input type="date" value={orderDay} onInput={(event) => setOrderDay(event.currentTarget.value)} />
        </label>
      </div>
      <label class="field">
        <span>Reason (needed)</span>
        <input type="text" required maxLength={200} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      {valid && (c.status === "open" || c.status === "snoozed") && <Beside id={target.id} c={c} wanted={wanted} />}
      {valid && doubts(c, wanted).map((said) => <p key={said} class="warn-text">▲ {said}</p>)}
      <DialogButtons confirm="Change and accept" close={close} disabled={!ready} />
    </form>
  );
}

function decimalPlain(value: number): string { return Number.isFinite(value) ? String(Math.round(value * 1e6) / 1e6) : ""; }

export function ChangeDialog({ target, close }: { target: Target; close: () => void }) {
  const { data, problem, again } = useLoad<CaseAnswer>(casePath(target.id));
  const [answer, setAnswer] = useState<CaseAnswer | null>(null);
  useEffect(() => { if (data) setAnswer(data); }, [data]);
  return (
    <Dialog title={`Change ${name(target)}`} close={close} wide>
      {answer ? <Form c={answer.case} target={{ ...target, row: answer.row }} close={close} />
        : problem ? <Failed problem={problem} retry={again} /> : <Skeleton rows={3} label="Reading the case" />}
    </Dialog>
  );
}

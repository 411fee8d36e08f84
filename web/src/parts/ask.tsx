/* ask.tsx - the questions before a verdict: how much and when, why not, until when, all of these? */
import { useState } from "preact/hooks";
import { asked, detail, moveOn, type Ask } from "../actions";
import { decide, name, type Target } from "../decide";
import { day, dayIso, dayNumber, money, plural } from "../format";
import { home, today, useCell } from "../store";
import { REJECT_REASONS } from "../words";
import { ChangeDialog } from "./change";
import { Dialog, DialogButtons } from "./dialog";
import { KeySheet } from "./keysheet";

const close = () => asked.set(null);

function about(targets: Target[]): string {
  return targets.length === 1 ? name(targets[0]!) : plural(targets.length, "case");
}

function RejectDialog({ targets }: { targets: Target[] }) {
  const [code, setCode] = useState("");
  const [text, setText] = useState("");
  const ready = code !== "" && (code !== "other" || text.trim() !== "");
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    close();
    decide(targets, { verdict: "reject", reason: code + (text.trim() ? ": " + text.trim() : "") });
    moveOn();
  };
  return (
    <Dialog title={`Reject ${about(targets)}`} close={close}>
      <form onSubmit={submit}>
        <fieldset class="choices">
          <legend>Why?</legend>
          {REJECT_REASONS.map((reason, i) => (
            <label key={reason.code}>
              <input type="radio" name="reason" value={reason.code} checked={code === reason.code} autofocus={i === 0}
                onChange={() => setCode(reason.code)} />
              {reason.label}
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>In your words {code === "other" ? "(needed)" : "(if it helps the next one)"}</span>
          <input type="text" maxLength={200} value={text} required={code === "other"} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <DialogButtons confirm="Reject" close={close} disabled={!ready} />
      </form>
    </Dialog>
  );
}

const SNOOZES: readonly { label: string; days: number }[] = [
  { label: "Tomorrow", days: 1 }, { label: "3 days", days: 3 }, { label: "A week", days: 7 }, { label: "Two weeks", days: 14 },
];

function SnoozeDialog({ targets }: { targets: Target[] }) {
  const now = dayNumber(today());
  const [until, setUntil] = useState(dayIso(now + 7));
  const due = targets.length === 1 && detail.value?.id === targets[0]!.id ? detail.value.case.due_day : null;
  const submit = (event: Event) => {
    event.preventDefault();
    close();
    decide(targets, { verdict: "snooze", until });
    moveOn();
  };
  return (
    <Dialog title={`Snooze ${about(targets)}`} close={close}>
      <form onSubmit={submit}>
        <fieldset class="choices row">
          <legend>Ask again on</legend>
          {SNOOZES.map((choice) => (
            <label key={choice.days}>
              <input type="radio" name="until" checked={until === dayIso(now + choice.days)} autofocus={choice.days === 7}
                onChange={() => setUntil(dayIso(now + choice.days))} />
              {choice.label}
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>Day</span>
          <input type="date" required value={until} min={dayIso(now + 1)} onInput={(event) => setUntil(event.currentTarget.value)} />
        </label>
        <p class="muted">Comes back on {day(until)}, or sooner when it gets worse.
          {due && until > due && <strong class="warn-text"> That is after {day(due)}, the last day to decide without loss.</strong>}</p>
        <DialogButtons confirm="Snooze" close={close} disabled={!until} />
      </form>
    </Dialog>
  );
}

function NoteDialog({ targets, verdict, title, confirm }: { targets: Target[]; verdict: "escalate" | "send-back"; title: string; confirm: string }) {
  const [text, setText] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (!text.trim()) return;
    close();
    decide(targets, { verdict, reason: text.trim() });
    moveOn();
  };
  return (
    <Dialog title={`${title}: ${about(targets)}`} close={close}>
      <form onSubmit={submit}>
        <label class="field">
          <span>Reason (the other person reads this)</span>
          <input type="text" required maxLength={200} value={text} autofocus onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <DialogButtons confirm={confirm} close={close} disabled={!text.trim()} />
      </form>
    </Dialog>
  );
}

/** Many at once: how many, how much, and the one that deserves a look. */
function BulkDialog({ targets, verdict }: { targets: Target[]; verdict: "accept" | "approve" }) {
  const currency = targets[0]!.currency || home.value?.currency || "";
  const total = targets.reduce((sum, target) => sum + (target.value ?? 0), 0);
  const unknown = targets.filter((target) => target.value == null).length;
  const largest = targets.reduce((a, b) => ((b.value ?? 0) > (a.value ?? 0) ? b : a));
  const word = verdict === "accept" ? "Accept" : "Approve";
  const submit = (event: Event) => {
    event.preventDefault();
    close();
    decide(targets, { verdict });
    moveOn();
  };
  return (
    <Dialog title={`${word} ${plural(targets.length, "case")}?`} close={close}>
      <form onSubmit={submit}>
        <dl class="pairs">
          <div><dt>Total</dt><dd>{money(total, currency)}{unknown > 0 && <span class="muted"> and {plural(unknown, "case")} without a value</span>}</dd></div>
          <div><dt>Largest</dt><dd>{money(largest.value, currency)} · {name(largest)}</dd></div>
        </dl>
        <p class="muted">Nothing is sent yet; you can undo this.</p>
        <DialogButtons confirm={`${word} ${targets.length}`} close={close} />
      </form>
    </Dialog>
  );
}

/** Whatever is asked now. */
export function Asked() {
  const ask: Ask | null = useCell(asked);
  if (!ask) return null;
  switch (ask.kind) {
    case "keys": return <KeySheet close={close} />;
    case "change": return <ChangeDialog target={ask.targets[0]!} close={close} />;
    case "reject": return <RejectDialog targets={ask.targets} />;
    case "snooze": return <SnoozeDialog targets={ask.targets} />;
    case "escalate": return <NoteDialog targets={ask.targets} verdict="escalate" title="Ask an approver" confirm="Ask" />;
    case "send-back": return <NoteDialog targets={ask.targets} verdict="send-back" title="Send back" confirm="Send back" />;
    case "bulk": return <BulkDialog targets={ask.targets} verdict={ask.verdict ?? "accept"} />;
  }
}

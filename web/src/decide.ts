/* decide.ts - giving verdicts. The screen shows the outcome at once and asks the server behind it; what the server refuses is put back
 * and said. The last verdicts can be taken back: 30 seconds by the notice, later from the case, until an order exists. */
import { casePath, get, post, Problem } from "./api";
import { board } from "./board";
import { count, moment, plural, qty } from "./format";
import { announce, Cell, home } from "./store";
import type { CaseAnswer, Decided, Home, QueueRow, Status, Verdict } from "./types";
import { statusWord, verdictWord } from "./words";

/** What a verdict needs to know of a case: a queue row has it, and so has the detail. */
export type Target = Pick<QueueRow, "id" | "row" | "item" | "place" | "action" | "status" | "tier" | "kind" | "value" | "rank" | "currency">;
export interface Wish { verdict: Verdict; qty?: number; shares?: string; order_day?: string; reason?: string; until?: string }

export interface Notice {
  text: string; tone: "done" | "failed"; undo?: Done; look?: number; until: number;
}
interface Done { targets: Target[]; wish: Wish; before: Map<number, Status>; settled: Promise<boolean> }

export const notice = new Cell<Notice | null>(null);
/** Id of the case that last changed, with a counter: an open detail reads itself again. */
export const touched = new Cell<{ id: number; n: number }>({ id: 0, n: 0 });
const UNDO_MS = 30_000;
const done: Done[] = [];

function touch(id: number) { touched.set({ id, n: touched.value.n + 1 }); }

let homeTimer: ReturnType<typeof setTimeout> | undefined;
/** The strip's figures follow a moment later, once for a burst of verdicts. */
export function homeSoon(ms = 600) {
  clearTimeout(homeTimer);
  homeTimer = setTimeout(() => { void get<Home>("/home").then((answer) => home.set(answer), () => undefined); }, ms);
}

let noticeTimer: ReturnType<typeof setTimeout> | undefined;
export function tell(text: string, tone: Notice["tone"], more: Partial<Notice> = {}) {
  clearTimeout(noticeTimer);
  notice.set({ text, tone, until: Date.now() + UNDO_MS, ...more });
  noticeTimer = setTimeout(() => notice.set(null), UNDO_MS);
  announce(text + (more.undo ? ". Press u to undo." : ""));
}

/** What a verdict most likely leads to; the server's answer corrects it. */
function likely(target: Target, verdict: Verdict): Status {
  switch (verdict) {
    case "accept": case "change": return target.tier === "approval" ? "waiting-approval" : "accepted";
    case "reject": return "rejected";
    case "snooze": return "snoozed";
    case "approve": return "approved";
    case "send-back": return "open";
    case "escalate": return "waiting-approval";
    default: return target.status;
  }
}

function show(target: Target, status: Status, row = target.row) {
  Object.assign(target, { status, row });
  board.put({ id: target.id, status, row });
  touch(target.id);
}

export function name(target: Pick<Target, "item" | "place">) { return `${target.item || "All items"} at ${target.place}`; }

/** Verdicts given here that are still on their way, by case: the next one on the same case waits and goes with the version they led to. */
const onTheWay = new Map<number, Promise<QueueRow>>();

async function newest(target: Target): Promise<number> {
  const earlier = onTheWay.get(target.id);
  return earlier ? earlier.then((answer) => answer.row, () => target.row) : target.row;
}

async function sendOne(target: Target, wish: Wish): Promise<boolean> {
  const row = newest(target);
  const sent = row.then((version) => post<QueueRow>(`${casePath(target.id)}/decide`, { row: version, ...wish }));
  onTheWay.set(target.id, sent);
  const answer = await sent.finally(() => { if (onTheWay.get(target.id) === sent) onTheWay.delete(target.id); });
  Object.assign(target, { status: answer.status, row: answer.row });
  if (onTheWay.has(target.id)) return true;                     // the screen already shows the next verdict
  board.put(answer);
  touch(target.id);
  return true;
}

/** The versions that a bulk answer does not carry are read once more: taking back needs them. */
async function sendMany(targets: Target[], wish: Wish): Promise<Target[]> {
  const answer = await post<Decided>("/cases/decide",
    { cases: await Promise.all(targets.map(async (target) => ({ id: target.id, row: await newest(target) }))), ...wish });
  const failed: Target[] = [];
  const byId = new Map(targets.map((target) => [target.id, target]));
  for (const result of answer.rows) {
    const target = byId.get(result.id);
    if (!target) continue;
    if (!result.ok) failed.push(target);
    else if (result.row !== undefined) show(target, result.status ?? target.status, result.row);
  }
  if (answer.rows.some((result) => result.ok && result.row === undefined)) {
    for (const target of targets) if (!failed.includes(target)) {
      const fresh = await get<CaseAnswer>(casePath(target.id));
      show(target, fresh.case.status, fresh.row);
    }
  }
  if (failed.length) {
    const first = answer.rows.find((result) => !result.ok)?.error ?? "";
    tell(`${count(failed.length)} of ${count(targets.length)} not done: ${first}`, "failed");
  }
  return failed;
}

/** Somebody was quicker: say who, what stands now, and what was asked. Nothing is overwritten. */
async function conflict(target: Target, wish: Wish, problem: Problem) {
  const fresh = await get<CaseAnswer>(casePath(target.id)).catch(() => null);
  const last = fresh?.versions.at(-1);
  const now = fresh ? `${statusWord(fresh.case.status)}, ${qty(fresh.case.action.qty, fresh.case.uom)}` : "";
  const who = last ? `changed by ${last.by}, ${moment(last.recorded)}` : problem.detail;
  if (fresh) show(target, fresh.case.status, fresh.row);
  tell(`${name(target)} was not ${verdictWord(wish.verdict)}: ${who}. Now: ${now}. You wanted: ${verdictWord(wish.verdict)}`
    + `${wish.qty === undefined ? "" : " " + wish.qty}.`, "failed", { look: target.id });
}

async function refused(target: Target, wish: Wish, error: unknown, before: Status) {
  if (wish.verdict !== "undo") board.given.delete(target.id);
  const problem = error instanceof Problem ? error : new Problem(0, "Failed", String(error));
  show(target, before);
  if (problem.status === 409) return conflict(target, wish, problem);
  tell(`${name(target)} was not ${verdictWord(wish.verdict)}: ${problem.message}${problem.hint ? ". " + problem.hint : ""}`, "failed",
    { look: target.id });
}

function sentence(targets: Target[], wish: Wish): string {
  const word = verdictWord(wish.verdict);
  return targets.length === 1 ? `${name(targets[0]!)} ${word}` : `${plural(targets.length, "case")} ${word}`;
}

/** Gives one verdict on one or many. Comes back at once; what happens behind is told by notices. */
export function decide(chosen: Target[], wish: Wish) {
  if (!chosen.length) return;
  const targets = chosen.map((target) => ({ ...target }));
  const before = new Map(targets.map((target) => [target.id, target.status]));
  for (const target of targets) {
    board.given.add(target.id);
    show(target, likely(target, wish.verdict));
  }
  const act: Done = { targets, wish, before, settled: Promise.resolve(true) };
  act.settled = targets.length === 1
    ? sendOne(targets[0]!, wish).catch(async (error) => {
        forget(act);
        await refused(targets[0]!, wish, error, before.get(targets[0]!.id)!);
        return false;
      })
    : sendMany(targets, wish).then((failed) => {
        for (const target of failed) { board.given.delete(target.id); show(target, before.get(target.id)!); }
        act.targets = targets.filter((target) => !failed.includes(target));
        return true;
      }, (error) => {
        forget(act);
        for (const target of targets) { board.given.delete(target.id); show(target, before.get(target.id)!); }
        tell(`Nothing was ${verdictWord(wish.verdict)}: ${(error as Error).message}`, "failed");
        return false;
      });
  void act.settled.then(() => homeSoon());
  done.push(act);
  board.selectNone();
  tell(sentence(targets, wish), "done", { undo: act });
}

function forget(act: Done) {
  const at = done.indexOf(act);
  if (at >= 0) done.splice(at, 1);
  if (notice.value?.undo === act) notice.set(null);
}

export function canUndo(): boolean { return done.length > 0; }

/** Takes back the last verdict given here, or the one of a notice. */
export async function undo(act: Done | undefined = done.at(-1)): Promise<void> {
  if (!act || !done.includes(act)) return;
  forget(act);
  if (!await act.settled || !act.targets.length) return;
  const given = new Map(act.targets.map((target) => [target.id, target.status]));
  const wish: Wish = { verdict: "undo" };
  for (const target of act.targets) {
    board.given.delete(target.id);
    show(target, act.before.get(target.id)!);
  }
  board.stand(act.targets[0]!.id);
  tell(act.targets.length === 1 ? `${name(act.targets[0]!)}: verdict taken back` : `${plural(act.targets.length, "verdict")} taken back`, "done");
  try {
    if (act.targets.length === 1) await sendOne(act.targets[0]!, wish);
    else for (const target of await sendMany(act.targets, wish)) show(target, given.get(target.id)!);
  } catch (error) {
    await refused(act.targets[0]!, wish, error, given.get(act.targets[0]!.id)!);
  }
  homeSoon();
}

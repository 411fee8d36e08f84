/* actions.ts - everything a person can do, one row each: buttons, bars, keys and the key sheet are loops over these rows, so they
 * cannot disagree. To add one, add a row. */
import { board, queryAddress } from "./board";
import { canUndo, decide, undo, type Target } from "./decide";
import { caseAddress, go, itemAddress, note, place, whyAddress } from "./router";
import { announce, Cell, may as mayRole } from "./store";
import type { CaseAnswer, QueueRow, Status, Verdict } from "./types";
import { isOrder } from "./words";

/** What is on the screen now. */
export interface Here {
  page: string;                      // queue, case, item, orders, why, items
  wide: boolean;                     // list and detail beside each other
  detail: CaseAnswer | null;         // the case that is open
  targets: Target[];                 // what a verdict would fall on
}
export type Group = "decide" | "more" | "select" | "move" | "go" | "help";
export interface Action {
  name: string; label: string; keys: string[]; group: Group;
  inList?: boolean;                  // the key counts only while the list has the focus
  primary?: boolean;
  when(here: Here): boolean;
  perform(here: Here): void;
}

export type Ask = { kind: "change" | "reject" | "snooze" | "escalate" | "send-back" | "bulk"; targets: Target[]; verdict?: "accept" | "approve" } | { kind: "keys" };
/** The dialog that is open. */
export const asked = new Cell<Ask | null>(null);
export const detail = new Cell<CaseAnswer | null>(null);
export const page = new Cell("queue");
const wideScreen = matchMedia("(min-width: 1080px)");
export const wide = new Cell(wideScreen.matches);
wideScreen.addEventListener("change", () => wide.set(wideScreen.matches));

export function targetOf(answer: CaseAnswer): Target {
  const c = answer.case;
  return { id: answer.id, row: answer.row, item: c.item, place: c.place, action: c.action.verb, status: c.status, tier: c.tier,
    kind: c.kind, value: c.action.value, rank: c.rank, currency: c.currency };
}

/** Selection first; then the row under the cursor, in its newest version; then the open case. */
export function here(): Here {
  const open = detail.value;
  let targets: Target[] = [];
  if (page.value === "queue") {
    const row = board.current();
    targets = board.selected.size ? [...board.selected.values()] : row ? [row] : [];
  } else if (page.value === "case" && open) targets = [targetOf(open)];
  return { page: page.value, wide: wide.value, detail: open, targets };
}

const UNDECIDED: Status[] = ["open", "snoozed"];
const CHANGEABLE: Status[] = ["open", "snoozed", "accepted", "waiting-approval"];
function all(now: Here, statuses: Status[]) { return now.targets.length > 0 && now.targets.every((target) => statuses.includes(target.status)); }
/** What an event is must be said: it is neither accepted nor passed on. */
const NOT_OF_EVENTS: Verdict[] = ["accept", "escalate"];
/** The server says what may be done with the case that is open in its newest version; for others the state decides, and the server checks. */
function may(now: Here, verdict: Verdict, role: "planner" | "approver", statuses: Status[]): boolean {
  const { detail: open, targets } = now;
  if (targets.length === 1 && open?.id === targets[0]!.id && open.row === targets[0]!.row && open.case.status === targets[0]!.status) return open.may.includes(verdict);
  if (NOT_OF_EVENTS.includes(verdict) && targets.some((target) => target.kind === "review")) return false;
  return mayRole(role) && all(now, statuses);
}
function one(now: Here) { return now.targets.length === 1; }

/** Verdicts on many show what they are about first; a verdict on one is done, and can be taken back. */
function give(now: Here, verdict: "accept" | "approve") {
  if (now.targets.length > 1) { asked.set({ kind: "bulk", targets: now.targets, verdict }); return; }
  decide(now.targets, { verdict });
  moveOn();
}
/** After a verdict: the next row that wants one. */
export function moveOn() {
  if (page.value === "queue") board.moveOn();
  else if (page.value === "case") step(1, true);
}
function ask(kind: "change" | "reject" | "snooze" | "escalate" | "send-back") {
  return (now: Here) => asked.set({ kind, targets: now.targets });
}

function step(by: 1 | -1, wanted = false) {
  const open = detail.value;
  if (open && page.value === "case") board.stand(open.id);     // beside the list the cursor is what counts: the pane may lag
  if (wanted) board.moveOn(); else board.move(board.cursor + by);
  const row = board.current();
  if (row && page.value === "case") {
    if (row.id === open?.id) announce("That was the last case of the list.");
    else go(caseAddress(row.id), "replace");
  } else if (!row && page.value === "case") announce("The list is not loaded; press g q for the queue.");
}

export function focusGrid() { document.querySelector<HTMLElement>("[role=grid]")?.focus({ preventScroll: true }); }
/** The case that should get the focus as soon as it is on the screen; 0 = none. */
export const focusWanted = new Cell(0);
export function focusDetail() { document.querySelector<HTMLElement>("#case-title")?.focus(); }
/** Rows of a screen of the list. */
function screenful(): number {
  const grid = document.querySelector<HTMLElement>("[role=grid]");
  const row = grid?.querySelector<HTMLElement>("[role=row][data-place]");
  return Math.max(1, Math.floor(((grid?.clientHeight ?? 480) - 40) / (row?.offsetHeight ?? 48)) - 1);
}

export function openRow(row: QueueRow | undefined) {
  if (!row) return;
  if (wide.value && page.value === "queue") {
    if (detail.value?.id === row.id) focusDetail();
    else focusWanted.set(row.id);
  }
  else go(caseAddress(row.id));
}
function back() {
  if (page.value === "queue") {
    if (board.selected.size) { board.selectNone(); announce("Nothing selected"); }
    focusGrid();
  } else go(queryAddress(board.query, detail.value ? { sel: String(detail.value.id) } : {}));
}

const inQueue = (now: Here) => now.page === "queue";
const inCase = (now: Here) => now.page === "queue" || now.page === "case";
const move = (to: () => number) => () => { if (page.value === "queue") board.move(to()); };

export const actions: readonly Action[] = [
  { name: "accept", label: "Accept", keys: ["a"], group: "decide", primary: true,
    when: (now) => may(now, "accept", "planner", UNDECIDED), perform: (now) => give(now, "accept") },
  { name: "approve", label: "Approve", keys: ["a"], group: "decide", primary: true,
    when: (now) => may(now, "approve", "approver", ["waiting-approval"]), perform: (now) => give(now, "approve") },
  { name: "send-back", label: "Send back", keys: ["b"], group: "decide",
    when: (now) => may(now, "send-back", "approver", ["waiting-approval", "approved"]), perform: ask("send-back") },
  { name: "change", label: "Change", keys: ["e"], group: "decide",
    when: (now) => one(now) && may(now, "change", "planner", CHANGEABLE) && isOrder(now.targets[0]!.kind), perform: ask("change") },
  { name: "reject", label: "Reject", keys: ["r"], group: "decide",
    when: (now) => may(now, "reject", "planner", CHANGEABLE), perform: ask("reject") },
  { name: "snooze", label: "Snooze", keys: ["h"], group: "decide",
    when: (now) => may(now, "snooze", "planner", UNDECIDED), perform: ask("snooze") },
  { name: "escalate", label: "Ask an approver", keys: ["s"], group: "decide",
    when: (now) => one(now) && may(now, "escalate", "planner", ["open", "snoozed", "accepted"]), perform: ask("escalate") },
  { name: "undo", label: "Undo last verdict", keys: ["u"], group: "more", when: () => canUndo(), perform: () => void undo() },
  { name: "why", label: "Trace every number", keys: ["t"], group: "more",
    when: (now) => inCase(now) && now.detail !== null, perform: (now) => go(whyAddress(now.detail!.row)) },
  { name: "item", label: "Item at this place", keys: ["i"], group: "more",
    when: (now) => inCase(now) && Boolean(now.detail?.case.item), perform: (now) => go(itemAddress(now.detail!.case.item, now.detail!.case.place)) },

  { name: "select", label: "Select", keys: ["x"], group: "select", when: inQueue, perform: () => board.select(board.cursor) },
  { name: "select-range", label: "Select up to here", keys: ["Shift+x"], group: "select", when: inQueue, perform: () => board.selectRange(board.cursor) },
  { name: "select-down", label: "Select downwards", keys: ["Shift+ArrowDown"], inList: true, group: "select", when: inQueue, perform: () => board.selectRange(board.cursor + 1) },
  { name: "select-up", label: "Select upwards", keys: ["Shift+ArrowUp"], inList: true, group: "select", when: inQueue, perform: () => board.selectRange(board.cursor - 1) },
  { name: "select-all", label: "Select all of the filter", keys: ["*"], group: "select", when: inQueue,
    perform: () => void board.selectAll().then(() => announce(`${board.selected.size} selected`)) },

  { name: "down", label: "Next row", keys: ["j"], group: "move", when: inQueue, perform: move(() => board.cursor + 1) },
  { name: "up", label: "Previous row", keys: ["k"], group: "move", when: inQueue, perform: move(() => board.cursor - 1) },
  { name: "arrow-down", label: "Next row", keys: ["ArrowDown"], inList: true, group: "move", when: inQueue, perform: move(() => board.cursor + 1) },
  { name: "arrow-up", label: "Previous row", keys: ["ArrowUp"], inList: true, group: "move", when: inQueue, perform: move(() => board.cursor - 1) },
  { name: "page-down", label: "A screen down", keys: ["PageDown"], inList: true, group: "move", when: inQueue, perform: move(() => board.cursor + screenful()) },
  { name: "page-up", label: "A screen up", keys: ["PageUp"], inList: true, group: "move", when: inQueue, perform: move(() => board.cursor - screenful()) },
  { name: "first", label: "First row", keys: ["Home"], inList: true, group: "move", when: inQueue, perform: move(() => 0) },
  { name: "last", label: "Last row", keys: ["End"], inList: true, group: "move", when: inQueue, perform: move(() => board.total - 1) },
  { name: "open", label: "Open the case", keys: ["Enter", "o"], group: "move", when: inQueue, perform: () => openRow(board.current()) },
  { name: "back", label: "Back to the list", keys: ["Escape"], group: "move", when: () => true, perform: back },
  { name: "next", label: "Next case", keys: ["n"], group: "move", when: inCase, perform: () => step(1) },
  { name: "previous", label: "Previous case", keys: ["p"], group: "move", when: inCase, perform: () => step(-1) },
  { name: "filter", label: "Filter", keys: ["/"], group: "move", when: () => document.querySelector("#filter") !== null,
    perform: () => document.querySelector<HTMLInputElement>("#filter")?.select() },

  { name: "go-queue", label: "Queue", keys: ["g q"], group: "go", when: () => true, perform: () => go(queryAddress(board.query)) },
  { name: "go-orders", label: "Orders", keys: ["g o"], group: "go", when: () => true, perform: () => go("/orders") },
  { name: "go-items", label: "Items", keys: ["g i"], group: "go", when: () => true, perform: () => go("/items") },
  { name: "go-targets", label: "Targets", keys: ["g t"], group: "go", when: () => true, perform: () => go("/targets") },
  { name: "keys", label: "Keys", keys: ["?"], group: "help", when: () => true, perform: () => asked.set({ kind: "keys" }) },
];

export function action(name: string): Action { return actions.find((row) => row.name === name)!; }

/** Keeps the selected case in the address, so that a reload opens the same view. */
export function noteCursor() {
  const row = board.current();
  if (page.value === "queue" && row && (place.value.path === "/q" || place.value.path === "/")) note(queryAddress(board.query, { sel: String(row.id) }));
}

/* words.ts - what codes are called on screens. One table each; a code without a row is shown as it is. */
import { capital } from "./format";

const KINDS: Record<string, string> = { buy: "Buy", excess: "Excess", "fix-data": "Fix data", move: "Move", review: "Review", allocate: "Allocate" };
/** Its quantity becomes a line of an order: to a supplier, or to another place of ours. */
export function isOrder(kind: string): boolean { return kind === "buy" || kind === "move"; }

const STATUSES: Record<string, string> = {
  open: "Open", accepted: "Accepted", "waiting-approval": "Waiting for approval", approved: "Approved", sent: "Sent",
  confirmed: "Confirmed", closed: "Closed", rejected: "Rejected", snoozed: "Snoozed",
};
const TIERS: Record<string, string> = { auto: "Automatic", review: "Review", approval: "Approval" };
const VERBS: Record<string, string> = {
  buy: "Buy", wait: "Wait", expedite: "Expedite", never: "Do nothing", return: "Return to supplier", "stop-ordering": "Stop ordering",
  fix: "Fix the data", transfer: "Transfer", review: "Look at it", event: "Call it an event", "one-off": "Call it a one-off", "new-level": "Call it a new level", allocate: "Give",
  "first-come": "First come, first served", "pro-rata": "Pro rata", "contract-first": "Contract first", "margin-aware": "Margin-aware",
};
const VERDICTS: Record<string, string> = {
  accept: "accepted", change: "changed", reject: "rejected", snooze: "snoozed", approve: "approved", "send-back": "sent back",
  undo: "took back the last verdict", escalate: "asked for an approver",
};
const FLAGS: Record<string, string> = {
  "stale-feed": "A feed this rests on is older than the policy allows",
  "unit-doubt": "A quantity jumped by about a pack factor",
  "negative-stock": "The stock we were told is below zero",
  "phantom-stock": "Stock on the books, yet a fast mover stopped selling",
  "no-lead-time": "No lead time is known",
  "stated-lead": "The lead time is only stated; no receipt has shown it",
  "no-cost": "No unit cost is known, money figures are missing",
  "no-price": "No selling price is known; loss rests on cost alone",
  "no-supplier": "Nobody is known to supply it",
  "no-stock": "No stock level was ever told",
  "new-item": "New item: less history than eight periods",
  "short-history": "Less history than a year",
  "phase-out": "The item is being replaced or discontinued",
  "key-item": "Critical item",
  "models-disagree": "The two best demand models give different orders",
  "rate-sensitive": "Ten per cent more or less demand flips the decision",
  "lead-sensitive": "A fast or a slow delivery flips the decision",
  "large-order": "Several times what is usually bought",
  "duplicate-supply": "An open order looks like a twin of another",
  "exceptional-demand": "History holds a sale far above all others that nobody marked",
  signal: "A signal (weather, event) moves its demand now",
  censored: "Part of the history was out of stock",
  "price-doubt": "A price is several times what it was",
  "lead-doubt": "A delivery took several times as long as usual",
  "pulled-forward": "Ordered early for the sake of the whole order",
  "rounded-down": "A little was left off for full packs, above the order point",
  "below-minimum": "The order to its supplier stays below the smallest it takes",
};
/** Whatever the policy's rules say, no rule decides a case with one of these. */
const GATES = ["stale-feed", "unit-doubt", "negative-stock", "phantom-stock", "duplicate-supply", "price-doubt", "exceptional-demand", "lead-doubt"];
const MODELS: Record<string, string> = {
  none: "None", "moving-mean": "Moving mean", ses: "Simple smoothing", "damped-trend": "Damped trend", theta: "Theta",
  "growth-theta": "Growth by a rate", ets: "Exponential smoothing", "seasonal-naive": "Same time last season", "croston-sba": "Croston (SBA)", tsb: "Croston (TSB)",
};
const POORS: Record<string, string> = {
  "no-data": "Nothing was observed yet", "short-history": "Fewer than eight periods were observed", "no-sales": "It never sold", "few-origins": "Too little history to test a choice",
  "mostly-censored": "It was out of stock most of the time: the level is a guess upward",
};
const FEEDS: Record<string, string> = {
  stock: "Stock", "order-line": "Order lines", receipt: "Receipts", "po-line": "Purchase orders", "po-ack": "Acknowledgements", "ship-notice": "Ship notices", "carrier-status": "Carrier status", shipment: "Shipments",
  transfer: "Transfers", count: "Counts", price: "Prices", "price-break": "Price breaks", item: "Items", signal: "Signals", sales: "Sales",
};
/* State of an order on its way to the other system: the word, the sentence, and how it looks. */
export interface CommandWords { word: string; says: string; tone: Tone }
const COMMANDS: Record<string, CommandWords> = {
  approved: { word: "Approved", says: "waits for its turn", tone: "plain" },
  budgeted: { word: "Ready", says: "inside today's limits, not yet sent", tone: "plain" },
  sending: { word: "Sending", says: "on its way", tone: "plain" },
  acked: { word: "Acknowledged", says: "the other system has it", tone: "good" },
  rejected: { word: "Refused", says: "the other system said no", tone: "bad" },
  unknown: { word: "Unknown", says: "no answer yet; it will be looked up, never sent twice", tone: "warn" },
  held: { word: "Held", says: "needs a person", tone: "warn" },
  cancelled: { word: "Cancelled", says: "given up before it was received", tone: "plain" },
};
export type Tone = "plain" | "good" | "warn" | "bad";

function spaced(code: string) { return capital(code.replace(/[-_]/g, " ")); }
function look(table: Record<string, string>) { return (code: string) => table[code] ?? spaced(code); }

const NOTES: Record<string, string> = {
  level: "New level", "one-off": "One sale", ahead: "Ordered ahead", signal: "Signal", override: "Put by a planner", customer: "One large customer", new: "New item", ending: "Ending",
};
export const noteWord = look(NOTES);
export const kindWord = look(KINDS);
const stateWord = look(STATUSES);
/** A doubt about data that was accepted is not over: it waits until the fact is corrected. */
export function statusWord(status: string, kind = ""): string {
  return kind === "fix-data" && (status === "accepted" || status === "approved") ? `${stateWord(status)}, waiting for the correction` : stateWord(status);
}
export const tierWord = look(TIERS);
export const verbWord = look(VERBS);
export const verdictWord = look(VERDICTS);
const flagText = look(FLAGS);
export function flagWord(flag: string): string { return GATES.includes(flag) ? `${flagText(flag)}: no rule may decide` : flagText(flag); }
/** A way to share what is short. */
export const ruleWord = look({ ...VERBS, "first-come": "First come", proposed: "Proposed" });
export const feedWord = look(FEEDS);
export const modelWord = look(MODELS);
export const poorWord = look(POORS);
export const plainWord = spaced;
export function commandWords(state: string): CommandWords { return COMMANDS[state] ?? { word: spaced(state), says: "", tone: "plain" }; }

export const FEED_TONES: Record<string, Tone> = { fresh: "good", late: "warn", dead: "bad" };

/** Why a proposal is turned down: at most eight, so that reading them is quicker than writing. */
export const REJECT_REASONS: readonly { code: string; label: string }[] = [
  { code: "already-ordered", label: "Already ordered, not in the data yet" },
  { code: "demand-wrong", label: "Demand is wrong: one-off sale or demand has ended" },
  { code: "stock-wrong", label: "Stock figure is wrong" },
  { code: "supply-wrong", label: "Lead time, supplier or order terms are wrong" },
  { code: "other-source", label: "Covered from elsewhere: transfer or substitute" },
  { code: "phase-out", label: "Item is being phased out" },
  { code: "money-or-space", label: "No budget or no space" },
  { code: "other", label: "Something else" },
];

/* types.ts - what the server says, as the screens read it.
 *
 * Quantities are decimals in the item's base unit (`uom` beside them); amounts are integer minor units (cents) of `currency`; chances
 * are 0..1; days are ISO dates; `row` is the version a verdict is made on. null = not known, never zero. */

export type Role = "viewer" | "planner" | "approver" | "admin";
export type CaseKind = "buy" | "excess" | "fix-data" | "move" | "review" | "allocate";
/* What the last days or people did to a number; row 0: nothing to trace. */
export interface Note { code: string; text: string; row: number }
export type Tier = "auto" | "review" | "approval";
export type Status =
  | "open" | "accepted" | "waiting-approval" | "approved" | "sent" | "confirmed" | "closed" | "rejected" | "snoozed";
export type Verdict = "accept" | "change" | "reject" | "snooze" | "approve" | "send-back" | "undo" | "escalate";
type Day = string;
type Maybe<T> = T | null;

export interface Me { user: string; role: Role; csrf: string; sample: boolean; stopped: boolean }

export interface Tile {
  code: string; label: string; value: Maybe<number>; unit: "money" | "share" | "count";
  of?: number; lines_due?: number;                       // what a count is part of, what a share of lines is of
  ties_to?: Maybe<{ label: string; value: number; difference: number }>;
  link?: string;
}
export interface Feed { kind: string; place?: string; last: Maybe<string>; age_hours: Maybe<number>; state: "fresh" | "late" | "dead" }
export interface Home {
  today: Day; as_of: Maybe<Day>; currency: string; tiles: Tile[]; feeds: Feed[];
  queue: { open: number; at_risk: Maybe<number>; automatic: number };
}

export interface QueueRow {
  id: number; row: number; kind: CaseKind; status: Status; tier: Tier;
  item: string; description: string; place: string; supplier: string;
  title: string; action: string; uom?: string;
  p_out: Maybe<number>; rank: Maybe<number>; at_stake: Maybe<number>; value: Maybe<number>; confidence: Maybe<number>;
  due_day: Maybe<Day>; opened?: string; changed?: string; currency: string;
}
export type Facets = Partial<Record<"kind" | "place" | "tier" | "supplier", Record<string, number>>>;
export interface QueuePage { snapshot: number | string; total: number; offset: number; rows: QueueRow[]; facets: Facets; newer?: number }

export interface Receipt { day: Day; qty: number; doc: string; late_days: number; kind: string }
export interface Projection {
  from: Day; days: number; step_days: number;
  p10: number[]; p50: number[]; p90: number[]; p_out: number[];
  safety_stock: Maybe<number>; receipts: Receipt[];
}
export interface Term { code: string; label: string; qty: number; inputs: string[] }
export interface Option {
  verb: string; qty: number; arrival_day: Maybe<Day>; cost: Maybe<number>; p_out: Maybe<number>; loss: Maybe<number>;
  capital: Maybe<number>; chosen: boolean; note: string;
}
export interface Action {
  verb: string; qty: number; order_day: Maybe<Day>; arrival_day: Maybe<Day>; unit_cost: Maybe<number>; value: Maybe<number>;
  purchase_uom: string; purchase_qty: Maybe<number>; purchase_factor: Maybe<number>;
  minimum?: Maybe<{ amount: Maybe<number>; reached: Maybe<number> }>;
}
export type Facts = Partial<Record<
  "on_hand" | "allocated" | "on_order" | "in_transit" | "open_orders" | "backorders" | "demand_mean_day" | "lead_p50" | "lead_p90"
  | "lead_n" | "review_days" | "moq" | "multiple" | "erp_min" | "erp_max" | "service_target", Maybe<number>>> & { on_hand_day?: Maybe<Day> };

/* An order line of a customer on an allocation board; loss: what a unit not served is expected to cost. */
export interface Share {
  row: number; order: string; line: string; customer: string; tier: string; ordered_day: Maybe<Day>; need_day: Maybe<Day>;
  requested: number; minimum: Maybe<number>; margin: Maybe<number>; loss: number;
  first_come: number; pro_rata: number; contract_first: number; margin_aware: number; proposed: number;
}
/* more_*: lines beyond what a board lists, as one; more_by_rule in the order first-come, pro-rata, contract-first, margin-aware. */
export interface Board {
  rule: string; floor: number; supply: number; demand: number; step: number; short_day: Day; until_day: Day; next_day: Maybe<Day>; next_qty: number;
  lines: Share[]; more_lines: number; more_requested: number; more_by_rule: number[];
}
export interface Letters { rows: Share[]; letters: { customer: string; text: string }[] }

export interface Case {
  kind: CaseKind; status: Status; subject: string;
  item: string; description: string; place: string; supplier: string; uom: string; currency: string; title: string;
  from_place?: string;                                   // a move: the place that sends; then there is no supplier
  opened: { why: string }; action: Action;
  rank: Maybe<number>; at_stake: Maybe<number>; p0: Maybe<number>; p1: Maybe<number>; expected_short: Maybe<number>;
  margin_per_unit: Maybe<number>; confidence: Maybe<number>; confidence_low: Maybe<number>;
  due_day: Maybe<Day>; tier: Tier; rule: string; rule_text: string; policy: Maybe<number>;
  terms: Term[]; options: Option[]; projection: Maybe<Projection>; facts: Facts;
  model: { kind: string; runner_up: string; version: string; engine: string };
  evidence: { row: number; role: string }[]; input: string; flags: string[]; changes: { what: string; from: string; to: string }[];
  notes?: Note[]; members?: { item: string; place: string; times: number }[]; board?: Board;
}
export interface PastDecision { row: number; at: string; by: string; verdict: Verdict; qty?: number; reason: string; undone: boolean }
export interface CaseAnswer {
  case: Case; id: number; row: number;
  versions: { row: number; recorded: string; by: string; status: Status }[];
  decisions: PastDecision[]; command: Maybe<Command>;
  may: Verdict[];                                        // what the person who asks may do with it now
}

/* What would change the answer: the nearest change of each input alone; computed on the picture of now. */
export interface Flip { input: string; becomes: "nothing" | "quantity" | "tier"; from: number; to: number; change: number; qty: number; tier: Tier; text: string }
export interface Flips { id: number; row: number; as_of: Day; wanted: boolean; qty: number; target: Maybe<number>; target_because: string; rows: Flip[] }

/* The order proposed, as it is now, and the same with another quantity. */
export interface Tried { id: number; row: number; options: [Option, Option] }

/* Targets by value: capital is major money, service a share. */
export interface TargetPoint { service: number; capital: number }
export interface TargetTier { tier: string; item_places: number; lines_month: number; service: number; capital: number; service_now: number; capital_now: number }
export interface TargetRow {
  item: string; place: string; tier: string; lines_month: number; service_target: number; level: number; capital: number;
  service_now: number; level_now: number; capital_now: number; worth: number; next_worth: number; because: string;
}
export interface Targets {
  metric: string; currency: string; met: boolean; service: number; capital: number; service_now: number; capital_now: number; worth: number;
  left_out: number; total: number; tiers: TargetTier[]; curve: TargetPoint[]; rows: TargetRow[];
}

export type CommandState = "approved" | "budgeted" | "sending" | "acked" | "rejected" | "unknown" | "held" | "cancelled";
export interface CommandLine { line: number; case: number; item: string; qty: number; uom: string; purchase_uom: string; purchase_qty: number }
export interface Command {
  command: number; row: number; kind?: string; reference: string; sink: string; supplier: string; from_place?: string; place: string; currency: string; value: number; order_day: Day;
  lines: CommandLine[]; state: CommandState; attempt: number; external: string; error: string; sent?: string;
}
export interface OrderGroup {
  supplier: string; from_place?: string; customers?: boolean; place: string; lines: number; value: number; currency: string; minimum: Maybe<number>; by_rule: boolean;
  reaches_minimum?: boolean; limits?: OrderLimit[]; cases: QueueRow[];          // the best of its lines
}
export interface Proposed { supplier: string; place: string; lines: number; value: number; currency: string }
/* customers: what the place gives to them of what is short. */
/* The largest of proposed_total, the newest of commands_total. */
export interface Orders { groups: OrderGroup[]; proposed: Proposed[]; proposed_total: number; commands: Command[]; commands_total: number; stopped: boolean }
/* errors: a sentence for each order that could not be sent; left: lines for the next order, as this one is full. */
export interface Sent { rows: Command[]; errors: string[]; left: number }
/* One verdict on many: each case with its new version, or why it was left as it was. */
export interface Decided { rows: { id: number; ok: boolean; row?: number; status?: Status; error?: string }[] }
/* Figures in `unit`; own: what the lines need for themselves, filled: with what was added, unknown: lines whose measure is not told. */
export interface OrderLimit { of: "value" | "weight" | "volume" | "pallets"; unit: string; asked: Maybe<number>; own: number; filled: number; truck: Maybe<number>; unknown: number }
export interface ProposalRow {
  case: number; row: number; item: string; description: string; uom: string; status: Status; qty: number; own: number; added: number; value: Maybe<number>;
  rank: Maybe<number>; added_cost: Maybe<number>; early_days: number; currency: string; title: string;
}
export interface OrderProposal {
  supplier: string; place: string; currency: string; choice: string; reaches_minimum: boolean; lines: number; value: number; open: number; added_to: number; trucks: number;
  fill_cost: Maybe<number>; wait_cost: Maybe<number>; truck_saving: Maybe<number>; limits: OrderLimit[]; rows: ProposalRow[];
}

export interface SupplyLine {
  row: number; kind: string; doc: string; line: string; supplier: string; mode: string; qty: number; received: number; order_day: Maybe<Day>;
  first_promise: Maybe<Day>; promise: Maybe<Day>; expected: Maybe<Day>; late_days: number; ack: string;
  p_late: Maybe<number>; expected_late_days: Maybe<number>; late_reason: string;       // after the first promise; what that rests on
  shipment: string; shipped: Maybe<Day>; told_arrival: Maybe<Day>;                      // "" where nothing was told as sent
}
/* marked = by a person; taken_out = no longer shapes the forecast */
export interface Exceptional { row: number; day: Day; qty: number; marked: boolean; taken_out: boolean }
export interface Demand {
  bucket_days: number; from: Day; values: Maybe<number>[]; states: string[]; exceptional: Exceptional[];
  ahead?: { from: Maybe<Day>; mean: number[]; base?: number[] };                         // weeks of the projection, what is expected of each; base: without overrides
  fan?: Maybe<{ days: number; p10: number[]; p50: number[]; p90: number[]; base?: number[] }>;   // base: the middle without overrides
}
/* Every kind of model that was tried, heaviest first; loss: of demand summed over horizon_days, in units; to_baseline: over that of the same time last season. */
export interface Choice {
  baseline: string; poor: string; origins: number; horizon_days: number; season_days: number; year: boolean;
  tried: { kind: string; seasonal: boolean; loss: number; weight: number; to_baseline: Maybe<number> }[];
}
export interface ItemPlace {
  item: string; place: string; description: string; uom: string; currency: string; supplier: string; tier: string; lifecycle: string; successor: string;
  unit_cost: Maybe<number>; price: Maybe<number>; p0: Maybe<number>; p1: Maybe<number>; position: Maybe<number>; order_level: Maybe<number>;
  facts: Facts; projection: Maybe<Projection>; demand: Maybe<Demand>; model: Case["model"]; choice: Choice; target_because: string; flags: string[];
  lead: Maybe<{ histogram: { days: number; share: number }[]; p50: Maybe<number>; p90: Maybe<number>; n: number; open: number; basis: string; mode: string; stated_days: Maybe<number> }>;
  supply: SupplyLine[]; cases: QueueRow[]; policy: { name: string; row: number; tier: string; service_target: number; review_days: number; quantity: string };
  network: { place: string; on_hand: Maybe<number>; on_order: Maybe<number>; cover_days: Maybe<number>; here: boolean }[];
  rows: { row: number; kind: string; day: Maybe<Day>; qty: number; left_out?: boolean }[];   // left_out: receipts of suppliers (of lead times) and order lines (of the history) only
  customers_total: number; customers: { customer: string; tier: string; qty: number; lines: number; share: Maybe<number>; last_order: Maybe<Day>; open: number; overdue: number }[];   // of 365 days; who waits first
  notes: Note[]; base_mean_day: Maybe<number>;
  overrides: { row: number; doc: string; from: Day; to: Day; factor: number; units: boolean; reason: string }[];
  news: { kind: string; from: Maybe<Day>; to: Maybe<Day>; p: Maybe<number>; times: Maybe<number>; followed: boolean; ahead_known: Maybe<number>; ahead_usual: Maybe<number>;
    tail_1: Maybe<number>; tail_7: Maybe<number>; tail_28: Maybe<number> };
}
/* What was expected of past periods so many weeks before, and what came of them (null: not known); at_least: short of stock. */
type ToldName = `told_${1 | 4 | 8}`;
export type ToldPeriod = { from: Day; came: Maybe<number>; at_least: boolean } & Record<ToldName | `${ToldName}_p10` | `${ToldName}_p90`, Maybe<number>>;
export interface ItemTold {
  uom: string; period_days: number; rows: ToldPeriod[]; scores: { weeks_ahead: number; periods: number; bias: Maybe<number>; error: Maybe<number>; inside: Maybe<number> }[];
  frozen: { case: number; row: number; from: Day; until: Day; told: number; came: Maybe<number>; over: boolean }[];
}
/* A decision that departed from what was proposed; over: when it can be told, null never; gain: what it saved beside the proposal. */
export interface OutcomeRow {
  decision: number; case: number; day: Day; by: string; way: string; reason: string; item: string; place: string; tier: string; supplier: string; uom: string;
  proposed: number; decided: number; state: string; over: Maybe<Day>; cost_proposed: Maybe<number>; cost_decided: Maybe<number>; gain: Maybe<number>; currency: string;
}
export interface OutcomeGroup { name: string; decisions: number; seen_through: number; helped: number; gain: Maybe<number>; gain_each: Maybe<number>; gain_se: Maybe<number>; currency: string }
export interface OutcomeRule extends OutcomeGroup { tier: string; way: string; key: string; text: string }
export interface SupplierFigures {
  supplier: string; description: string; score: Maybe<number>; verdict: string; reasons: { reason: string; points: number }[];
  receipts: number; lines: number; orders: number; p_late: Maybe<number>; p_late_all: Maybe<number>;
  due: number; otif_lines: Maybe<number>; otif_qty: Maybe<number>; requested_due: number; otif_requested_lines: Maybe<number>; otif_requested_qty: Maybe<number>;
  short: Maybe<number>; unusable: Maybe<number>; ack_days: Maybe<number>; unacknowledged: Maybe<number>; lead_p50: Maybe<number>; lead_p90: Maybe<number>;
  change: Maybe<{ day: Day; before: number; after: number }>; spend: Maybe<number>; spend_share: Maybe<number>;
  items: number; sole_items: number; open_lines: number; overdue_lines: number;
}
export interface SupplierPage extends SupplierFigures {
  currency: string; lead: NonNullable<ItemPlace["lead"]>;
  modes: { mode: string; p50: number; p90: number; orders: number }[];
  months: { from: Day; due: number; late: number; lead_p50: Maybe<number> }[];
  open: (SupplyLine & { item: string; place: string; uom: string })[];
  left_out: { mark: number; doc: string; item: string; place: string; order_day: Maybe<Day> }[];
}
export interface ItemLine {
  item: string; place: string; description: string; tier: string; uom?: string; on_hand: Maybe<number>; on_order: Maybe<number>; position: Maybe<number>;
  mean_day: Maybe<number>; cover_days: Maybe<number>; p_out: Maybe<number>; stock_value: Maybe<number>;
}

export interface WhyNode {
  row: number; kind: string; role: string; depth: number; at: string; by: string; key?: string; summary: string; payload?: unknown;
  document?: Maybe<{ name: string; sha256: string; line?: Maybe<number>; offset?: Maybe<number>; length?: Maybe<number>; text?: Maybe<string> }>;
}
export interface Why { root: Pick<WhyNode, "row" | "kind" | "at" | "by" | "summary">; chain: WhyNode[]; cut?: boolean }

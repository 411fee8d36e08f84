/* fixtures-more.mjs - the mock server's other answers: the home strip, an item at a place, the chain behind a row. */
import { addDays, AS_OF, factsOf, projectionOf, random, seedOf, TODAY } from "./fixtures.mjs";

const ORDINARY = 34000;                              // a sale like others
const round1 = (n) => Math.round(n * 10) / 10;
const OF_TODAY = 34001;                              // another, not history yet

export function homeOf(open, atRisk, automatic) {
  return {
    today: TODAY, as_of: AS_OF, currency: "USD",
    tiles: [
      { code: "stock-value", label: "Stock value", value: 4120381277, unit: "money", ties_to: { label: "ERP stock file", value: 4120381277, difference: 0 }, link: "/items" },
      { code: "open-orders", label: "Open customer orders", value: 291844210, unit: "money", ties_to: { label: "ERP open orders", value: 291851210, difference: -7000 }, link: "/items" },
      { code: "line-fill", label: "Line fill rate, 90 days", value: 0.9634, unit: "share", lines_due: 12000, lines_filled: 11561, link: "/items" },
      { code: "a-stockouts", label: "Stock-outs on A items", value: 17, of: 310, unit: "count", link: "/q?kind=buy" },
      { code: "excess", label: "Excess stock", value: 390120000, unit: "money", link: "/q?kind=excess" },
    ],
    feeds: [
      { kind: "stock", place: "DFW", last: "2026-11-22", age_hours: 5, state: "fresh" }, { kind: "order-line", place: "DFW", last: "2026-11-22", age_hours: 6, state: "fresh" },
      { kind: "receipt", place: "", last: "2026-11-22", age_hours: 7, state: "fresh" }, { kind: "po-line", place: "ATL", last: "2026-11-21", age_hours: 52, state: "late" },
      { kind: "po-ack", place: "ATL", last: "2026-11-14", age_hours: 216, state: "dead" },
    ],
    queue: { open, at_risk: atRisk, automatic },
  };
}

function choiceOf(s) {
  const naive = round1(s.rate * 5), tried = (kind, weight, to_baseline, seasonal = false) => ({ kind, seasonal, loss: round1(naive * to_baseline), weight, to_baseline });
  return { baseline: "seasonal-naive", poor: "", origins: 61, horizon_days: s.lead + 7, season_days: 7, year: false,
    tried: [tried("ses", 0.56, 0.61, true), tried("croston-sba", 0.29, 0.66), tried("moving-mean", 0.15, 0.72), tried("seasonal-naive", 0, 1)] };
}

export function itemOf(row, cases, marked, overrides = []) {
  const s = seedOf(row.id - 1000), next = random(row.id), days = 364, from = addDays(AS_OF, -days), values = [], states = [];
  for (let i = 0; i < days; i++) {
    const out = i > 200 && i < 222;
    values.push(i === 120 ? Math.round(s.rate * 30) : out ? Math.round(next() * 2) : Math.round(Math.max(0, s.rate * (0.3 + next() * 1.4))));
    states.push(out ? "ran-out" : "in-stock");
  }
  const sale = (at, number) => ({ row: 40000 + number, day: addDays(from, at), qty: values[at], marked: marked.has(40000 + number), taken_out: marked.has(40000 + number) });
  const lead = [];
  for (let i = -3; i <= 6; i++) lead.push({ days: s.lead + i * 3, share: [0.03, 0.08, 0.17, 0.26, 0.19, 0.12, 0.07, 0.04, 0.03, 0.01][i + 3] });
  return {
    item: s.item, place: s.place, description: s.description, uom: s.uom, currency: "USD", supplier: s.supplier, tier: "A", lifecycle: "active", successor: "",
    unit_cost: s.cost, price: s.cost * 1.4, p0: s.p0, p1: s.p1, position: s.onHand + s.onOrder, order_level: s.need + s.noise + s.leadNoise, flags: ["exceptional-demand"],
    model: { kind: "ses", runner_up: "croston-sba", version: "9f2c4e77ab01", engine: "0.1.0" }, choice: choiceOf(s), target_because: "tier A in the policy", facts: factsOf(s), projection: projectionOf(s),
    demand: { bucket_days: 1, from, values, states, exceptional: [sale(120, 1), sale(300, 2), ...(marked.has(ORDINARY) ? [{ row: ORDINARY, day: addDays(AS_OF, -2), qty: 6, marked: true, taken_out: true }] : [])],
      ahead: { from: AS_OF, mean: Array.from({ length: 9 }, (_, w) => round1(s.rate * 7 + w)), ...(overrides.length ? { base: Array(9).fill(round1(s.rate * 7)) } : {}) },
      fan: { days: 7, p10: Array(13).fill(s.rate * 3.5), p50: Array(13).fill(s.rate * 7), p90: Array(13).fill(s.rate * 10.5),
        ...(overrides.length ? { base: Array(13).fill(s.rate * 6) } : {}) } },
    lead: { histogram: lead, p50: s.lead, p90: s.lead + 9, n: 37, open: 2, basis: "measured", stated_days: 21 },
    customers_total: 11, customers: [
      { customer: "C10250", tier: "key", qty: round1(s.rate * 40), lines: 31, share: 0.11, last_order: addDays(AS_OF, -2), open: 9, overdue: 6 },
      { customer: "C10611", tier: "", qty: round1(s.rate * 120), lines: 64, share: 0.33, last_order: addDays(AS_OF, -5), open: 0, overdue: 0 }],
    supply: projectionOf(s).receipts.map((r, i) => ({ doc: r.doc, line: "1", kind: r.kind, supplier: s.supplier, qty: r.qty, received: 0, order_day: addDays(AS_OF, -20),
      first_promise: addDays(AS_OF, -r.late_days), promise: addDays(AS_OF, r.late_days ? -r.late_days : 6), expected: r.day, late_days: r.late_days, ack: "", row: 31000 + s.number + i,
      p_late: r.late_days ? 1 : 0.27, expected_late_days: 6, late_reason: r.late_days ? `overdue by ${r.late_days} days` : "late as often as all lines lately, 27 %",
      shipment: r.late_days ? "" : `SH-${s.number}`, shipped: r.late_days ? null : addDays(AS_OF, -3), told_arrival: r.late_days ? null : addDays(AS_OF, 6) })),
    policy: { name: "shipped", row: 12, service_target: 0.97, review_days: 7, tier: "A", quantity: "service target" },
    cases: cases.filter((other) => other.item === row.item).slice(0, 5),
    network: [{ place: "ATL", on_hand: 320, on_order: 0, cover_days: 41, here: false }, { place: "SEA", on_hand: 0, on_order: 48, cover_days: 0, here: false }],
    rows: [{ row: 30000 + s.number, kind: "stock", day: addDays(AS_OF, -1), qty: s.onHand }, { row: 31000 + s.number, kind: "po-line", day: addDays(AS_OF, -20), qty: s.onOrder },
      { row: 33000, kind: "receipt", day: addDays(AS_OF, -40), qty: 48, left_out: marked.has(33000) },
      { row: ORDINARY, kind: "order-line", day: addDays(AS_OF, -2), qty: 6, left_out: marked.has(ORDINARY) }, { row: OF_TODAY, kind: "order-line", day: TODAY, qty: 4, left_out: marked.has(OF_TODAY) }],
    notes: [{ code: "level", text: "Demand of the last 9 days is 2.1 times the level: new level likely since 2026-11-12 (84 %)", row: 0 },
      ...overrides.map((one) => ({ code: "override", text: `Override ${one.factor.toFixed(2)} times from ${one.from} to ${one.to}: ${one.reason}`, row: one.row }))],
    base_mean_day: s.rate, overrides,
    news: { kind: "new-level", from: "2026-11-12", to: "2026-11-20", p: 0.84, times: 2.1, followed: true, ahead_known: 14, ahead_usual: 6.5, tail_1: 0.21, tail_7: 0.004, tail_28: 0.02 },
  };
}

/** Weeks beside what was expected of them; the oldest were not told eight weeks before. */
export function toldOf(row) {
  const s = seedOf(row.id - 1000), next = random(row.id + 7), week = s.rate * 7;
  const told = (n, known) => Object.fromEntries([["", 1], ["_p10", 0.5], ["_p90", 1.6]].map(([end, times]) => [`told_${n}${end}`, known ? round1(week * (times + n / 40)) : null]));
  return { uom: s.uom, period_days: 7, total: 26, rows: Array.from({ length: 26 }, (_, i) => ({ from: addDays(AS_OF, (i - 26) * 7), came: i === 3 ? null : round1(week * (0.4 + next() * 1.2)), at_least: i === 9, ...told(1, true), ...told(4, i > 1), ...told(8, i > 5) })),
    scores: [[1, 25, 0.03, 0.31, 0.84], [4, 23, -0.12, 0.36, 0.78], [8, 0, null, null, null]].map(([weeks_ahead, periods, bias, error, inside]) => ({ weeks_ahead, periods, bias, error, inside })),
    frozen: [{ case: row.id, row: row.row, from: addDays(AS_OF, -14), until: addDays(AS_OF, 21), told: round1(week * 5), came: round1(week * 2), over: false }] };
}

/** Decisions that departed from the proposals of these cases: three seen through, one not over, one that never can be. */
export function outcomesOf(rows) {
  const WAYS = ["raised", "declined", "cut", "deferred", "raised"], gains = [-4200, 125000, 800, null, null];
  return rows.map((row, i) => { const s = seedOf(row.id - 1000), way = WAYS[i % 5], qty = s.qty || 12, gain = gains[i % 5];
    return { decision: 70000 + i, case: row.id, day: addDays(AS_OF, -60 - i), by: i % 2 ? "ana" : "kim", way, reason: i % 2 ? "truck is full" : "fair in town", item: row.item, place: row.place, tier: "A", supplier: row.supplier, uom: s.uom,
      proposed: qty, decided: way === "raised" ? qty * 2 : way === "cut" ? qty / 2 : way === "declined" ? 0 : qty, state: gain != null ? "over" : i % 5 === 3 ? "not over yet" : "its stock was not known",
      over: i % 5 === 4 ? null : addDays(AS_OF, gain != null ? -9 : 12), cost_proposed: gain != null ? 130000 : null, cost_decided: gain != null ? 130000 - gain : null, gain, currency: "USD" }; });
}
export function outcomeGroups(rows, by) {
  return [...new Set(rows.map((row) => row[by]))].map((name) => { const all = rows.filter((row) => row[by] === name), told = all.filter((row) => row.gain != null), gain = told.reduce((sum, row) => sum + row.gain, 0);
    return { name, decisions: all.length, seen_through: told.length, helped: told.filter((row) => row.gain > 0).length, gain: told.length ? gain : null, gain_each: told.length ? Math.round(gain / told.length) : null, gain_se: null, currency: "USD" }; });
}

function figuresOf(code, number) {
  const few = number % 7 === 5;
  return { supplier: code, description: `Supplier number ${number}`, score: few ? null : 38 + number % 50, verdict: few ? "too few receipts" : "", reasons: few ? [] : [{ reason: "late", points: 31.5 }, { reason: "sole-source", points: 10 }, { reason: "drift", points: 9.9 }],
    receipts: few ? 5 : 412, lines: 420, orders: 180, p_late: 0.42, p_late_all: 0.24, due: 400, otif_lines: 0.68, otif_qty: 0.71, requested_due: 400, otif_requested_lines: 0.55, otif_requested_qty: 0.6,
    short: 0.004, unusable: 0.001, ack_days: 2, unacknowledged: 0.08, lead_p50: 13, lead_p90: 22, change: few ? null : { day: "2026-07-14", before: 12, after: 18 }, spend: 16452996 - number * 1000, spend_share: 0.14,
    items: 49, sole_items: 31, open_lines: 2, overdue_lines: number % 3 };
}
export function suppliersOf(codes) { return { total: codes.length, rows: codes.map(figuresOf) }; }
export function supplierOf(code, number, rows) {
  const months = Array.from({ length: 24 }, (_, i) => ({ from: new Date(Date.UTC(2024, 11 + i, 1)).toISOString().slice(0, 10), due: 20 + i % 5, late: i > 19 ? 15 : i % 4, lead_p50: i > 19 ? 18 : 12 }));
  const open = rows.slice(0, 2).map((row, i) => ({ item: row.item, place: row.place, uom: "EA", ...itemOf(row, [], new Set()).supply[0], doc: `PO-${80000 + i}`, line: "1", row: 31000 + i, qty: 40, received: 0, first_promise: addDays(AS_OF, 6), promise: addDays(AS_OF, 6),
    expected: addDays(AS_OF, 14), p_late: 0.62 - i / 5, late_reason: "this supplier's lines are late 42 % of the time lately, all 24 %" }));
  return { ...figuresOf(code, number), currency: "USD", months, open, left_out: [{ mark: 40100, doc: "PO-79001", item: "HX-20838", place: "DFW", order_day: addDays(AS_OF, -90) }],
    modes: [{ mode: "road", p50: 12, p90: 19, orders: 80 }, { mode: "air", p50: 4, p90: 6, orders: 9 }],
    lead: { basis: "supplier", mode: "", stated_days: null, p50: 13, p90: 22, n: 92, open: 2, histogram: Array.from({ length: 12 }, (_, i) => ({ days: 8 + i, share: [2, 5, 12, 20, 25, 14, 8, 5, 4, 3, 1, 1][i] / 100 })) } };
}

export function whyOf(id) {
  const number = Number(id), text = (line) => `HX-20838,DFW,2026-11-22,${line}00,EA`;
  const node = (row, kind, role, depth, summary, more = {}) => ({ row, kind, role, depth, at: "2026-11-23T05:10:00Z", by: "planning", key: String(row), summary, payload: { v: 1, row }, ...more });
  const document = (line) => ({ name: "stock.csv", sha256: "5f".repeat(32), line, offset: line * 40, length: 38, text: text(line) });
  const chain = [
    node(number, "case", "case", 0, `Buy for HX-20838 at DFW (row ${number})`),
    node(11, "step", "step", 1, "Planning step of 23 Nov 2026"), node(12, "policy", "policy", 1, "Policy shipped, version 1", { by: "admin" }),
    node(30001, "stock", "stock", 1, "420 EA on hand on 22 Nov 2026", { by: "import", document: document(7) }),
    node(31001, "po-line", "po-line", 1, "PO-70001 line 1: 360 EA, promised 14 Nov 2026", { by: "import", document: document(19) }),
    node(9, "import", "cause", 2, "stock.csv, 12,000 rows", { by: "admin" }),
  ];
  return { root: { row: number, kind: "case", at: chain[0].at, by: chain[0].by, summary: chain[0].summary }, chain, cut: false };
}

export function flipsOf(c, id, row) {
  const q = c.action.qty, flip = (input, becomes, change, text, other = q) => ({ input, becomes, from: 1, to: 1 + change, change, qty: becomes === "nothing" ? 0 : other, tier: becomes === "tier" ? "approval" : c.tier, text });
  return { id, row, as_of: AS_OF, wanted: true, qty: q, target: 0.97, target_because: "tier A in the policy", rows: [
    flip("demand", "quantity", -0.08, `If demand were 8 % lower, ${q - 12} EA would be right instead of ${q} EA`, q - 12), flip("demand", "nothing", -0.12, "If demand were 12 % lower, no order would be needed"),
    flip("stock", "nothing", 0.2, "If 40 EA more were found in stock, no order would be needed"), flip("unit-cost", "tier", 0.3, "If the unit cost were 30 % higher, an approver would decide instead of a planner"),
  ] };
}

export function tryOf({ case: c, row }, id, qty) {
  const proposed = c.options[0], share = proposed.qty ? qty / proposed.qty : 0;
  return { id, row, options: [proposed, { ...proposed, qty, p_out: round6(proposed.p_out ** Math.max(0.2, share)), cost: Math.round(proposed.cost * (0.5 + share)), capital: Math.round(proposed.capital * share), chosen: false }] };
}
const round6 = (n) => Math.round(n * 1e6) / 1e6;

/** A smooth curve: service 1 - exp(-capital / scale). */
export function targetsOf(query) {
  const scale = 400000, capitalOf = (service) => -scale * Math.log(1 - service), budget = Number(query.get("budget"));
  const service = budget > 0 ? 1 - Math.exp(-budget / scale) : Number(query.get("fill")), capital = capitalOf(service);
  const tier = (name, part) => ({ tier: name, item_places: 40, lines_month: 120, service, capital: capital * part, service_now: 0.96, capital_now: 1600000 * part });
  return { metric: "fill", currency: "USD", met: true, service, capital, service_now: 0.961, capital_now: 1600000, worth: 0.7, left_out: 3, total: 120, tiers: [tier("A", 0.6), tier("B", 0.3), tier("C", 0.1)],
    curve: [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995].map((at) => ({ service: at, capital: capitalOf(at) })),
    rows: ["AX-1180", "BN-2040", "CR-7"].map((item, i) => ({ item, place: "DFW", tier: "ABC"[i], lines_month: 12.5, service_target: service, level: 40, capital: capital / 120, service_now: 0.96, level_now: 60, capital_now: 13000, worth: 1, next_worth: 0.5,
      because: "the next step serves fewer lines per money than what was bought" })) };
}

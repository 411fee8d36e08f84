/* fixtures.mjs - an invented distributor for the mock server: the same seed gives the same cases. Shapes are the API's. */

export const AS_OF = "2026-11-23";
const PLACES = ["DFW", "ATL", "LAX", "SEA", "EWR"];
const GOODS = [
  ["Bearing 6204-2RS", "EA", 24], ["Ball valve 1/2 in brass", "EA", 12], ["Cable tie 300 mm black", "BG", 50], ["Nitrile glove L", "BX", 10],
  ["LED tube 18 W 4000 K", "EA", 25], ["Hex bolt M8x40 zinc", "EA", 200], ["V-belt A42", "EA", 10], ["Contactor 25 A 3-pole", "EA", 6],
  ["Pleated filter 20x20x2", "EA", 12], ["PVC elbow 2 in", "EA", 40], ["Grease cartridge EP2 400 g", "EA", 36], ["Roller chain 40-1, 10 ft", "EA", 5],
];
const PURCHASE = "CS";

/** A small generator with a seed; good enough for scenery. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
export function addDays(iso, days) { return new Date(Date.parse(iso) + days * 86400000).toISOString().slice(0, 10); }
const round6 = (value) => Math.round(value * 1e6) / 1e6;

/** The planned day, and the day after on which the screens are looked at. */
export const TODAY = "2026-11-24";
const REVIEW = 6;                                     // the one case about an event
const ALLOCATE = 12;                                  // the one about stock that customers share

function kindOf(draw) { return draw < 0.78 ? "buy" : draw < 0.9 ? "excess" : "fix-data"; }

/** What both a queue row and its case are made from. */
export function seedOf(number) {
  const next = random(1000 + number), good = GOODS[Math.floor(next() * GOODS.length)];
  const draw = next(), kind = number === 4 ? "buy" : number === REVIEW ? "review" : number === ALLOCATE ? "allocate" : kindOf(draw);
  const rate = 2 + next() * 26, lead = 10 + Math.floor(next() * 35), pack = good[2], cost = Math.round((2 + next() * 60) * 100) / 100;
  const need = Math.round(rate * (lead + 7)), onHand = Math.round(need * (0.2 + next() * 0.5)), onOrder = next() < 0.6 ? pack * Math.ceil(rate * 8 / pack) : 0;
  const noise = Math.round(rate * Math.sqrt(lead) * 1.1), leadNoise = Math.round(rate * (2 + next() * 5));
  const raw = need + noise + leadNoise - onHand - onOrder, qty = kind === "buy" ? Math.max(pack, Math.ceil(raw / pack) * pack) : 0;
  const place = PLACES[Math.floor(next() * 5)], sender = kind === "buy" && number % 23 === 9 ? PLACES.find((other) => other !== place) : "";    // then it is a move
  return { number, kind, sender, item: `HX${number % 2 ? "/" : "-"}${10000 + ((number * 7919) % 89999)}`, description: good[0], uom: good[1], pack, place,
    supplier: `S-${10 + Math.floor(next() * 40)}`, rate, lead, cost, need, onHand, onOrder, noise, leadNoise, raw, qty,
    p0: round6(next() * 0.5), p1: round6(0.35 + next() * 0.646), late: next() < 0.35 ? 3 + Math.floor(next() * 14) : 0, confidence: round6(0.6 + next() * 0.39),
    loss: Math.round(4500000 / (1 + number / 9) * (0.9 + next() * 0.2)), due: Math.floor(next() * 12) - 1 };
}

function tierOf(s) { return s.qty * s.cost > 9000 ? "approval" : s.confidence > 0.92 && s.kind === "buy" ? "auto" : "review"; }
function titleOf(s) {
  const p = Math.min(99, Math.round(s.p1 * 100));
  return s.kind === "buy" ? `${p} % chance of running out before the next order could arrive`
    : s.kind === "excess" ? `${190 + (s.number % 300)} days of cover, 180 are allowed` : s.kind === "review" ? "3 of 40 item-places sell far above their usual" : s.kind === "allocate" ? "Customers ordered 90, 50 can be given: more on 2026-12-02" : "Received 24 times what was ordered, 3 times";
}

export function rowOf(number, status = "open", row = 5000 + number) {
  const s = seedOf(number);
  return { id: 1000 + number, row, kind: s.sender ? "move" : s.kind, status, tier: tierOf(s), item: s.item, description: s.description, place: s.place, supplier: s.sender ? "" : s.supplier,
    title: titleOf(s), action: s.kind === "buy" ? `${s.sender ? "transfer" : "buy"} ${s.qty}` : s.kind === "excess" ? "stop-ordering" : s.kind === "review" ? "review" : s.kind === "allocate" ? "allocate 50" : "fix", uom: s.uom,
    p_out: s.kind === "buy" ? s.p1 : null, rank: s.loss, at_stake: Math.round(s.loss * 1.4), value: s.kind === "buy" ? Math.round(s.qty * s.cost * 100) : null,
    confidence: ["fix-data", "review", "allocate"].includes(s.kind) ? null : s.confidence, due_day: addDays(AS_OF, s.due), opened: "2026-11-22T05:10:00Z", changed: "2026-11-23T05:10:00Z", currency: "USD" };
}

export function projectionOf(s, days = 60) {
  const p10 = [], p50 = [], p90 = [], p_out = [], arrivalDay = Math.min(days - 8, 12 + (s.number % 20));
  const receipts = s.onOrder ? [{ day: addDays(AS_OF, arrivalDay), qty: s.onOrder, doc: `PO-${70000 + s.number}`, late_days: s.late, kind: "po" }] : [];
  if (s.number % 3 === 0) receipts.push({ day: addDays(AS_OF, 9), qty: s.pack, doc: `TR-${800 + s.number}`, late_days: 0, kind: "transfer" });
  for (let i = 0; i < days; i++) {
    const here = receipts.filter((r) => Date.parse(r.day) <= Date.parse(addDays(AS_OF, i))).reduce((sum, r) => sum + r.qty, 0);
    const spread = s.rate * Math.sqrt(i) * 1.15 + (i >= arrivalDay && i < arrivalDay + 12 ? s.onOrder * 0.25 : 0), middle = s.onHand + here - s.rate * i;
    p50.push(round6(Math.max(0, middle))); p10.push(round6(Math.max(0, middle - spread))); p90.push(round6(Math.max(0, middle + spread)));
    p_out.push(round6(1 / (1 + Math.exp((middle + 0.4 * s.rate) / (spread * 0.45 + 0.6)))));
  }
  return { from: AS_OF, days, step_days: 1, p10, p50, p90, p_out, safety_stock: s.noise + s.leadNoise, receipts };
}

function termsOf(s) {
  const at = `item/${s.item}@${s.place}`;
  return [
    { code: "mean-demand", label: `Demand over lead time and review (${s.lead + 7} days)`, qty: s.need, inputs: [`${at}/demand`] },
    { code: "demand-noise", label: "Demand may be higher", qty: s.noise, inputs: [`${at}/demand`] },
    { code: "lead-time", label: "Lead time may be longer", qty: s.leadNoise, inputs: [`${at}/lead`] },
    { code: "on-hand", label: "Less on hand", qty: -s.onHand, inputs: [`row/${30000 + s.number}`] },
    { code: "on-order", label: "Less on order", qty: -s.onOrder, inputs: s.onOrder ? [`row/${31000 + s.number}`] : [] },
    { code: "multiple", label: `Round up to cases of ${s.pack}`, qty: round6(s.qty - s.raw), inputs: [`row/${32000 + s.number}`] },
  ].filter((term) => term.qty !== 0);
}

export function factsOf(s) {
  return { on_hand: s.onHand, on_hand_day: addDays(AS_OF, -1), allocated: Math.round(s.onHand * 0.1), on_order: s.onOrder, in_transit: s.number % 3 === 0 ? s.pack : 0,
    open_orders: Math.round(s.rate * 2), backorders: 0, demand_mean_day: round6(s.rate), lead_p50: s.lead, lead_p90: s.lead + 9, lead_n: 4 + (s.number % 30),
    review_days: 7, moq: s.pack, multiple: s.pack, erp_min: Math.round(s.need * 0.8), erp_max: Math.round(s.need * 1.6), service_target: 0.97 };
}

/** Fifty for ninety; `now.shares` is what a person gave instead, by row. */
function boardOf(now) {
  const line = (row, order, customer, tier, requested, minimum, margin, first_come, pro_rata, contract_first, margin_aware) => ({ row, order, line: "1", customer, tier, ordered_day: addDays(AS_OF, -4), need_day: addDays(AS_OF, 2),
    requested, minimum, margin, loss: round6(margin * (tier === "key" ? 0.8 : 0.4)), first_come, pro_rata, contract_first, margin_aware, proposed: now.shares?.[row] ?? margin_aware });
  return { rule: "margin-aware", floor: 0.25, supply: 50, demand: 90, step: 1, short_day: AS_OF, until_day: addDays(AS_OF, 7), next_day: addDays(AS_OF, 8), next_qty: 120,
    lines: [line(61001, "SO-1", "C-11", "C", 40, null, 1, 40, 22, 18, 10), line(61002, "SO-2", "C-77", "key", 20, 18, 6, 10, 11, 19, 20), line(61003, "SO-3", "C-90", "B", 30, null, 10, 0, 17, 13, 20)],
    more_lines: 0, more_requested: 0, more_by_rule: [0, 0, 0, 0] };
}

/** Locked lines get theirs, the others share the rest one after the other. */
export function shareRest(board, said) {
  const locked = new Map(said.split(",").filter(Boolean).map((one) => one.split("=").map(Number)));
  let left = board.supply - [...locked.values()].reduce((sum, qty) => sum + qty, 0);
  return board.lines.map((line) => { const proposed = locked.get(line.row) ?? Math.min(line.requested, left); if (!locked.has(line.row)) left -= proposed; return { ...line, proposed }; });
}
export function lettersOf(board) {
  return board.lines.map((line) => ({ customer: line.customer, text: `Order ${line.order} line ${line.line}: ${line.proposed} of ${line.requested}` }));
}

/** `now` is the queue row as it stands. */
export function caseOf(now) {
  const s = seedOf(now.id - 1000), buy = s.kind === "buy", qty = now.qty ?? s.qty;
  const option = (verb, amount, cost, p, loss, note) => ({ verb, qty: amount, arrival_day: amount ? addDays(AS_OF, s.lead) : null, cost, p_out: p, loss,
    capital: Math.round(amount * s.cost * 100), chosen: amount === s.qty, note });
  return {
    v: 1, kind: now.kind, status: now.status, subject: s.kind === "fix-data" ? "unit-of-measure" : s.kind === "review" ? "event/DFW" : "", item: s.kind === "review" ? "" : s.item, description: s.kind === "review" ? "" : s.description,
    place: s.kind === "review" ? "" : s.place, supplier: s.kind === "review" ? "" : now.supplier, ...(s.sender ? { from_place: s.sender } : {}), uom: s.uom, currency: "USD", title: now.title, opened: { why: s.number % 11 === 3 ? "is back: still there 12 days after case 11204 was rejected" : "new exposure" },
    action: { verb: s.sender ? "transfer" : buy ? "buy" : s.kind === "excess" ? "stop-ordering" : s.kind === "review" ? "review" : s.kind === "allocate" ? "allocate" : "fix", qty: buy ? qty : s.kind === "allocate" ? boardOf(now).lines.reduce((sum, line) => sum + line.proposed, 0) : 0, order_day: addDays(AS_OF, 1), arrival_day: buy ? addDays(AS_OF, s.lead) : null,
      unit_cost: s.cost, value: buy ? Math.round(qty * s.cost * 100) : null, purchase_uom: s.kind === "allocate" ? s.uom : PURCHASE, purchase_qty: round6(qty / s.pack), purchase_factor: s.pack,
      minimum: s.sender ? null : { amount: 100000, reached: 80000 + s.number * 9000 } },
    rank: now.rank, at_stake: now.at_stake, p0: s.p0, p1: s.p1, expected_short: round6(s.rate * 4), margin_per_unit: round6(s.cost * 0.4), confidence: now.confidence,
    confidence_low: now.confidence == null ? null : round6(now.confidence - 0.06), due_day: now.due_day, tier: now.tier, rule: "R2", rule_text: "value under 5,000.00 and confidence at least 90 %",
    policy: 12, terms: buy ? termsOf(s).concat(qty === s.qty ? [] : [{ code: "changed", label: "Changed by a person", qty: round6(qty - s.qty), inputs: [] }]) : [],
    options: buy ? [option("buy", s.qty, 210000, 0.04, 60000, "at the next truck"), option("wait", 0, 4500000, s.p1, s.loss, "until the next review"),
      option("expedite", s.onOrder || s.pack, 390000, 0.11, 180000, "the open line, 15 % dearer"), option("buy", s.qty + s.pack, 230000, 0.03, 45000, "one case more")]
      : s.kind === "fix-data" ? [{ verb: "fix", qty: 0, arrival_day: null, cost: null, p_out: null, loss: null, capital: null, chosen: true, note: "ask which unit was meant; until then nothing here is decided automatically" }] : [],
    projection: ["fix-data", "review"].includes(s.kind) ? null : projectionOf(s), facts: factsOf(s), model: { kind: s.rate < 6 ? "tsb" : "ses", runner_up: "croston-sba", version: "9f2c4e77ab01", engine: "0.1.0" },
    evidence: [{ row: 30000 + s.number, role: "stock" }, { row: 31000 + s.number, role: "po-line" }], input: "ab".repeat(32),
    flags: s.late > 8 ? ["lead-sensitive"] : s.number % 7 === 2 ? ["exceptional-demand"] : [], changes: [],
    ...(s.kind === "allocate" ? { board: boardOf(now) } : {}),
    ...(s.kind === "review" ? { members: [7, 8, 11].map((number, i) => ({ item: seedOf(number).item, place: s.place, times: 4.25 - i })) } : {}),
  };
}

/* mock-server.mjs [PORT] - stands in for the server: the same routes, errors and headers, an invented distributor, memory only.
 *
 * People: kim (planner), ana (approver), vic (viewer); the password is the name twice. Beside the API there is /mock/arrive?n=12 (new
 * cases), /mock/fail?method=GET&path=/queue&status=500 (such requests fail until /mock/mend) and /mock/other?id=1004 (somebody else decides). */
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { caseOf, lettersOf, rowOf, seedOf, shareRest } from "./fixtures.mjs";
import { flipsOf, tryOf, homeOf, itemOf, outcomeGroups, outcomesOf, supplierOf, suppliersOf, targetsOf, toldOf, whyOf } from "./fixtures-more.mjs";

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TYPES = { js: "text/javascript", css: "text/css", html: "text/html; charset=utf-8", svg: "image/svg+xml" };
const PEOPLE = { kim: "planner", ana: "approver", vic: "viewer" };
const CASES = 4321;
const VIEWS = { open: ["open"], approval: ["waiting-approval"], data: ["open", "waiting-approval", "accepted", "approved"], snoozed: ["snoozed"], done: ["accepted", "approved", "sent", "rejected", "closed"] };
const SORTS = { rank: "rank", stake: "at_stake", value: "value", p_out: "p_out", due: "due_day", item: "item", place: "place" };
const AFTER = { accept: (row) => (row.tier === "approval" ? "waiting-approval" : "accepted"), change: (row) => (row.tier === "approval" ? "waiting-approval" : "accepted"),
  reject: () => "rejected", snooze: () => "snoozed", approve: () => "approved", "send-back": () => "open", escalate: () => "waiting-approval" };

/** A path's segment as the code it stands for (src/api/http.h). */
const codeOf = (segment) => decodeURIComponent(segment).replace(/~([2-7][0-9A-F])/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

class Refusal extends Error { constructor(status, title, detail, hint = "") { super(detail); Object.assign(this, { status, title, hint }); } }

export function mockServer(dist) {
  const rows = Array.from({ length: CASES }, (_, number) => rowOf(number, number % 97 === 50 ? "waiting-approval" : number % 89 === 60 ? "snoozed" : "open"));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const decisions = new Map(), snapshots = new Map(), sessions = new Map(), commands = [], marked = new Set(), overrides = [], streams = new Set(), keys = new Map();
  const trouble = { fail: null };
  let log = 90000;

  function filtered(q) {
    const words = (q.get("f") ?? "").toLowerCase().split(/\s+/).filter(Boolean), view = q.get("view") ?? "open";
    return rows.filter((row) => VIEWS[view].includes(row.status) && (view !== "data" || row.kind === "fix-data")
      && ["kind", "place", "tier", "supplier"].every((name) => !q.get(name) || row[name] === q.get(name))
      && words.every((word) => `${row.item} ${row.description} ${row.place} ${row.supplier} ${row.title}`.toLowerCase().includes(word)));
  }
  function facets(list) {
    const count = (name) => list.reduce((found, row) => ({ ...found, [row[name]]: (found[row[name]] ?? 0) + 1 }), {});
    const tally = (name) => { const found = {}; for (const row of list) found[row[name]] = (found[row[name]] ?? 0) + 1; return found; };
    return list.length ? { kind: tally("kind"), place: tally("place"), tier: tally("tier") } : { kind: count("kind") };
  }
  function queue(q) {
    let kept = snapshots.get(Number(q.get("snapshot")));
    if (!kept) {
      const list = filtered(q), by = SORTS[q.get("sort") ?? "rank"], sign = q.get("dir") === "asc" ? 1 : -1;
      list.sort((a, b) => sign * ((a[by] ?? -1) < (b[by] ?? -1) ? -1 : (a[by] ?? -1) > (b[by] ?? -1) ? 1 : 0) || a.id - b.id);
      kept = { ids: list.map((row) => row.id), facets: facets(list) };
      snapshots.set(++log, kept);
      kept.id = log;
    }
    const offset = Number(q.get("offset") ?? 0), limit = Number(q.get("limit") ?? 200);
    return { snapshot: kept.id, total: kept.ids.length, offset, rows: kept.ids.slice(offset, offset + limit).map((id) => byId.get(id)), facets: kept.facets };
  }

  function apply(id, who, wish) {
    const row = byId.get(id), past = decisions.get(id) ?? [];
    if (!row) throw new Refusal(404, "Not found", `There is no case ${id}.`);
    if (row.row !== wish.row) throw new Refusal(409, "Changed", `changed by ${past.at(-1)?.by ?? "planning"} at 13:52`);
    if (["approve", "send-back"].includes(wish.verdict) && PEOPLE[who] !== "approver") throw new Refusal(403, "Not allowed", `${who} (${PEOPLE[who]}) may not approve`);
    if (["change", "reject", "send-back"].includes(wish.verdict) && !wish.reason) throw new Refusal(422, "Reason missing", "A reason is needed.");
    if (wish.verdict === "undo") {
      const last = past.filter((decision) => !decision.undone).at(-1);
      if (!last) throw new Refusal(409, "Nothing to undo", "No verdict stands.");
      last.undone = true;
      Object.assign(row, last.before);
    } else {
      past.push({ id: ++log, at: new Date().toISOString(), by: who, before: { status: row.status, action: row.action, value: row.value, qty: row.qty, shares: row.shares }, ...wish });
      row.status = AFTER[wish.verdict](row);
      if (wish.shares) row.shares = Object.fromEntries(wish.shares.split(",").map((share) => share.split("=").map(Number)));
      else if (wish.verdict === "change") Object.assign(row, { qty: wish.qty, action: `buy ${wish.qty}`, value: Math.round(wish.qty * seedOf(id - 1000).cost * 100) });
    }
    decisions.set(id, past);
    row.row = ++log;
    return row;
  }
  function detail(id, who) {
    const row = byId.get(id);
    if (!row) throw new Refusal(404, "Not found", `There is no case ${id}.`);
    return { case: caseOf(row), id, row: row.row, versions: [{ row: row.row, recorded: "2026-11-23T05:10:00Z", by: "planning", status: row.status }],
      decisions: (decisions.get(id) ?? []).map(({ before, id: row, reason = "", undone = false, ...decision }) => ({ ...decision, row, reason, undone })), command: null, may: mayOf(who, row) };
  }
  function mayOf(who, row) {
    const decides = { open: ["accept", "change", "escalate", "reject", "snooze"], snoozed: ["accept", "change", "escalate", "reject", "snooze"], accepted: ["change", "escalate", "reject", "undo"],
      "waiting-approval": ["change", "reject", "undo"], approved: ["undo"], rejected: ["undo"] }[row.status] ?? [];
    const approves = { "waiting-approval": ["approve", "send-back"], approved: ["send-back"] }[row.status] ?? [];
    const of = row.kind === "review" ? decides.filter((verdict) => !["accept", "escalate", "change"].includes(verdict)) : decides;
    return PEOPLE[who] === "viewer" ? [] : PEOPLE[who] === "planner" ? of : [...of, ...approves];
  }
  function groups() {
    const found = new Map();
    for (const row of rows) if (["accepted", "approved"].includes(row.status) && ["buy", "move", "allocate"].includes(row.kind)) {
      const from_place = seedOf(row.id - 1000).sender;
      const customers = row.kind === "allocate", key = (customers ? "" : row.supplier) + from_place + row.place, group = found.get(key) ?? { supplier: customers ? "" : row.supplier, customers, from_place, place: row.place, lines: 0, value: 0, currency: "USD", minimum: from_place ? null : 500000, by_rule: false, cases: [] };
      group.lines++; group.value += row.value ?? 0; group.cases.push(row);
      found.set(key, group);
    }
    return [...found.values()].sort((a, b) => b.value - a.value);
  }
  /** The open lines of a supplier at a place as one order: the first needs all of its quantity, the others are brought forward. */
  function proposal(supplier, place) {
    const lines = rows.filter((row) => row.kind === "buy" && row.status === "open" && row.supplier === supplier && row.place === place).slice(0, 12);
    if (!lines.length) throw new Refusal(404, "Not found", "nothing is proposed for that supplier and place");
    const value = lines.reduce((sum, row) => sum + row.value, 0), own = lines[0].value;
    return { supplier, place, currency: "USD", choice: "filled", reaches_minimum: true, lines: lines.length, value, open: lines.length, added_to: lines.length - 1, trucks: 1, fill_cost: 1234, wait_cost: 5678, truck_saving: 900,
      limits: [{ of: "value", unit: "USD", asked: value / 125, own: own / 100, filled: value / 100, truck: null, unknown: 0 },
        { of: "weight", unit: "kg", asked: null, own: 120, filled: 860, truck: 1000, unknown: 1 }],
      rows: lines.map((row, i) => { const qty = Number(row.action.split(" ")[1]); return { case: row.id, row: row.row, item: row.item, description: row.description, uom: row.uom, status: row.status, qty,
        own: i ? 0 : qty, added: i ? qty : 0, value: row.value, rank: row.rank, added_cost: i ? 55 : null, early_days: i ? 9 : 0, currency: "USD", title: row.title }; }) };
  }
  function take(who, wish) {
    const { rows: lines } = proposal(wish.supplier, wish.place);
    for (const line of lines) apply(line.case, who, { row: line.row, ...(wish["without-fill"] && !line.own ? { verdict: "reject", reason: "ordered without filling up" } : { verdict: "accept" }) });
    return { rows: lines.map((line) => ({ id: line.case, ok: true, row: byId.get(line.case).row, status: byId.get(line.case).status })) };
  }
  function send(who, wish) {
    if (PEOPLE[who] !== "approver") throw new Refusal(403, "Not allowed", `${who} (${PEOPLE[who]}) may not send`);
    const chosen = groups().filter((group) => wish.all || (wish.customers ? group.customers : wish.from ? group.from_place === wish.from : group.supplier === wish.supplier) && group.place === wish.place);
    if (!chosen.length) throw new Refusal(404, "Nothing to send", "Nothing is ready for that supplier and place.");
    const made = chosen.map((group) => {
      for (const row of group.cases) { row.status = "sent"; row.row = ++log; }
      return { command: ++log, row: ++log, reference: "SW-" + String(log).padStart(12, "0"), sent: new Date().toISOString(), sink: "erp-files", kind: group.customers ? "allocation" : group.from_place ? "transfer-order" : "purchase-order", supplier: group.supplier, from_place: group.from_place, place: group.place, order_day: "2026-11-24", currency: "USD",
        value: group.value, lines: group.cases.map((row, i) => ({ line: i + 1, case: row.id, item: row.item, qty: Number(row.action.split(" ")[1]), uom: row.uom, purchase_uom: "CS", purchase_qty: Number(row.action.split(" ")[1]) / seedOf(row.id - 1000).pack })),
        state: "acked", attempt: 1, external: "PO-" + log, error: "" };
    });
    commands.unshift(...made);
    return { rows: made, errors: [], left: 0 };
  }

  const departed = () => outcomesOf(rows.filter((row) => row.kind === "buy").slice(20, 30));
  const suppliers = [...new Set(rows.map((row) => row.supplier).filter(Boolean))].sort();
  const GET = {
    "/me": (c) => ({ user: c.who, role: PEOPLE[c.who], csrf: "token-" + c.who, policy: { row: 12, name: "shipped", currency: "USD" }, sample: true, stopped: false }),
    "/home": () => { const open = rows.filter((row) => row.status === "open"); return homeOf(open.length, open.reduce((sum, row) => sum + row.rank, 0), 38); },
    "/queue": (c) => queue(c.query), "/cases/:a": (c) => detail(Number(c.a), c.who), "/why/:a": (c) => whyOf(c.a),
    "/cases/:a/try": (c) => tryOf(detail(Number(c.a), c.who), Number(c.a), Number(c.query.get("qty"))),
    "/cases/:a/flips": (c) => { const { case: one, row } = detail(Number(c.a), c.who); return flipsOf(one, Number(c.a), row); },
    "/cases/:a/shares": (c) => { const board = detail(Number(c.a), c.who).case.board; return { rows: shareRest(board, c.query.get("locked") ?? ""), letters: lettersOf(board) }; },
    "/cases/:a/like": () => { const past = departed(); return { rows: past.slice(0, 3), ways: outcomeGroups(past, "way") }; },
    "/outcomes": () => ({ total: 10, rows: departed() }), "/outcomes/by/:a": (c) => ({ rows: outcomeGroups(departed(), c.a === "person" ? "by" : c.a) }),
    "/outcomes/rules": () => ({ rows: [{ ...outcomeGroups(departed(), "reason").find((group) => group.name === "truck is full"), tier: "A", way: "cut", key: "service.by_tier", text: "less was ordered than proposed, and it paid: try a lower service target for this tier" }] }),
    "/targets": (c) => targetsOf(c.query),
    "/orders": (c) => { const shown = commands.filter((command) => !c.query.get("state") || command.state === c.query.get("state"));
      return { groups: groups(), stopped: false, proposed: [], proposed_total: 0, commands: shown, commands_total: shown.length }; },
    "/orders/proposal": (c) => proposal(c.query.get("supplier"), c.query.get("place")),
    "/items": (c) => { const list = filtered(new URLSearchParams({ f: c.query.get("f") ?? "" })); return { total: list.length, rows: list.slice(0, 200).map((row) => { const s = seedOf(row.id - 1000);
      return { item: row.item, place: row.place, description: row.description, tier: "A", on_hand: s.onHand, on_order: s.onOrder, position: s.onHand + s.onOrder, mean_day: s.rate, cover_days: Math.round(s.onHand / s.rate), p_out: s.p1, stock_value: Math.round(s.onHand * s.cost * 100) }; }) }; },
    "/suppliers": () => suppliersOf(suppliers),
    "/suppliers/:a": (c) => { const number = suppliers.indexOf(c.a); if (number < 0) throw new Refusal(404, "Not found", `there is no supplier "${c.a}"`); return supplierOf(c.a, number, rows.filter((row) => row.supplier === c.a)); },
    "/items/:a/:b/told": (c) => toldOf(rows.find((row) => row.item === c.a && row.place === c.b)),
    "/items/:a/:b": (c) => { const row = rows.find((other) => other.item === c.a && other.place === c.b); if (!row) throw new Refusal(404, "Not found", `${c.a} is not kept at ${c.b}.`); return itemOf(row, rows, marked, overrides.filter((one) => one.item === c.a && one.place === c.b)); },
  };
  const POST = {
    "/logout": (c) => { sessions.delete(c.session); return {}; },
    "/cases/:a/decide": (c) => apply(Number(c.a), c.who, c.body),
    "/cases/:a/event": (c) => apply(Number(c.a), c.who, { row: c.body.row, verdict: "accept", reason: `${c.body.as}${c.body.to ? ` until ${c.body.to}` : ""}` }),
    "/cases/decide": (c) => { const { cases, ...wish } = c.body; return { rows: cases.map(({ id, row }) => { try { return { id, ok: true, row: apply(id, c.who, { ...wish, row }).row, status: byId.get(id).status }; } catch (error) { return { id, ok: false, error: error.message }; } }) }; },
    "/orders/accept": (c) => take(c.who, c.body),
    "/orders/send": (c) => send(c.who, c.body),
    "/overrides": (c) => { overrides.push({ row: ++log, doc: `OV-${log}`, item: c.body.item, place: c.body.place, from: c.body.from, to: c.body.to, factor: Number(c.body.factor ?? 2), units: c.body.qty !== undefined, reason: c.body.reason }); return { row: log, outcome: "new" }; },
    "/overrides/:a/clear": (c) => { overrides.splice(overrides.findIndex((one) => one.row === Number(c.a)), 1); return { row: ++log, outcome: "corrected" }; },
    "/items/:a/:b/exceptional": (c) => { if (c.body.mark) marked.add(c.body.row); else marked.delete(c.body.row); return { ok: true }; },
  };
  const MOCK = {
    arrive: (q) => { for (const stream of streams) stream.write(`event: step\ndata: ${JSON.stringify({ step: ++log, new: Number(q.get("n")), changed: 3 })}\n\n`); },
    fail: (q) => { trouble.fail = { method: q.get("method"), path: q.get("path"), status: Number(q.get("status")) }; },
    mend: () => { trouble.fail = null; },
    other: (q) => { const row = byId.get(Number(q.get("id"))); apply(row.id, "ana", { row: row.row, verdict: "reject", reason: "budget" }); },
  };

  function find(table, path) {
    for (const [pattern, run] of Object.entries(table)) {
      const names = {}, wanted = pattern.split("/"), given = path.split("/");
      if (wanted.length === given.length && wanted.every((part, i) => part === given[i] || part.startsWith(":") && (names[part.slice(1)] = codeOf(given[i])))) return { run, names };
    }
    return null;
  }
  function answer(response, status, type, bytes, more = {}) {
    response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
      "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store", ...more });
    response.end(bytes);
  }
  function file(response, path) {
    const name = path.startsWith("/assets/") ? path.slice(8) : "index.html";
    if (name.includes("/") || !readdirSync(dist).includes(name)) return answer(response, 404, "text/plain", "no such file");
    answer(response, 200, TYPES[name.split(".").pop()], gzipSync(readFileSync(`${dist}/${name}`)), { "Content-Encoding": "gzip" });
  }
  async function api(request, response, url) {
    const path = url.pathname.slice("/api/v1".length), cookie = /stockwright=(\w+)/.exec(request.headers.cookie ?? "")?.[1], who = sessions.get(cookie);
    let text = "";
    for await (const piece of request) text += piece;
    if (trouble.fail?.method === request.method && path.startsWith(trouble.fail.path)) throw new Refusal(trouble.fail.status, "Broken on purpose", "The store did not answer.");
    if (path === "/login" && request.method === "POST") {
      const { name, password } = JSON.parse(text);
      if (!PEOPLE[name] || password !== name + name) throw new Refusal(401, "Not signed in", "Name or password is wrong.");
      const token = "s" + ++log + Math.floor(Math.random() * 1e9);
      sessions.set(token, name);
      return answer(response, 200, "application/json", JSON.stringify({ user: name, role: PEOPLE[name], csrf: "token-" + name }), { "Set-Cookie": `stockwright=${token}; Path=/; HttpOnly; SameSite=Strict` });
    }
    if (!who) throw new Refusal(401, "Not signed in", "Sign in first.");
    if (path === "/changes") { response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store", "Content-Security-Policy": CSP }); response.write(": here\n\n"); streams.add(response); request.on("close", () => streams.delete(response)); return; }
    const exported = /^\/export\/queue\.(csv|xlsx)$/.exec(path);
    if (exported) return answer(response, 200, exported[1] === "csv" ? "text/csv" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      ["id,item,place,action", ...filtered(url.searchParams).map((row) => [row.id, row.item, row.place, row.action].join(","))].join("\r\n"), { "Content-Disposition": `attachment; filename="queue.${exported[1]}"` });
    const found = find(request.method === "POST" ? POST : GET, path);
    if (!found) throw new Refusal(404, "Not found", "There is no such route.");
    if (request.method === "POST" && request.headers["x-csrf-token"] !== "token-" + who) throw new Refusal(403, "Not allowed", "The CSRF token is missing.");
    const key = request.headers["idempotency-key"];
    const result = keys.get(key) ?? found.run({ who, session: cookie, query: url.searchParams, body: text ? JSON.parse(text) : {}, ...found.names });
    if (key) keys.set(key, result);
    answer(response, 200, "application/json", JSON.stringify(result));
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://mock");
    if (url.pathname.startsWith("/mock/")) { MOCK[url.pathname.slice(6)](url.searchParams); return answer(response, 200, "text/plain", "done"); }
    if (!url.pathname.startsWith("/api/v1")) return file(response, url.pathname);
    api(request, response, url).catch((error) => {
      answer(response, error.status ?? 500, "application/problem+json", JSON.stringify({ type: "about:blank", title: error.title ?? "Failed", status: error.status ?? 500, detail: error.message, hint: error.hint ?? "", instance: "/errors/" + ++log }));
    });
  });
  return { server, close: () => { for (const stream of streams) stream.end(); server.close(); server.closeAllConnections?.(); } };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { server } = mockServer(new URL("../../web/dist", import.meta.url).pathname);
  server.listen(Number(process.argv[2] ?? 8081), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
}

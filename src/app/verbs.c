#include "app/verbs.h"

#define END { NULL, 0, 0, false, NULL }
#define ID { "id", ARG_INT, ARG_POSITION, true, "case id" }
#define SEEN { "row", ARG_INT, ARG_OPTION, false, "the case row you saw; refused when somebody changed it since" }
#define REASON { "reason", ARG_TEXT, ARG_OPTION, false, "why, for the record" }

/* ---- arguments ---------------------------------------------------------------------------------------------------- */

static const Arg demo_args[] = {
    { "directory", ARG_PATH, ARG_OPTION, false, "where the sample distributor lives; demo" },
    { "seed", ARG_INT, ARG_OPTION, false, "another company; 1" },
    { "scale", ARG_DECIMAL, ARG_OPTION, false, "1 is 12,000 items in five warehouses; 0.25" },
    { "end", ARG_DAY, ARG_OPTION, false, "the company's last day; yesterday" },
    { "listen", ARG_TEXT, ARG_OPTION, false, "HOST:PORT; 127.0.0.1:8080" },
    { "reset", ARG_FLAG, ARG_OPTION, false, "remove the directory and make it anew" },
    { "rm", ARG_FLAG, ARG_OPTION, false, "remove the directory and stop" },
    { "no-serve", ARG_FLAG, ARG_OPTION, false, "make and plan it, do not serve" },
    END,
};
static const Arg serve_args[] = {
    { "listen", ARG_TEXT, ARG_OPTION, false, "HOST:PORT; 127.0.0.1:8080" },
    { "watch", ARG_PATH, ARG_OPTION, false, "import what lands in this folder" },
    END,
};
static const Arg init_args[] = {
    { "policy", ARG_PATH, ARG_OPTION, false, "policy file to begin with; the shipped one without any automatic tier" },
    END,
};
static const Arg directory_args[] = { { "directory", ARG_PATH, ARG_POSITION, true, "where the copy is" }, END };
static const Arg shell_args[] = { { "shell", ARG_TEXT, ARG_POSITION, true, "bash, zsh or fish" }, END };
static const Arg topic_args[] = { { "topic", ARG_TEXT, ARG_POSITION, false, "a command" }, END };
static const Arg check_args[] = {
    { "what", ARG_TEXT, ARG_POSITION, false, "store, freshness or queue; all" },
    END,
};

static const Arg queue_args[] = {
    { "f", ARG_TEXT, ARG_OPTION, false, "words that must occur in item, place, supplier or title" },
    { "view", ARG_TEXT, ARG_OPTION, false, "open, approval, accepted, snoozed, done, data or all" },
    { "kind", ARG_TEXT, ARG_OPTION, false, "buy, move, excess, fix-data or review" },
    { "place", ARG_TEXT, ARG_OPTION, false, "place code" },
    { "supplier", ARG_TEXT, ARG_OPTION, false, "supplier code" },
    { "tier", ARG_TEXT, ARG_OPTION, false, "auto, review or approval" },
    { "sort", ARG_TEXT, ARG_OPTION, false, "rank, stake, value, p_out, due, opened, item or place" },
    { "dir", ARG_TEXT, ARG_OPTION, false, "asc or desc" },
    { "offset", ARG_INT, ARG_OPTION, false, "rows to skip" },
    { "limit", ARG_INT, ARG_OPTION, false, "rows to show; 50" },
    { "snapshot", ARG_INT, ARG_OPTION, false, "keep the order of an earlier answer" },
    END,
};
static const Arg case_args[] = { ID, END };
static const Arg try_args[] = { ID, { "qty", ARG_DECIMAL, ARG_OPTION, true, "base units" }, END };
static const Arg accept_args[] = { ID, SEEN, REASON, END };
#define SHARES { "shares", ARG_TEXT, ARG_OPTION, false, "ROW=QTY,ROW=QTY: of an allocation, the order lines that get another quantity" }
static const Arg shares_args[] = { ID, { "locked", ARG_TEXT, ARG_OPTION, false, "ROW=QTY,ROW=QTY: these lines get so much, the others share the rest by the board's rule" }, END };
static const Arg change_args[] = {
    ID, SEEN,
    { "qty", ARG_DECIMAL, ARG_OPTION, false, "base units" },
    SHARES,
    { "order_day", ARG_DAY, ARG_OPTION, false, "order on this day" },
    { "reason", ARG_TEXT, ARG_OPTION, true, "why, for the record" },
    END,
};
static const Arg reject_args[] = { ID, SEEN, { "reason", ARG_TEXT, ARG_OPTION, true, "why, for the record" }, END };
static const Arg snooze_args[] = { ID, SEEN, { "until", ARG_DAY, ARG_OPTION, true, "comes back on this day" }, REASON, END };
static const Arg decide_args[] = {
    ID, SEEN,
    { "verdict", ARG_TEXT, ARG_OPTION, true, "accept, change, reject, snooze, approve, send-back, undo or escalate" },
    { "qty", ARG_DECIMAL, ARG_OPTION, false, "base units" },
    SHARES,
    { "order_day", ARG_DAY, ARG_OPTION, false, "order on this day" },
    { "until", ARG_DAY, ARG_OPTION, false, "snooze until this day" },
    REASON, END,
};
static const Arg decide_many_args[] = {
    { "cases", ARG_JSON, ARG_BODY, true, "[{\"id\",\"row\"}]" },
    { "verdict", ARG_TEXT, ARG_OPTION, true, "accept, reject, snooze, approve, send-back, undo or escalate" },
    { "until", ARG_DAY, ARG_OPTION, false, "snooze until this day" },
    REASON, END,
};
static const Arg why_args[] = { { "id", ARG_TEXT, ARG_POSITION, true, "a row, case/ID, item/SKU@PLACE, command/KEY or SW-reference" }, END };

static const Arg orders_args[] = { { "state", ARG_TEXT, ARG_OPTION, false, "only commands in this state" }, END };
static const Arg orders_proposal_args[] = {
    { "supplier", ARG_TEXT, ARG_OPTION, true, "supplier code" }, { "place", ARG_TEXT, ARG_OPTION, true, "receiving place" }, END };
static const Arg orders_accept_args[] = {
    { "supplier", ARG_TEXT, ARG_OPTION, true, "supplier code" },
    { "place", ARG_TEXT, ARG_OPTION, true, "receiving place" },
    { "without-fill", ARG_FLAG, ARG_OPTION, false, "only what the lines need for themselves" },
    END,
};
static const Arg orders_send_args[] = {
    { "supplier", ARG_TEXT, ARG_OPTION, false, "supplier code" },
    { "from", ARG_TEXT, ARG_OPTION, false, "place of ours that sends, instead of a supplier" },
    { "place", ARG_TEXT, ARG_OPTION, false, "receiving place" },
    { "customers", ARG_FLAG, ARG_OPTION, false, "what customers of the place get of what is short" },
    { "all", ARG_FLAG, ARG_OPTION, false, "every group that is ready" },
    END,
};
static const Arg held_args[] = {
    { "command", ARG_INT, ARG_POSITION, true, "the order's command id" },
    { "checked-absent", ARG_FLAG, ARG_OPTION, false, "you looked: the other system does not have it" },
    END,
};
static const Arg reason_args[] = { { "reason", ARG_TEXT, ARG_OPTION, true, "why, for the record" }, END };

static const Arg import_args[] = {
    { "file", ARG_PATH, ARG_POSITION, true, "CSV or JSON Lines" },
    { "map", ARG_TEXT, ARG_OPTION, true, "mapping file, or the name of a standard map such as standard/order-lines" },
    { "source", ARG_TEXT, ARG_OPTION, false, "source system, where the map names none" },
    { "atomic", ARG_TEXT, ARG_OPTION, false, "row or file; overrides the map" },
    { "set", ARG_TEXT, ARG_OPTION, false, "name=value,... for what the map calls given" },
    { "dry-run", ARG_FLAG, ARG_OPTION, false, "show what rows would become, write nothing" },
    { "accept-held", ARG_FLAG, ARG_OPTION, false, "let a file pass that the breaker held" },
    END,
};
static const Arg retract_args[] = {
    { "document", ARG_INT, ARG_POSITION, true, "row of the import" },
    { "reason", ARG_TEXT, ARG_OPTION, true, "why, for the record" },
    END,
};

static const Arg plan_args[] = {
    { "as-of", ARG_DAY, ARG_OPTION, false, "plan with only what was known at the end of this day; writes no cases" },
    { "proposals", ARG_PATH, ARG_OPTION, false, "write one row per item-place to this CSV file; writes no cases" },
    { "policy", ARG_PATH, ARG_OPTION, false, "policy file for --as-of and --proposals" },
    END,
};
static const Arg forecast_args[] = {
    { "horizon", ARG_INT, ARG_OPTION, false, "periods ahead; 13" },
    { "quantiles", ARG_TEXT, ARG_OPTION, false, "shares, comma separated; 0.1,0.5,0.9" },
    { "as-of", ARG_DAY, ARG_OPTION, false, "with only what was known at the end of this day" },
    { "policy", ARG_PATH, ARG_OPTION, false, "policy file, for its bucket" },
    { "to", ARG_PATH, ARG_OPTION, false, "file to write; standard output" },
    END,
};
static const Arg backtest_args[] = {
    { "from", ARG_DAY, ARG_OPTION, false, "first review; 26 weeks before the end of history" },
    { "periods", ARG_INT, ARG_OPTION, false, "periods to walk; to the end of history" },
    { "warm", ARG_INT, ARG_OPTION, false, "first periods that are walked, not counted; 2" },
    { "review", ARG_INT, ARG_OPTION, false, "periods between reviews; 1" },
    { "lead", ARG_INT, ARG_OPTION, false, "days every order takes; each lane's own" },
    { "start-stock", ARG_DECIMAL, ARG_OPTION, false, "begin with so many periods' forecast in stock; real stock" },
    { "start-pipeline", ARG_DECIMAL, ARG_OPTION, false, "and so many in each period of the pipeline; real orders" },
    { "policy", ARG_PATH, ARG_OPTION, false, "policy file; the one in force" },
    { "html", ARG_PATH, ARG_OPTION, false, "write a report with charts to this file" },
    { "proposals", ARG_PATH, ARG_OPTION, false, "write what was proposed at each review to DAY.csv in this folder" },
    END,
};
static const Arg targets_args[] = {
    { "fill", ARG_DECIMAL, ARG_OPTION, false, "wanted service of all order lines, 0 to 1: the least stock for it" },
    { "budget", ARG_DECIMAL, ARG_OPTION, false, "or the most mean stock, in money: the best service for it" },
    { "least", ARG_TEXT, ARG_OPTION, false, "promised to tiers of items: key=0.99,A=0.97" },
    { "as-of", ARG_DAY, ARG_OPTION, false, "with only what was known at the end of this day" },
    { "policy", ARG_PATH, ARG_OPTION, false, "policy file; the one in force" },
    { "offset", ARG_INT, ARG_OPTION, false, "rows to skip" },
    { "limit", ARG_INT, ARG_OPTION, false, "rows to show; 50" },
    END,
};
static const Arg replay_args[] = {
    { "id", ARG_TEXT, ARG_POSITION, true, "a decision, case or case row" },
    { "now", ARG_FLAG, ARG_OPTION, false, "what today's engine would do instead" },
    END,
};
static const Arg item_args[] = {
    { "item", ARG_TEXT, ARG_POSITION, true, "item code, or ITEM@PLACE" },
    { "place", ARG_TEXT, ARG_POSITION, false, "place code" },
    END,
};
static const Arg items_args[] = {
    { "f", ARG_TEXT, ARG_OPTION, false, "words that must occur in code or description" },
    { "offset", ARG_INT, ARG_OPTION, false, "rows to skip" },
    { "limit", ARG_INT, ARG_OPTION, false, "rows to show; 50" },
    END,
};
static const Arg supplier_args[] = { { "supplier", ARG_TEXT, ARG_POSITION, true, "supplier code" }, END };
static const Arg exceptional_args[] = {
    { "item", ARG_TEXT, ARG_POSITION, true, "item code" },
    { "place", ARG_TEXT, ARG_POSITION, true, "place code" },
    { "row", ARG_INT, ARG_OPTION, true, "the row of the order line or the receipt" },
    { "mark", ARG_FLAG, ARG_OPTION, false, "false takes the mark away; true" },
    REASON, END,
};

static const Arg event_args[] = {
    ID, SEEN,
    { "as", ARG_TEXT, ARG_OPTION, true, "event, one-off or new-level" },
    { "to", ARG_DAY, ARG_OPTION, false, "event: its last day; a week from now" },
    { "factor", ARG_DECIMAL, ARG_OPTION, false, "event: times the forecast; of each item-place as it was seen" },
    REASON, END,
};
static const Arg override_put_args[] = {
    { "item", ARG_TEXT, ARG_OPTION, false, "item code" },
    { "place", ARG_TEXT, ARG_OPTION, false, "place code" },
    { "group", ARG_TEXT, ARG_OPTION, false, "item group, or region of places" },
    { "from", ARG_DAY, ARG_OPTION, false, "first day; tomorrow" },
    { "to", ARG_DAY, ARG_OPTION, true, "last day: it ends by itself" },
    { "factor", ARG_DECIMAL, ARG_OPTION, false, "times the forecast" },
    { "qty", ARG_DECIMAL, ARG_OPTION, false, "or units for all its days together, of one item at one place" },
    { "reason", ARG_TEXT, ARG_OPTION, true, "why, for the record" },
    END,
};
static const Arg override_clear_args[] = { { "row", ARG_INT, ARG_POSITION, true, "row of the override" }, REASON, END };

static const Arg model_train_args[] = { { "as-of", ARG_DAY, ARG_OPTION, false, "teach with what was known at the end of this day; now" }, END };
static const Arg model_teach_args[] = {
    { "folder", ARG_PATH, ARG_POSITION, true, "folder of the lesson: what is there already is gone on with" },
    { "as-of", ARG_DAY, ARG_OPTION, false, "teach with what was known at the end of this day; now" },
    END,
};
static const Arg model_args[] = { { "row", ARG_INT, ARG_POSITION, true, "the model's row" }, END };

static const Arg confidence_fit_args[] = {
    { "days", ARG_INT, ARG_OPTION, false, "how many days of the past are looked at; 9" },
    { "between", ARG_INT, ARG_OPTION, false, "days between two of them; 13" },
    { "as-of", ARG_DAY, ARG_OPTION, false, "with what was known at the end of this day; now" },
    { "dry-run", ARG_FLAG, ARG_OPTION, false, "show it, write nothing" },
    END,
};

static const Arg policy_args[] = { { "shipped", ARG_FLAG, ARG_OPTION, false, "the file a new store begins with" }, END };
static const Arg policy_file_args[] = { { "file", ARG_PATH, ARG_POSITION, true, "policy file (JSON)" }, END };
static const Arg policy_choose_args[] = {
    { "f", ARG_TEXT, ARG_OPTION, false, "only item-places whose item or place code holds this" },
    { "dry-run", ARG_FLAG, ARG_OPTION, false, "show it, write nothing" },
    { "as-of", ARG_DAY, ARG_OPTION, false, "with what was known at the end of this day; now" },
    { "offset", ARG_INT, ARG_OPTION, false, "rows to skip" },
    { "limit", ARG_INT, ARG_OPTION, false, "rows to show; 50" },
    END,
};
static const Arg page_args[] = {
    { "offset", ARG_INT, ARG_OPTION, false, "rows to skip" },
    { "limit", ARG_INT, ARG_OPTION, false, "rows to show; 50" },
    END,
};
static const Arg outcomes_by_args[] = { { "by", ARG_TEXT, ARG_POSITION, true, "person, reason, tier, supplier or way" }, END };
static const Arg user_add_args[] = {
    { "name", ARG_TEXT, ARG_POSITION, true, "letters, digits and . _ - @" },
    { "role", ARG_TEXT, ARG_OPTION, true, "viewer, planner, approver or admin" },
    { "password_file", ARG_PATH, ARG_OPTION, false, "file with the password; a random one is shown once" },
    END,
};
static const Arg user_change_args[] = {
    { "name", ARG_TEXT, ARG_POSITION, true, "whose" },
    { "role", ARG_TEXT, ARG_OPTION, false, "viewer, planner, approver or admin" },
    { "disabled", ARG_FLAG, ARG_OPTION, false, "may no longer sign in" },
    END,
};
static const Arg user_password_args[] = {
    { "name", ARG_TEXT, ARG_POSITION, true, "whose" },
    { "password_file", ARG_PATH, ARG_OPTION, false, "file with the password; a random one is shown once" },
    END,
};

/* ---- the table ------------------------------------------------------------------------------------------------------ */

enum { LOCAL = VERB_LOCAL | VERB_NO_STORE, OWNER = VERB_WRITES | VERB_OWNER, TURN = VERB_LONG | VERB_WRITES };

const Verb verbs[] = {
    { "demo", NULL, NULL, MAY_SEE, LOCAL, demo_args, verb_demo, "make a sample distributor, plan it, serve the workbench",
      "  stockwright demo\n  stockwright demo --seed 7 --scale 0.1 --directory other\n  stockwright demo --rm\n", NULL },
    { "init", NULL, NULL, MAY_RULE, LOCAL, init_args, verb_init, "create an empty store",
      "  stockwright init --store stock\n", NULL },
    { "serve", NULL, NULL, MAY_SEE, LOCAL, serve_args, verb_serve, "serve the workbench and the API, plan and send",
      "  stockwright serve --store stock --listen 127.0.0.1:8080 --watch inbox\n", NULL },
    { "import", "POST", "/imports", MAY_IMPORT, OWNER | TURN, import_args, verb_import, "take a file in through a mapping",
      "  stockwright import orders.csv --map standard/order-lines\n  stockwright import orders.csv --map orders.json --dry-run\n", NULL },
    { "import list", "GET", "/imports", MAY_SEE, 0, NULL, verb_imports, "what was taken in", NULL,
      "document,recorded,source,name,map,bytes,by" },
    { "import retract", "POST", "/imports/:document/retract", MAY_RULE, TURN, retract_args, verb_retract,
      "take a whole import back: its facts no longer count", NULL, NULL },
    { "plan", "POST", "/plan", MAY_IMPORT, OWNER | TURN, plan_args, verb_plan, "one planning step; or a look at another day",
      "  stockwright plan\n  stockwright plan --as-of 2026-03-02 --proposals week.csv\n", NULL },

    { "me", "GET", "/me", MAY_SEE, 0, NULL, verb_me, "who is asking and what holds", NULL, NULL },
    { "home", "GET", "/home", MAY_SEE, VERB_PLANNED, NULL, verb_home, "the morning page: what ties out, what is late, what waits", NULL, NULL },
    { "queue", "GET", "/queue", MAY_SEE, 0, queue_args, verb_queue, "open cases, best first",
      "  stockwright queue --kind buy --place DFW --limit 20\n  stockwright queue -o json --fields id,item,rank\n",
      "id,rank,at_stake,kind,tier,item,place,title,action,p_out,confidence,due_day" },
    { "queue show", "GET", "/cases/:id", MAY_SEE, 0, case_args, verb_case, "one case with its versions and decisions", NULL, NULL },
    { "queue flips", "GET", "/cases/:id/flips", MAY_SEE, VERB_PLANNED | VERB_SLOW, case_args, verb_flips, "the smallest change of each input that changes the answer",
      "  stockwright queue flips 4711\n", "becomes,text,input,from,to,qty,tier" },
    { "queue shares", "GET", "/cases/:id/shares", MAY_SEE, 0, shares_args, verb_shares, "of an allocation: what each order line gets, and a text for every customer",
      "  stockwright queue shares 4711\n  stockwright queue shares 4711 --locked 61001=15\n", "customer,tier,order,line,need_day,requested,minimum,proposed,first_come,pro_rata,contract_first,margin_aware,row" },
    { "queue try", "GET", "/cases/:id/try", MAY_SEE, VERB_PLANNED, try_args, verb_try, "what another quantity would do, beside the one proposed",
      "  stockwright queue try 4711 --qty 240\n", "verb,qty,arrival_day,p_out,loss,cost,capital" },
    { "queue like", "GET", "/cases/:id/like", MAY_SEE, VERB_PLANNED | VERB_SLOW, case_args, verb_like, "earlier decisions on the same item and supplier that departed from what was proposed, and what became of them",
      "  stockwright queue like 4711\n", "case,day,by,way,reason,item,place,proposed,decided,state,gain" },
    { "queue decide", "POST", "/cases/:id/decide", MAY_SEE, VERB_WRITES, decide_args, verb_decide, "give a verdict", NULL, NULL },
    { "queue decide-many", "POST", "/cases/decide", MAY_SEE, VERB_WRITES, decide_many_args, verb_decide_many, "one verdict on many cases", NULL, NULL },
    { "queue accept", "POST", "/cases/:id/accept", MAY_DECIDE, VERB_WRITES, accept_args, verb_accept, "do as proposed",
      "  stockwright queue accept 4711 --user kim\n", NULL },
    { "queue change", "POST", "/cases/:id/change", MAY_DECIDE, VERB_WRITES, change_args, verb_change, "do it with another quantity or day", NULL, NULL },
    { "queue reject", "POST", "/cases/:id/reject", MAY_DECIDE, VERB_WRITES, reject_args, verb_reject, "do not do it", NULL, NULL },
    { "queue snooze", "POST", "/cases/:id/snooze", MAY_DECIDE, VERB_WRITES, snooze_args, verb_snooze, "ask again later", NULL, NULL },
    { "queue approve", "POST", "/cases/:id/approve", MAY_APPROVE, VERB_WRITES, accept_args, verb_approve, "the second pair of eyes says yes", NULL, NULL },
    { "queue send-back", "POST", "/cases/:id/send-back", MAY_APPROVE, VERB_WRITES, reject_args, verb_send_back, "the second pair of eyes says no", NULL, NULL },
    { "queue undo", "POST", "/cases/:id/undo", MAY_DECIDE, VERB_WRITES, accept_args, verb_undo, "take the last verdict back", NULL, NULL },
    { "queue escalate", "POST", "/cases/:id/escalate", MAY_DECIDE, VERB_WRITES, reject_args, verb_escalate, "ask for an approver", NULL, NULL },
    { "queue event", "POST", "/cases/:id/event", MAY_DECIDE, VERB_WRITES | VERB_PLANNED, event_args, verb_event, "say what the odd demand of many items is",
      "  stockwright queue event 4711 --as event --to 2026-12-06 --user kim\n", NULL },
    { "why", "GET", "/why/:id", MAY_SEE, 0, why_args, verb_why, "the chain from a number back to the bytes it rests on",
      "  stockwright why 4711\n  stockwright why item/AX-1180@DFW\n  stockwright why SW-3f9a01c2d4e5\n", NULL },
    { "export queue", "GET", "/export/queue.csv", MAY_SEE, VERB_FILE | VERB_SLOW, queue_args, verb_export_queue_csv, "the whole filter as CSV", NULL, NULL },
    { "export queue-xlsx", "GET", "/export/queue.xlsx", MAY_SEE, VERB_FILE | VERB_SLOW, queue_args, verb_export_queue_xlsx, "the whole filter as a workbook",
      "  stockwright export queue-xlsx --kind buy > buys.xlsx\n", NULL },

    { "orders", "GET", "/orders", MAY_SEE, 0, orders_args, verb_orders, "what is ready per supplier or sender and place, what was sent", NULL, NULL },
    { "orders proposal", "GET", "/orders/proposal", MAY_SEE, 0, orders_proposal_args, verb_orders_proposal,
      "all that a place would buy from a supplier, as one order", "  stockwright orders proposal --supplier S-12 --place DFW\n", NULL },
    { "orders accept", "POST", "/orders/accept", MAY_DECIDE, VERB_WRITES, orders_accept_args, verb_orders_accept, "accept its open lines, with or without what fills it up",
      "  stockwright orders accept --supplier S-12 --place DFW --user kim\n", NULL },
    { "orders send", "POST", "/orders/send", MAY_SEND, VERB_WRITES, orders_send_args, verb_orders_send, "turn accepted cases into orders and send them",
      "  stockwright orders send --supplier S-12 --place DFW --user kim\n", NULL },
    { "orders pump", "POST", "/orders/pump", MAY_SEND, VERB_WRITES, NULL, verb_orders_pump, "send what waits, look up what is unknown", NULL, NULL },
    { "orders release", "POST", "/orders/:command/release", MAY_SEND, VERB_WRITES, held_args, verb_orders_release, "send a held order after all", NULL, NULL },
    { "orders cancel", "POST", "/orders/:command/cancel", MAY_SEND, VERB_WRITES, held_args, verb_orders_cancel, "give an order up that was not acknowledged", NULL, NULL },
    { "stop", "POST", "/stop", MAY_STOP, VERB_WRITES, reason_args, verb_stop, "nothing is sent from now on", NULL, NULL },
    { "stop release", "POST", "/stop/release", MAY_RULE, VERB_WRITES, reason_args, verb_release, "sending may go on", NULL, NULL },

    { "item", "GET", "/items/:item/:place", MAY_SEE, VERB_PLANNED, item_args, verb_item, "one item at one place: position, projection, demand, supply",
      "  stockwright item AX-1180@DFW -o json\n", NULL },
    { "item told", "GET", "/items/:item/:place/told", MAY_SEE, VERB_PLANNED | VERB_SLOW, item_args, verb_item_told, "what was expected of past weeks, beside what came",
      "  stockwright item told AX-1180@DFW\n", "from,came,at_least,told_1,told_4,told_8,told_8_p10,told_8_p90" },
    { "items", "GET", "/items", MAY_SEE, VERB_PLANNED, items_args, verb_items, "item-places with stock, cover and risk", NULL,
      "item,place,description,tier,on_hand,on_order,position,mean_day,cover_days,p_out,stock_value" },
    { "item exceptional", "POST", "/items/:item/:place/exceptional", MAY_DECIDE, VERB_WRITES, exceptional_args, verb_exceptional,
      "mark a one-off sale out of the history", NULL, NULL },
    { "override ls", "GET", "/overrides", MAY_SEE, VERB_PLANNED, NULL, verb_overrides, "what planners put over the forecast, and what became of it", NULL,
      "row,state,item,place,group,from,to,factor,qty,without,with,happened,better,reason,by" },
    { "outcomes", "GET", "/outcomes", MAY_SEE, VERB_PLANNED | VERB_SLOW, page_args, verb_outcomes, "what became of orders that planners changed, declined or put off (the newest 2,000), beside what was proposed",
      "  stockwright outcomes --limit 20\n", "case,day,by,way,reason,item,place,proposed,decided,state,cost_proposed,cost_decided,gain" },
    { "outcomes by", "GET", "/outcomes/by/:by", MAY_SEE, VERB_PLANNED | VERB_SLOW, outcomes_by_args, verb_outcomes_by, "the same added up: how many helped, and what they saved",
      "  stockwright outcomes by reason\n", "name,decisions,seen_through,helped,gain,gain_each,gain_se" },
    { "outcomes rules", "GET", "/outcomes/rules", MAY_SEE, VERB_PLANNED | VERB_SLOW, NULL, verb_outcomes_rules, "reasons that saved money again and again, and what of the policy could learn from them",
      NULL, "name,tier,way,seen_through,helped,gain,gain_each,gain_se,key,text" },
    { "override put", "POST", "/overrides", MAY_DECIDE, VERB_WRITES, override_put_args, verb_override_put, "a factor or units over the forecast, from day to day",
      "  stockwright override put --item 0042 --to 2026-12-06 --factor 2 --reason fair\n", NULL },
    { "override clear", "POST", "/overrides/:row/clear", MAY_DECIDE, VERB_WRITES, override_clear_args, verb_override_clear, "take an override away again", NULL, NULL },
    { "supplier ls", "GET", "/suppliers", MAY_SEE, VERB_PLANNED | VERB_SLOW, NULL, verb_suppliers, "suppliers by money: score, lateness, on time in full, lead times", NULL,
      "supplier,description,score,verdict,p_late,otif_lines,otif_qty,lead_p50,lead_p90,spend_share,sole_items,open_lines,overdue_lines" },
    { "supplier score", "GET", "/suppliers/:supplier", MAY_SEE, VERB_PLANNED | VERB_SLOW, supplier_args, verb_supplier, "one supplier: score and reasons, trend, lead times, open lines",
      "  stockwright supplier score S-1004\n  stockwright supplier score S-1004 -o json\n", NULL },
    { "forecast", "GET", "/forecast.csv", MAY_SEE, VERB_FILE | VERB_SLOW, forecast_args, verb_forecast, "demand per item-place and period with quantiles",
      "  stockwright forecast --horizon 8 --quantiles 0.5,0.95 > forecast.csv\n", NULL },
    { "backtest", NULL, NULL, MAY_SEE, 0, backtest_args, verb_backtest, "history again in a closed loop, beside min-max and a naive policy",
      "  stockwright backtest --periods 26 --html report.html\n", NULL },
    { "targets", "GET", "/targets", MAY_SEE, VERB_SLOW, targets_args, verb_targets, "one service for all items shared out by value, and what each service costs",
      "  stockwright targets --fill 0.97 --least key=0.99\n  stockwright targets --budget 400000 -o csv --limit 100000 > targets.csv\n",
      "item,place,tier,lines_month,service_target,service_now,level,level_now,capital,capital_now,because" },
    { "replay", NULL, NULL, MAY_SEE, 0, replay_args, verb_replay, "recompute a stored decision from the raw documents and compare",
      "  stockwright replay 4711\n  stockwright replay 4711 --now\n", NULL },

    { "model train", "POST", "/models", MAY_RULE, TURN, model_train_args, verb_model_train, "teach the learner on everything known and judge it",
      "  stockwright model train\n  stockwright model train --as-of 2026-03-01\n", NULL },
    { "model teach", NULL, NULL, MAY_SEE, LOCAL, model_teach_args, verb_model_teach, "the lesson of `model train` alone, into a folder; the store is only read", NULL, NULL },
    { "model ls", "GET", "/models", MAY_SEE, 0, NULL, verb_models, "what was taught, newest first, and whether it may speak", NULL,
      "row,recorded,taught_to,rows,together_over_local_micro,champion,reason,forest,by" },
    { "model show", "GET", "/models/:row", MAY_SEE, 0, model_args, verb_model, "one model: evidence, classes, weights", NULL, NULL },
    { "confidence", "GET", "/confidence", MAY_SEE, 0, NULL, verb_confidence, "the record that stands behind confidences, and those fitted on this store's past", NULL, NULL },
    { "confidence fit", "POST", "/confidence", MAY_RULE, TURN, confidence_fit_args, verb_confidence_fit, "see the orders of past days through on what came, fit the record to them and judge it",
      "  stockwright confidence fit\n  stockwright confidence fit --days 20 --dry-run\n", NULL },
    { "policy", "GET", "/policy", MAY_SEE, VERB_FILE, policy_args, verb_policy, "the policy in force", NULL, NULL },
    { "policy diff", NULL, NULL, MAY_SEE, 0, policy_file_args, verb_policy_diff, "what applying this file would change (exit 10 when anything)", NULL, NULL },
    { "policy apply", "POST", "/policy", MAY_RULE, OWNER, policy_file_args, verb_policy_apply, "check a policy file, show what changes, make it hold", NULL, NULL },
    { "policy choose", "POST", "/policy/choices", MAY_RULE, TURN, policy_choose_args, verb_policy_choose, "replay every item's history under several targets and choose, with a guard against luck",
      "  stockwright policy choose\n  stockwright policy choose --f DFW --dry-run -o csv --limit 100000 > choice.csv\n",
      "item,place,choice,because,class,cost_now,cost_then,gain,gain_se,fill_now,fill_then,cost_erp,fill_erp" },
    { "policy choices", "GET", "/policy/choices", MAY_SEE, VERB_SLOW, page_args, verb_policy_choices, "the newest choice, its evidence by class and by item-place", NULL,
      "item,place,choice,because,class,cost_now,cost_then,gain,gain_se,fill_now,fill_then,cost_erp,fill_erp" },
    { "user", "GET", "/users", MAY_ADMIT, 0, NULL, verb_users, "accounts", NULL, NULL },
    { "user add", "POST", "/users", MAY_ADMIT, VERB_WRITES, user_add_args, verb_user_add, "a new account", NULL, NULL },
    { "user change", "POST", "/users/:name", MAY_ADMIT, VERB_WRITES, user_change_args, verb_user_change, "another role, disabled or not", NULL, NULL },
    { "user password", "POST", "/users/:name/password", MAY_ADMIT, VERB_WRITES, user_password_args, verb_user_password, "a new password", NULL, NULL },

    { "check", NULL, NULL, MAY_SEE, 0, check_args, verb_check, "is all well: 0 yes, 1 warning, 2 critical, 3 unknown", NULL, NULL },
    { "backup", NULL, NULL, MAY_RULE, LOCAL, directory_args, verb_backup, "copy the store while it runs", "  stockwright backup --store stock copy\n", NULL },
    { "restore", NULL, NULL, MAY_RULE, LOCAL, directory_args, verb_restore, "make a store from a verified copy", "  stockwright restore --store stock copy\n", NULL },
    { "openapi", NULL, NULL, MAY_SEE, LOCAL | VERB_FILE, NULL, verb_openapi, "the API's description (OpenAPI 3.1)", NULL, NULL },
    { "completion", NULL, NULL, MAY_SEE, LOCAL | VERB_FILE, shell_args, verb_completion, "completion for a shell", "  . <(stockwright completion bash)\n", NULL },
    { "man", NULL, NULL, MAY_SEE, LOCAL | VERB_FILE, NULL, verb_man, "the manual page", "  stockwright man | man -l -\n", NULL },
    { "help", NULL, NULL, MAY_SEE, LOCAL | VERB_FILE, topic_args, verb_help, "help on a command", NULL, NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL },
};

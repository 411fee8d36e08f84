#include "tests/sim/sim.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "deliver/match.h"
#include "deliver/outbox.h"
#include "desk/automatic.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "tests/house.h"
#include "tests/sim/erp.h"
#include "tests/test.h"

enum { CASES_MOST = 4000, CAP_VALUE = 30000, CAP_LINES = 40, APPROVAL = 12000, HEAL_ROUNDS = 400 };
static const Person people[] = { { "kim", ROLE_PLANNER }, { "lee", ROLE_PLANNER }, { "ana", ROLE_APPROVER }, { "bo", ROLE_APPROVER } };
enum { PEOPLE = sizeof people / sizeof people[0] };

typedef struct Sim {
    House *house;
    Erp erp;
    Deliver deliver;
    int64_t looked;                 /* by this process */
    Rng rng;
    RowId cases[CASES_MOST];
    int cases_count;
    int send_class;
    SimReport report;
} Sim;

SimBug sim_bug_find(const char *name) {
    static const char *const names[] = { [SIM_SOUND] = "", [SIM_NAIVE_RESEND] = "naive-resend", [SIM_SHORT_QUIET] = "short-quiet" };
    for (SimBug bug = SIM_SOUND; bug < SIM_BUG_COUNT_; bug++)
        if (strcmp(names[bug], name) == 0) return bug;
    return SIM_BUG_COUNT_;
}

static void broken(Sim *sim, const char *what) {
    if (!*sim->report.first) snprintf(sim->report.first, sizeof sim->report.first, "%s", what);
}

/* A step may be refused (that is what the desk is for); it may not fail for reasons of its own. */
static void allowed(Sim *sim, Err err, const Why *why) {
    if (err == ERR_IO || err == ERR_CORRUPT || err == ERR_INVALID || err == ERR_LIMIT) {
        char text[256];
        snprintf(text, sizeof text, "unexpected %s: %.200s", err_name(err), why->message);
        broken(sim, text);
    }
}

static void reconnect(Sim *sim) {
    house_reopen(sim->house);
    sim->looked = 0;
    sim->deliver = (Deliver){ .store = sim->house->store, .world = sim->house->world, .policy = &sim->house->policy, .sender = erp_sender(&sim->erp), .looked = &sim->looked };
}

static void crash(Sim *sim) {
    sim->report.crashes++;
    reconnect(sim);
}

/* ---- what happens in a week ---- */
static void plan(Sim *sim) {
    static const Tier tiers[] = { TIER_REVIEW, TIER_REVIEW, TIER_AUTO, TIER_AUTO, TIER_APPROVAL };
    for (int i = (int)rng_between(&sim->rng, 1, 4); i > 0 && sim->cases_count < CASES_MOST; i--) {
        int item = (int)rng_between(&sim->rng, 1, HOUSE_ITEMS), place = (int)rng_between(&sim->rng, 1, HOUSE_PLACES);
        HouseCase like = { .item = item, .place = place, .supplier = item % 6 + 1, .qty_units = rng_between(&sim->rng, 1, 60), .cost_minor = rng_between(&sim->rng, 20, 200),
                           .tier = tiers[rng_below(&sim->rng, 5)], .flags = rng_chance(&sim->rng, 0.05) ? CASE_FLAG_BIT(STALE_FEED) : 0 };
        sim->cases[sim->cases_count++] = house_case(sim->house, like);
    }
    house_step(sim->house);
}

static void decide(Sim *sim) {
    static const Verdict verdicts[] = { VERDICT_ACCEPT, VERDICT_ACCEPT, VERDICT_ACCEPT, VERDICT_ACCEPT, VERDICT_APPROVE, VERDICT_APPROVE, VERDICT_APPROVE, VERDICT_CHANGE,
                                        VERDICT_REJECT, VERDICT_UNDO, VERDICT_SEND_BACK, VERDICT_ESCALATE, VERDICT_SNOOZE };
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    Why why = { 0 };
    DecideOutput out;
    CaseLine line;
    if (sim->cases_count == 0) return;
    RowId id = sim->cases[rng_below(&sim->rng, (uint64_t)sim->cases_count)];
    Person person = people[rng_below(&sim->rng, PEOPLE)];
    if (case_line(sim->house->store, work, id, &line, &why) != OK) return;
    DecideInput input = { .case_id = id, .seen = line.row, .verdict = verdicts[rng_below(&sim->rng, sizeof verdicts / sizeof verdicts[0])], .has_qty = true,
                          .qty_micro = rng_between(&sim->rng, 1, 60) * 1000000, .until_day = day_of_us(sim->house->clock.now_us) + 2, .reason = "simulated" };
    if (rng_chance(&sim->rng, 0.05)) input.seen.v--;
    Err err = desk_decide(&sim->house->desk, work, person, &input, &out, &why);
    sim->report.decisions += err == OK;
    allowed(sim, err, &why);
}

static void decide_by_rule(Sim *sim) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Why why = { 0 };
    AutomaticResult result = { 0 };
    OrderSent *sent;
    int count, conflicts;
    allowed(sim, desk_automatic(&sim->house->desk, work, &result, &why), &why);
    sim->report.automatic += result.decided;
    allowed(sim, orders_automatic(&sim->house->desk, work, &sent, &count, &conflicts, &why), &why);
}

static void order(Sim *sim) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Why why = { 0 };
    OrderSent *sent;
    const char **errors;
    int count;
    allowed(sim, orders_send_all(&sim->house->desk, work, people[rng_below(&sim->rng, PEOPLE)], &sent, &count, &errors, &why), &why);
}

static void pump(Sim *sim) {
    Why why = { 0 };
    PumpResult result;
    Err err = deliver_pump(&sim->deliver, &result, &why);
    if (err == ERR_INTERRUPTED) crash(sim);
    else allowed(sim, err, &why);
}

/* The ERP's nightly export: orders it has, then goods that came. */
static void export_back(Sim *sim) {
    House *house = sim->house;
    Why why = { 0 };
    MatchResult result;
    for (size_t i = 0; i < sim->erp.orders.count; i++) {
        ErpOrder *one = &sim->erp.orders.at[i];
        if (one->commit_us > house->clock.now_us || one->received || (one->exported && rng_chance(&sim->rng, 0.5))) continue;
        for (int k = 0; k < one->lines_count; k++) {
            Fact fact = { .kind = one->exported ? FACT_RECEIPT_LINE : FACT_PO_LINE, .occurred_us = house->clock.now_us, .known_us = house->clock.now_us };
            const char *number = text_format(house->work, "%d", k + 1);
            fact_set_text(&fact, F_doc, text_of(one->exported ? text_format(house->work, "GR-%s", one->document) : one->document));
            fact_set_text(&fact, F_line, text_of(number));
            fact_set_text(&fact, F_supplier, text_of(one->supplier));
            fact_set_text(&fact, F_place, text_of(one->place));
            fact_set_text(&fact, F_item, text_of(one->lines[k].item));
            fact_set_number(&fact, F_qty, one->lines[k].qty_micro);
            if (one->exported) {
                fact_set_text(&fact, F_ref_doc, text_of(one->document));
                fact_set_text(&fact, F_ref_line, text_of(number));
                fact_set_number(&fact, F_received_day, day_of_us(house->clock.now_us));
            } else {
                fact_set_text(&fact, F_status, text_of("open"));
                fact_set_text(&fact, F_reference, text_of(one->reference));
                fact_set_number(&fact, F_order_day, day_of_us(house->clock.now_us));
            }
            house_fact(house, &fact);
        }
        one->received = one->exported;
        one->exported = true;
    }
    allowed(sim, deliver_match(&sim->deliver, &result, &why), &why);
}

/* A person who does as the operating guide says: looks into the ERP, waits while something may still arrive, then decides. */
static void look_at_held(Sim *sim) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Why why = { 0 };
    OutboxLine *lines;
    int count;
    allowed(sim, outbox_list(sim->house->store, work, 1u << COMMAND_HELD, 100, &lines, &count, &why), &why);
    for (int i = 0; i < count; i++) {
        bool there = erp_committed(&sim->erp, lines[i].key) > 0;
        if (erp_may_still_commit(&sim->erp, lines[i].key) || there) continue;      /* there: the export will show it */
        bool release = rng_chance(&sim->rng, 0.7);
        Err err = release ? deliver_release(&sim->deliver, lines[i].command, "bo", CHECKED_ABSENT, &why)
                          : deliver_cancel(&sim->deliver, lines[i].command, "bo", CHECKED_ABSENT, &why);
        allowed(sim, err, &why);
    }
}

static void stop_or_go(Sim *sim) {
    Why why = { 0 };
    if (store_stopped(sim->house->directory)) allowed(sim, stop_off(sim->house->directory, &why), &why);
    else if (rng_chance(&sim->rng, 0.3)) allowed(sim, stop_on(sim->house->directory, "simulated", "ana", &why), &why);
}

static void wait_a_while(Sim *sim) {
    static const int64_t longest_us[] = { 30 * SECOND_US, 10 * MINUTE_US, 3 * HOUR_US, 26 * HOUR_US };
    sim->house->clock.now_us += rng_between(&sim->rng, 1, longest_us[rng_below(&sim->rng, 4)]);
}

static void (*const happenings[])(Sim *) = { plan, plan, decide, decide, decide, decide, decide, decide, decide_by_rule, order, order, pump, pump, pump, pump,
                                             export_back, look_at_held, stop_or_go, wait_a_while, wait_a_while, wait_a_while, crash };

/* ---- what must hold ---- */
static bool second_person(Sim *sim, Arena *work, RowId case_id) {
    PastDecision *past;
    int count;
    Why why = { 0 };
    const char *accepted = "";
    if (case_decisions(sim->house->store, work, case_id, &past, &count, &why) != OK) return false;
    bool seen = false;
    for (int i = 0; i < count; i++) {
        if (past[i].undone) continue;
        if (past[i].decision.verdict == VERDICT_APPROVE) seen = strcmp(past[i].by, accepted) != 0;
        else if (past[i].decision.verdict != VERDICT_UNDO) accepted = past[i].by;
    }
    return seen;
}

static void check_erp_order(Sim *sim, Arena *work, const ErpOrder *one) {
    OutboxLine line;
    Why why = { 0 };
    Command command;
    Row row;
    if (outbox_by_key(sim->house->store, work, one->key, &line, &why) != OK || log_read(sim->house->store, work, line.row, &row, &why) != OK
        || command_read(work, row.payload, &command, &why) != OK || command.lines_count != one->lines_count) {
        sim->report.foreign++;
        broken(sim, "the ERP has an order we know nothing of");
        return;
    }
    if (line.state == COMMAND_CANCELLED || line.state == COMMAND_REJECTED || line.state == COMMAND_APPROVED) {
        sim->report.foreign++;
        broken(sim, "the ERP has an order that we think was never sent, refused or given up");
    }
    for (int i = 0; i < command.lines_count; i++) {
        Decision decision;
        if (log_read(sim->house->store, work, command.lines[i].decision, &row, &why) != OK || decision_read(work, row.payload, &decision, &why) != OK
            || decision.qty_micro != one->lines[i].qty_micro || decision.case_id.v != command.lines[i].case_id.v) {
            sim->report.foreign++;
            broken(sim, "the ERP has a line nobody decided");
        }
        Case c = house_read(sim->house, command.lines[i].case_id);
        if (c.tier == TIER_APPROVAL && !second_person(sim, work, command.lines[i].case_id)) {
            sim->report.alone++;
            broken(sim, "one person alone let a line of the approval tier through");
        }
    }
}

static void check(Sim *sim) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    for (size_t i = 0; i < sim->erp.orders.count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(sim->erp.orders.at[i].key, sim->erp.orders.at[k].key) == 0) {
                sim->report.duplicates++;
                broken(sim, "the ERP has an order twice");
            }
    for (size_t i = 0; i < sim->erp.orders.count; i++) check_erp_order(sim, work, &sim->erp.orders.at[i]);
    for (size_t i = 0; i < sim->erp.orders.count; i++)            /* a decision buys once, whatever the keys */
        for (size_t k = 0; k < i; k++)
            for (int a = 0; a < sim->erp.orders.at[i].lines_count; a++)
                for (int b = 0; b < sim->erp.orders.at[k].lines_count; b++)
                    if (sim->erp.orders.at[i].lines[a].decision == sim->erp.orders.at[k].lines[b].decision && strcmp(sim->erp.orders.at[i].key, sim->erp.orders.at[k].key) != 0) {
                        sim->report.foreign++;
                        broken(sim, "one decision bought twice");
                    }
    sim->report.under_stop = sim->erp.sends_under_stop;
    if (sim->erp.sends_under_stop) broken(sim, "something was sent under STOP");
    sim->report.over_cap = (sim->erp.worst_day_value_minor > CAP_VALUE) + (sim->erp.worst_day_lines > CAP_LINES);
    if (sim->report.over_cap) broken(sim, "a cap of the day was exceeded");
}

/* After the trouble ends everything comes to an end by itself or through a person, and nothing is missing. */
static void heal(Sim *sim) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    static const uint32_t moving = 1u << COMMAND_APPROVED | 1u << COMMAND_BUDGETED | 1u << COMMAND_SENDING | 1u << COMMAND_UNKNOWN | 1u << COMMAND_HELD;
    Why why = { 0 };
    OutboxLine *lines;
    int count = 1;
    sim->erp.trouble = 0;
    allowed(sim, stop_off(sim->house->directory, &why), &why);
    for (int round = 0; round < HEAL_ROUNDS && count > 0; round++) {
        sim->house->clock.now_us += 15 * MINUTE_US;
        pump(sim);
        if (round % 4 == 0) export_back(sim);
        look_at_held(sim);
        allowed(sim, outbox_list(sim->house->store, work, moving, 1000, &lines, &count, &why), &why);
    }
    sim->report.unsettled = count;
    if (count > 0) broken(sim, "an order never came to an end");
    allowed(sim, outbox_list(sim->house->store, work, 1u << COMMAND_ACKED, 1000, &lines, &count, &why), &why);
    for (int i = 0; i < count; i++)
        if (erp_committed(&sim->erp, lines[i].key) == 0) {
            sim->report.missing++;
            broken(sim, "an order we think is there is not in the ERP");
        }
}

static void hash_log(Sim *sim) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Sha256Run run = sha256_begin();
    Why why = { 0 };
    Row row;
    for (int64_t id = 1; id <= log_last(sim->house->store).v; id++) {
        if (log_read(sim->house->store, work, (RowId){ id }, &row, &why) != OK) broken(sim, "a row cannot be read");
        else {
            sha256_add(&run, text_of(text_format(work, "%lld %lld %d %lld ", (long long)row.id.v, (long long)row.cause.v, (int)row.kind, (long long)row.recorded_us)));
            sha256_add(&run, row.payload);
        }
        arena_clear(work);
    }
    Sha256 hash = sha256_end(&run);
    sha256_hex(&hash, sim->report.hash);
}

SimReport sim_run(uint64_t seed, int steps, SimBug bug) {
    static Sim sim;               /* large; one at a time */
    char policy[1024];
    int send_class = bug == SIM_NAIVE_RESEND ? 1 : bug == SIM_SHORT_QUIET ? 2 : (int)(seed % 3) + 1;
    snprintf(policy, sizeof policy,
             "{\"policy\":1,\"name\":\"sim\",\"currency\":\"USD\",\"approval\":{\"value_least\":%d},"
             "\"limits\":{\"auto_value_day\":20000,\"auto_lines_day\":20,\"sent_value_day\":%d,\"sent_lines_day\":%d},"
             "\"sinks\":[{\"name\":\"erp\",\"kind\":\"http\",\"url\":\"http://erp/\",\"lookup_url\":\"http://erp/\",\"class\":%d,\"timeout_s\":1,\"quiet_s\":%d}],"
             "\"orders\":{\"sink\":\"erp\"},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}",
             APPROVAL, CAP_VALUE, CAP_LINES, send_class, bug == SIM_SHORT_QUIET ? 2 : 600);
    memset(&sim, 0, sizeof sim);
    sim.house = house_begin(policy);
    sim.rng = rng_of(seed);
    sim.erp = (Erp){ .rng = rng_fork(&sim.rng, 1), .world = sim.house->world, .work = sim.house->work, .store_directory = sim.house->directory,
                     .enforces_key = send_class == 1 && bug != SIM_NAIVE_RESEND, .in_flight_most_us = 590 * SECOND_US, .trouble = 1 };
    reconnect(&sim);
    for (int step = 0; step < steps; step++) {
        happenings[rng_below(&sim.rng, sizeof happenings / sizeof happenings[0])](&sim);
        sim.house->clock.now_us += SECOND_US;
        if (step % 25 == 24) check(&sim);
        if (*sim.report.first) break;
    }
    if (!*sim.report.first) heal(&sim);
    if (!*sim.report.first) check(&sim);
    hash_log(&sim);
    sim.report.orders = (int)sim.erp.orders.count;
    sim.report.sends = sim.erp.sends;
    erp_end(&sim.erp);
    house_end(&sim.house);
    return sim.report;
}

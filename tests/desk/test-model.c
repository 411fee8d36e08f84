/* test-model.c - four eyes and limits against a small reference model: random people do random things, and after every act the desk
 * must agree with the model about what was allowed and where the case stands. The model is written from the rules in prose (decide.h,
 * spend.h), not from the code: plain arrays, no log. */
#include "tests/test.h"

#include <stdlib.h>

#include "base/time.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "tests/house.h"

enum { LIMIT = 10000, CASES = 4, HISTORY = 64 };
static const char POLICY[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":10000},"
                             "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const Person people[] = { { "kim", ROLE_PLANNER }, { "ana", ROLE_APPROVER }, { "bo", ROLE_APPROVER }, { "cy", ROLE_ADMIN }, { "vic", ROLE_VIEWER } };
enum { PEOPLE = sizeof people / sizeof people[0] };

typedef struct Past { Verdict verdict; int person; CaseStatus before; int64_t units_before; bool undone; } Past;
typedef struct Model {
    CaseStatus status;
    int64_t units, cost;             /* value = units x cost, in minor units */
    bool tier_approval;
    Past past[HISTORY]; int past_count;
    bool counted;                    /* accepted by one pair of eyes, within the day */
} Model;

static int64_t value_of(const Model *m) { return m->units * m->cost; }

static CaseStatus settled(const Model *all, const Model *m) {
    int64_t others = 0;
    for (int i = 0; i < CASES; i++)
        if (&all[i] != m && all[i].counted) others += value_of(&all[i]);
    return m->tier_approval || value_of(m) + others >= LIMIT ? CASE_WAITING_APPROVAL : CASE_ACCEPTED;
}

static bool is_in(CaseStatus status, uint32_t set) { return set >> status & 1; }
#define S(name) (1u << CASE_##name)

/* May the person approve: nobody who accepted, changed or escalated since the case last started over. */
static bool second_eyes(const Model *m, int person) {
    for (int i = m->past_count - 1; i >= 0; i--) {
        Verdict v = m->past[i].verdict;
        if (m->past[i].undone) continue;
        if (v == VERDICT_SEND_BACK || v == VERDICT_REJECT || v == VERDICT_SNOOZE) return true;
        if (v != VERDICT_APPROVE && m->past[i].person == person) return false;
    }
    return true;
}

static Past *last_standing(Model *m) {
    for (int i = m->past_count - 1; i >= 0; i--)
        if (!m->past[i].undone) return &m->past[i];
    return NULL;
}

/* What should happen; true when the verdict is allowed, and then the model has moved. */
static bool model_act(Model *all, Model *m, int person, Verdict verdict, int64_t units) {
    Role role = people[person].role;
    CaseStatus before = m->status;
    int64_t units_before = m->units;
    bool second = verdict == VERDICT_APPROVE || verdict == VERDICT_SEND_BACK;
    if (role < (second ? ROLE_APPROVER : ROLE_PLANNER)) return false;
    switch (verdict) {
    case VERDICT_ACCEPT:
        if (!is_in(before, S(OPEN) | S(SNOOZED))) return false;
        m->status = settled(all, m);
        break;
    case VERDICT_CHANGE:
        if (!is_in(before, S(OPEN) | S(SNOOZED) | S(ACCEPTED) | S(WAITING_APPROVAL))) return false;
        m->units = units;
        if (before != CASE_WAITING_APPROVAL) m->status = settled(all, m);
        break;
    case VERDICT_REJECT:
        if (!is_in(before, S(OPEN) | S(SNOOZED) | S(ACCEPTED) | S(WAITING_APPROVAL))) return false;
        m->status = CASE_REJECTED;
        break;
    case VERDICT_SNOOZE:
        if (!is_in(before, S(OPEN) | S(SNOOZED))) return false;
        m->status = CASE_SNOOZED;
        break;
    case VERDICT_ESCALATE:
        if (!is_in(before, S(OPEN) | S(SNOOZED) | S(ACCEPTED))) return false;
        m->status = CASE_WAITING_APPROVAL;
        break;
    case VERDICT_APPROVE:
        if (before != CASE_WAITING_APPROVAL || !second_eyes(m, person)) return false;
        m->status = CASE_APPROVED;
        break;
    case VERDICT_SEND_BACK:
        if (!is_in(before, S(WAITING_APPROVAL) | S(APPROVED))) return false;
        m->status = CASE_OPEN;
        break;
    case VERDICT_UNDO: {
        Past *last = last_standing(m);
        if (!last || is_in(before, S(SENT))) return false;
        if (last->person != person && role < ROLE_APPROVER) return false;
        last->undone = true;
        if (last->verdict == VERDICT_CHANGE) m->units = last->units_before;
        m->status = last->before == CASE_ACCEPTED ? settled(all, m) : is_in(last->before, S(APPROVED) | S(WAITING_APPROVAL)) ? CASE_WAITING_APPROVAL
                  : last->before == CASE_REJECTED ? CASE_REJECTED : CASE_OPEN;
        m->counted = m->status == CASE_ACCEPTED;
        return true;
    }
    default: return false;
    }
    m->counted = m->status == CASE_ACCEPTED;
    m->past[m->past_count++] = (Past){ verdict, person, before, units_before, false };
    return true;
}

/* May the person send what is ready, all of one supplier and place. */
static bool model_send(Model *all, int person) {
    int64_t unapproved = 0;
    bool ready = false, own_line = false;
    if (people[person].role < ROLE_APPROVER) return false;
    for (int i = 0; i < CASES; i++) {
        if (!is_in(all[i].status, S(ACCEPTED) | S(APPROVED))) continue;
        ready = true;
        if (all[i].status != CASE_ACCEPTED) continue;
        unapproved += value_of(&all[i]);
        for (int k = 0; k < all[i].past_count; k++) own_line = own_line || (!all[i].past[k].undone && all[i].past[k].person == person);
    }
    int64_t gone = 0;                 /* accepted alone today and sent already */
    for (int i = 0; i < CASES; i++)
        if (all[i].status == CASE_SENT && all[i].counted) gone += value_of(&all[i]);
    if (!ready || (unapproved > 0 && unapproved + gone >= LIMIT && own_line)) return false;
    for (int i = 0; i < CASES; i++)
        if (is_in(all[i].status, S(ACCEPTED) | S(APPROVED))) all[i].status = CASE_SENT;
    return true;
}

/* What no sequence may ever reach, whatever the model says. */
static void check_safety(const Model *all) {
    int64_t alone = 0;
    for (int i = 0; i < CASES; i++)
        if (all[i].counted) alone += value_of(&all[i]);
    CHECK(alone < LIMIT);
}

static void one_sequence(House *house, Rng *rng, int number) {
    static const Verdict verdicts[] = { VERDICT_ACCEPT, VERDICT_ACCEPT, VERDICT_CHANGE, VERDICT_REJECT, VERDICT_SNOOZE, VERDICT_APPROVE, VERDICT_APPROVE, VERDICT_SEND_BACK, VERDICT_UNDO, VERDICT_UNDO, VERDICT_ESCALATE };
    Model all[CASES] = { 0 };
    RowId ids[CASES];
    int supplier = number % HOUSE_SUPPLIERS + 1;
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    for (int i = 0; i < CASES; i++) {
        all[i] = (Model){ .units = rng_between(rng, 1, 60), .cost = 100, .tier_approval = rng_chance(rng, 0.15) };
        ids[i] = house_case(house, (HouseCase){ .item = i + 1, .supplier = supplier, .qty_units = all[i].units, .cost_minor = 100, .tier = all[i].tier_approval ? TIER_APPROVAL : TIER_REVIEW });
    }
    for (int act = (int)rng_between(rng, 3, 12); act > 0; act--) {
        Why why = { 0 };
        int person = (int)rng_below(rng, PEOPLE), which = (int)rng_below(rng, CASES);
        if (rng_chance(rng, 0.06)) {
            OrderSent sent;
            bool expected = model_send(all, person);
            Err err = orders_send(&house->desk, work, people[person], house_supplier(house, supplier), house_place(house, 1), &sent, &why);
            if ((err == OK) != expected) fail_msg("sequence %d: send by %s: %s, the model says %d", number, people[person].name, err == OK ? "ok" : why.message, expected);
        } else {
            Verdict verdict = verdicts[rng_below(rng, sizeof verdicts / sizeof verdicts[0])];
            int64_t units = rng_between(rng, 1, 120);
            DecideOutput out;
            DecideInput input = { .case_id = ids[which], .seen = house_row(house, ids[which]), .verdict = verdict, .has_qty = verdict == VERDICT_CHANGE, .qty_micro = units * 1000000,
                                  .until_day = day_of_us(house->clock.now_us) + 5, .reason = "model" };
            bool expected = model_act(all, &all[which], person, verdict, units);
            Err err = desk_decide(&house->desk, work, people[person], &input, &out, &why);
            if ((err == OK) != expected)
                fail_msg("sequence %d: %s by %s: %s, the model says %d", number, verdict_name(verdict), people[person].name, err == OK ? "ok" : why.message, expected);
            if (err == OK) CHECK_EQ(out.line.status, all[which].status);
            if (err == OK && out.line.value_minor != value_of(&all[which])) fail_msg("sequence %d: value %lld, the model says %lld", number, (long long)out.line.value_minor, (long long)value_of(&all[which]));
        }
        check_safety(all);
    }
}

/* MODEL_SEQUENCES=100000 for a long night. Under sanitizers, which look for other faults, a part of them. */
#ifdef __SANITIZE_ADDRESS__
enum { SEQUENCES = 1000 };
#else
enum { SEQUENCES = 10000 };
#endif
TEST(no_order_of_verdicts_gets_round_four_eyes_or_the_limit) {
    const char *asked = getenv("MODEL_SEQUENCES");
    int sequences = asked ? atoi(asked) : SEQUENCES;
    Rng rng = rng_of(2026);
    for (int from = 0; from < sequences; from += HOUSE_SUPPLIERS) {         /* each sequence has a supplier to itself */
        own(house_end) House *house = house_begin(POLICY);
        for (int i = from; i < from + HOUSE_SUPPLIERS && i < sequences; i++) one_sequence(house, &rng, i);
    }
}

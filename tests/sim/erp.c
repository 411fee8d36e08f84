#include "tests/sim/erp.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"

int erp_committed(const Erp *erp, const char *key) {
    int count = 0;
    for (size_t i = 0; i < erp->orders.count; i++)
        count += strcmp(erp->orders.at[i].key, key) == 0 && erp->orders.at[i].commit_us <= world_now_us(erp->world);
    return count;
}

bool erp_may_still_commit(const Erp *erp, const char *key) {
    for (size_t i = 0; i < erp->orders.count; i++)
        if (strcmp(erp->orders.at[i].key, key) == 0 && erp->orders.at[i].commit_us > world_now_us(erp->world)) return true;
    return false;
}

static bool has_any(const Erp *erp, const char *key) {
    for (size_t i = 0; i < erp->orders.count; i++)
        if (strcmp(erp->orders.at[i].key, key) == 0) return true;
    return false;
}

static void receive(Erp *erp, const Command *command, int64_t delay_us) {
    if (erp->enforces_key && has_any(erp, command->key)) return;
    ErpOrder order = { .commit_us = world_now_us(erp->world) + delay_us, .value_minor = command->value_minor, .lines_count = command->lines_count };
    snprintf(order.key, sizeof order.key, "%s", command->key);
    command_reference(command->key, order.reference);
    snprintf(order.document, sizeof order.document, "ERP-%zu", erp->orders.count + 1);
    snprintf(order.supplier, sizeof order.supplier, "%s", command->supplier);
    snprintf(order.place, sizeof order.place, "%s", command->place);
    order.lines = many_in(erp->work, ErpLine, command->lines_count);
    for (int i = 0; i < command->lines_count; i++) {
        snprintf(order.lines[i].item, sizeof order.lines[i].item, "%s", command->lines[i].item);
        order.lines[i].qty_micro = command->lines[i].qty_micro;
        order.lines[i].decision = command->lines[i].decision.v;
    }
    list_push(&erp->orders, order);
}

/* Counts each order once a day, as the caps do. */
static void watch(Erp *erp, const Command *command) {
    int64_t day = day_of_us(world_now_us(erp->world));
    erp->sends++;
    erp->sends_under_stop += store_stopped(erp->store_directory);
    if (day != erp->day) {
        list_clear(&erp->begun_today);
        erp->day_value_minor = erp->day_lines = 0;
        erp->day = day;
    }
    for (size_t i = 0; i < erp->begun_today.count; i++)
        if (strcmp(erp->begun_today.at[i].key, command->key) == 0) return;
    ErpOrder begun = { 0 };
    snprintf(begun.key, sizeof begun.key, "%s", command->key);
    list_push(&erp->begun_today, begun);
    erp->day_value_minor += command->value_minor;
    erp->day_lines += command->lines_count;
    if (erp->day_value_minor > erp->worst_day_value_minor) erp->worst_day_value_minor = erp->day_value_minor;
    if (erp->day_lines > erp->worst_day_lines) erp->worst_day_lines = erp->day_lines;
}

static int64_t some_delay(Erp *erp) { return rng_between(&erp->rng, 0, erp->in_flight_most_us); }

static Err erp_send(void *self, [[maybe_unused]] const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why) {
    Erp *erp = self;
    watch(erp, command);
    double luck = rng_unit(&erp->rng) / (erp->trouble > 0 ? erp->trouble : 1e-9);
    *out_answer = (SinkAnswer){ 0 };
    if (luck < 0.06) return fail(why, ERR_INTERRUPTED, "died before a byte left");
    if (luck < 0.12) {
        receive(erp, command, some_delay(erp));
        return fail(why, ERR_INTERRUPTED, "died after the bytes left");
    }
    if (luck < 0.18) {
        *out_outcome = SINK_UNTOUCHED;
        snprintf(out_answer->error, sizeof out_answer->error, "connection refused");
    } else if (luck < 0.26) {
        *out_outcome = SINK_UNANSWERED;                          /* the request got lost on its way */
    } else if (luck < 0.46) {
        receive(erp, command, some_delay(erp));                  /* the reply got lost on its way */
        *out_outcome = SINK_UNANSWERED;
    } else if (luck < 0.50 && !has_any(erp, command->key)) {
        *out_outcome = SINK_REFUSED;
        snprintf(out_answer->error, sizeof out_answer->error, "supplier is blocked");
    } else {
        receive(erp, command, 0);
        *out_outcome = SINK_ACKED;
    }
    return OK;
}

static Err erp_lookup(void *self, [[maybe_unused]] const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, Why *why) {
    Erp *erp = self;
    double luck = rng_unit(&erp->rng) / (erp->trouble > 0 ? erp->trouble : 1e-9);
    *out_answer = (SinkAnswer){ 0 };
    if (luck < 0.05) return fail(why, ERR_INTERRUPTED, "died while asking");
    *out_presence = luck < 0.12 ? SINK_WILL_NOT_SAY : erp_committed(erp, command->key) > 0 ? SINK_HAS : SINK_HAS_NOT;
    return OK;
}

Sender erp_sender(Erp *erp) { return (Sender){ .self = erp, .send = erp_send, .lookup = erp_lookup }; }

void erp_end(Erp *erp) {
    list_end(&erp->orders);
    list_end(&erp->begun_today);
}

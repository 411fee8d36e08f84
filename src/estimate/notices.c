/* How words of what was sent were kept before, and when what is told of now will arrive. */
#include "base/decimal.h"
#include "estimate/leadtimes.h"

/* The day by which this much of the line had come, NO_DAY: it has not. Where part of it could not be used nothing says on which day the whole was there:
 * the last one. */
static int32_t came_by(const OrderStory *s, double units) {
    static const double WHOLE = 0.98;
    double got = 0;
    for (int i = 0; i < s->receipts; i++) {
        got += s->receipt[i].accepted;
        if (got >= units * WHOLE) return s->receipt[i].day;
    }
    return micro_to_double(s->received) >= units * WHOLE ? s->last_day : NO_DAY;
}

/* From `clock` on, or nothing where the line was closed without it. What comes today is not told yet. */
static void word_add(LeadStream *out, int32_t clock, int32_t came, const OrderStory *s, int32_t start_day) {
    if (clock == NO_DAY || (came == NO_DAY && !s->open)) return;
    int32_t days = (came != NO_DAY ? came : start_day - 1) - clock;
    lead_stream_add(out, (LeadObservation){ .days = days > 0 ? days : 0, .weight = 1, .age_days = start_day - clock,
        .cluster = (int)(uint32_t)(s->order & 0x7fffffff), .outcome = came != NO_DAY ? LEAD_RECEIVED : LEAD_OPEN }, s->po->who);
}

void notices_gather(const State *state, const Fold *fold, int32_t start_day, Arena *work, Arena *kept, LeadStream *out_transit, LeadStream *out_notice) {
    if (state->notices.count == 0) return;
    int most = 0;
    for (int k = 0; k < fold->stories; k++) most += notices_count(state, fold->story[k].po->key);
    if (most == 0) return;
    lead_stream_begin(out_transit, most, kept);
    lead_stream_begin(out_notice, most, kept);
    for (int k = 0; k < fold->stories; k++) {
        const OrderStory *s = &fold->story[k];
        if (s->left_out_row || s->cancelled) continue;
        const NoticeInfo **notice;
        double sent = 0;
        int count = notices_of(state, s->po->key, start_day, work, &notice);
        for (int i = 0; i < count; i++) {
            sent += micro_to_double(notice[i]->qty);
            int32_t came = came_by(s, sent);
            word_add(out_transit, notice[i]->shipped, came, s, start_day);
            if (notice[i]->expected != NO_DAY) word_add(out_notice, notice[i]->expected - NOTICE_EARLY_DAYS, came, s, start_day);
        }
    }
}

static const LeadTime *leaning(const LeadTime *supplier, const LeadTime *all) { return supplier && supplier->found ? supplier : all->found ? all : NULL; }

static bool waited_since(const LeadTime *lead, int32_t days, LeadTime *out) {
    if (!lead) return false;
    if (days > 0) lead_given_age(lead, days, out);
    else *out = *lead, lead_shift(out, -days);
    return true;
}

bool arrival_by_notice(const LeadPools *pools, const OpenSupply *line, int32_t start_day, LeadTime *out) {
    if (!line->shipment) return false;
    const Promises *p = &pools->promises;
    bool known = line->who > 0 && line->who < pools->suppliers;
    if (line->expected != NO_DAY && waited_since(leaning(known ? &p->notice[line->who] : NULL, &p->all_notice), start_day - (line->expected - NOTICE_EARLY_DAYS), out)) return true;
    if (line->expected != NO_DAY && line->expected >= start_day) {
        lead_stated(line->expected - start_day, 0, out);
        return true;
    }
    return waited_since(leaning(known ? &p->transit[line->who] : NULL, &p->all_transit), start_day - line->shipped, out);
}

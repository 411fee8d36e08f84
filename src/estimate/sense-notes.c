/* Sensing in words: for the case, for the item page. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "estimate/picture.h"

static const double WORTH_SAYING = 0.05, NOT_YET = 0.4;

typedef struct Notes { const Context *context; const Picture *p; Arena *arena; CaseNote *out; int count; } Notes;

static void note_add(Notes *n, const char *code, int64_t row, const char *text) {
    if (n->count < SENSE_NOTES_MOST) n->out[n->count++] = (CaseNote){ .code = code, .text = text, .row = row };
}

static const char *day_of(Notes *n, int32_t day) {
    char *text = many_in(n->arena, char, DAY_TEXT);
    day_format(day, text);
    return text;
}

static int percent(double share) { return (int)(share * 100 + 0.5); }

static void news_say(Notes *n) {
    const SenseTrace *t = &n->p->sense;
    const SenseReading *r = &t->news.reading;
    if (r->kind == SENSE_USUAL || t->signal_row || (!t->news.acted && r->p[r->kind] < NOT_YET)) return;
    const char *from = day_of(n, t->from_day), *to = day_of(n, t->to_day);
    int days = t->to_day - t->from_day + 1, sure = percent(r->p[r->kind]);
    if (r->kind == SENSE_NEW_LEVEL && r->seen_over_expected <= 0) {
        note_add(n, "level", 0, text_format(n->arena, "Nothing was sold since %s; that is not taken for a new level: the stock may not be there", from));
    } else if (r->kind == SENSE_NEW_LEVEL) {
        note_add(n, "level", 0, text_format(n->arena, "Demand of the last %d days is %.1f times the level: new level likely since %s (%d %%)%s", days > 0 ? days : 1,
                                            r->seen_over_expected, from, sure, t->news.acted ? "" : ", not followed yet"));
    } else {
        const char *when = days > 1 ? text_format(n->arena, "%s to %s", from, to) : from;
        note_add(n, "one-off", 0, text_format(n->arena, "Demand of %s was %.1f times the level: likely one sale (%d %%)%s", when, r->seen_over_expected, sure,
                                              t->news.acted ? ", which teaches nothing of the level" : ", and no more than lumps of this item are"));
    }
}

static void ahead_say(Notes *n) {
    const Sensed *s = &n->p->sense.news;
    double moved = s->factor - 1;
    if (s->acted || !(s->ahead_expected > 0) || (moved < WORTH_SAYING && moved > -WORTH_SAYING)) return;
    note_add(n, "ahead", 0, text_format(n->arena, "%.0f are already ordered for the coming days, usually %.0f by now: rate taken %d %% %s", s->ahead_seen, s->ahead_expected,
                                        percent(moved < 0 ? -moved : moved), moved < 0 ? "lower" : "higher"));
}

static void signal_say(Notes *n) {
    const SenseTrace *t = &n->p->sense;
    if (!t->signal_row) return;
    const char *what = "";
    ToldOf chain[TOLD_CHAINS];
    state_told(n->context->state, n->p->item, n->p->place, chain);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].signals; i >= 0; i = n->context->state->signals.at[i].next)
            if (n->context->state->signals.at[i].row == t->signal_row) what = n->context->state->signals.at[i].description;
    note_add(n, "signal", t->signal_row, text_format(n->arena, "%s explains demand of %.1f times the level since %s: it holds until %s, then the level", what[0] ? what : "A signal",
                                                     t->news.reading.seen_over_expected, day_of(n, t->from_day), day_of(n, t->signal_to)));
}

static void customer_say(Notes *n) {
    const SenseTrace *t = &n->p->sense;
    if (!(t->customer_share > 0)) return;
    note_add(n, "customer", t->customer_row, text_format(n->arena, "One customer takes %d %% of it and was last heard %d day%s ago: gone with %d %%; what he may take along is in the spread",
        percent(t->customer_share), t->customer_silent, t->customer_silent == 1 ? "" : "s", percent(t->customer.p_left)));
}

static void kin_say(Notes *n) {
    const SenseTrace *t = &n->p->sense;
    if (!t->kin) return;
    const char *group = n->context->state->items.at[n->p->item.v].group;
    note_add(n, "new", 0, text_format(n->arena, "New: %d of %d days of its own; beside them it leans on %d kin%s%s, whose like sell %.2f a day. The first order covers expected demand only: look again by %s",
        t->own_days, SENSE_NEW_DAYS, t->kin, group[0] ? " of " : "", group, t->kin_rate, day_of(n, n->p->order_day + (n->p->next_day - n->p->order_day + 1) / 2)));
}

/* Said where it moves the rate by a fifth or more. */
static void lasting_say(Notes *n) {
    const Picture *p = n->p;
    double days = p->fold.bucket_days;
    if (p->sense.kin || (p->taken_level < 1.2 * p->recent_level && p->taken_level > 0.8 * p->recent_level) || p->taken_level == p->recent_level) return;
    double lasting = demand_lasting(&n->context->misses->revert, &p->demand);
    note_add(n, "lasting", 0, text_format(n->arena, "Its last months say %.2f a day, its whole history %.2f: %d %% of the difference is taken to stay, as much as came true in this assortment before",
                                          p->recent_level / days, lasting / days, percent(p->kept)));
}

static void ending_say(Notes *n) {
    if (n->p->demand.fade > 0) note_add(n, "ending", 0, "It ends: demand is taken to halve every 180 days, and what is left over then is written off");
}

static void overrides_say(Notes *n) {
    const SenseTrace *t = &n->p->sense;
    for (int i = 0; i < t->overrides; i++) {
        const OverrideInfo *o = t->override[i];
        const char *what = o->qty != NO_QTY ? text_format(n->arena, "%.0f in all (%.2f times)", micro_to_double(o->qty), t->override_factor[i])
                                            : text_format(n->arena, "%.2f times", t->override_factor[i]);
        note_add(n, "override", o->row, text_format(n->arena, "%s %s from %s to %s: %s. Without it %.2f a day", o->item && o->place ? "Override" : "Event", what, day_of(n, o->from_day),
                                                    day_of(n, o->to_day), o->reason, t->base_mean_day));
    }
}

int sense_notes(const Context *context, const Picture *picture, Arena *arena, CaseNote out[SENSE_NOTES_MOST]) {
    Notes n = { .context = context, .p = picture, .arena = arena, .out = out };
    overrides_say(&n);
    signal_say(&n);
    news_say(&n);
    ahead_say(&n);
    customer_say(&n);
    kin_say(&n);
    lasting_say(&n);
    ending_say(&n);
    return n.count;
}

/* What was told of a series beside its demand: what customers pay and will pay, events known ahead, who buys. */
#include "learn/features.h"

#include "maths/fn.h"

static const float UNKNOWN = __builtin_nanf("");

/* ---- who buys ---- */

typedef struct Buyer { double units; int lines, last; } Buyer;
typedef struct Mix { Buyer *of; int count, top, active; double units; } Mix;      /* the customers of the year behind a moment */

static void top_seek(Mix *mix) {
    mix->top = -1;
    for (int c = 0; c < mix->count; c++)
        if (mix->of[c].lines > 0 && (mix->top < 0 || mix->of[c].units > mix->of[mix->top].units)) mix->top = c;
}

static void mix_add(Mix *mix, const LearnLine *line, int at) {
    if (line->who < 0 || line->who >= mix->count) return;
    Buyer *b = &mix->of[line->who];
    mix->active += b->lines++ == 0;
    b->units += (double)line->units;
    b->last = at;
    mix->units += (double)line->units;
    if (mix->top < 0 || b->units > mix->of[mix->top].units) mix->top = line->who;
}

static void mix_drop(Mix *mix, const LearnLine *line) {
    if (line->who < 0 || line->who >= mix->count) return;
    Buyer *b = &mix->of[line->who];
    b->units -= (double)line->units;
    mix->units -= (double)line->units;
    if (--b->lines == 0) {
        b->units = 0;                                        /* nothing of rounding stays */
        mix->active--;
    }
    if (line->who == mix->top) top_seek(mix);
}

void learn_told_history(LearnHistory *h, Arena *arena) {
    const LearnSeries *s = h->series;
    if (s->lines == 0) return;
    int n = s->count, added = 0, dropped = 0;
    Mix mix = { .of = many_in(arena, Buyer, s->customers + 1), .count = s->customers, .top = -1 };
    h->paid = many_in(arena, double, n + 1);
    h->priced = many_in(arena, double, n + 1);
    h->largest = many_in(arena, float, n + 1);
    h->customers = many_in(arena, int, n + 1);
    h->largest_at = many_in(arena, int, n + 1);
    for (int i = 0; i <= n; i++) {
        if (i > 0) {
            h->paid[i] = h->paid[i - 1];
            h->priced[i] = h->priced[i - 1];
        }
        for (; added < s->lines && s->line[added].bucket - s->from < i; added++) {
            const LearnLine *line = &s->line[added];
            mix_add(&mix, line, line->bucket - s->from);
            if (!(line->price > 0)) continue;
            h->paid[i] += (double)line->units * (double)line->price;
            h->priced[i] += (double)line->units;
        }
        for (; dropped < added && s->line[dropped].bucket - s->from < i - h->year; dropped++) mix_drop(&mix, &s->line[dropped]);
        bool known = mix.top >= 0 && mix.units > 0;
        h->largest[i] = known ? (float)(mix.of[mix.top].units / mix.units) : -1;
        h->customers[i] = mix.active;
        h->largest_at[i] = known ? mix.of[mix.top].last : -1;
    }
}

static void customers_tell(const LearnHistory *h, int i, float out[4]) {
    if (!h->largest || h->largest[i] < 0) return;
    int since = i - h->largest_at[i], year = i < h->year ? i : h->year;
    out[0] = h->largest[i];
    out[1] = (float)fn_log(1 + (double)h->customers[i]);
    out[2] = (float)((double)since / h->week);
    double sold = h->sold[i] - h->sold[i - year];            /* occasions of all: a large customer that comes as often as anybody scores about 1 */
    out[3] = year > 0 ? (float)(since * sold / year) : UNKNOWN;
}

/* ---- prices ---- */

static double paid_mean(const LearnHistory *h, int from, int to) {
    if (from < 0) from = 0;
    double units = h->priced[to] - h->priced[from];
    return units > 0 ? (h->paid[to] - h->paid[from]) / units : 0;
}

static void paid_tell(const LearnHistory *h, int i, float out[2]) {
    if (!h->paid) return;
    double usual = paid_mean(h, i - h->year, i), month = paid_mean(h, i - 4 * h->week, i), quarter = paid_mean(h, i - 13 * h->week, i);
    if (usual > 0 && month > 0) out[0] = (float)(month / usual);
    if (usual > 0 && quarter > 0) out[1] = (float)(quarter / usual);
}

/* The price in grid bucket `at` as the list stood before bucket `known`; 0 when none. */
static double list_price(const LearnSeries *s, int known, int at) {
    const LearnNotice *newest = NULL;
    for (int n = 0; n < s->notices; n++) {
        const LearnNotice *notice = &s->notice[n];
        if (notice->kind == LEARN_PRICE && notice->told <= known && notice->from <= at && (!newest || notice->from >= newest->from)) newest = notice;
    }
    return newest ? newest->amount : 0;
}

static void list_tell(const LearnHistory *h, int at, int ahead, float out[2]) {
    enum { LOOKS = 13 };
    double usual = 0, coming = 0, now = list_price(h->series, at, at - 1);
    int back = 0;
    for (int k = 1; k <= LOOKS; k++) {
        double price = list_price(h->series, at, at - 1 - k * h->year / LOOKS);
        usual += price;
        back += price > 0;
    }
    for (int k = 0; k < 3; k++) coming += list_price(h->series, at, at + k * (ahead - 1) / 2) / 3;
    if (back > 0 && coming > 0) out[0] = (float)(coming * back / usual);
    if (now > 0 && coming > 0) out[1] = (float)(coming / now);
}

/* ---- events ---- */

static double overlap(const LearnNotice *n, int from, int to) {
    int a = n->from > from ? n->from : from, b = n->to < to ? n->to : to;
    return b > a ? b - a : 0;
}

/* Factors of events that meet are added, not multiplied: two words of one storm are one storm. */
static void events_tell(const LearnHistory *h, int at, int ahead, float out[3]) {
    double lately = 0, lifted = 0, share = 0;
    int month = 4 * h->week;
    for (int n = 0; n < h->series->notices; n++) {
        const LearnNotice *notice = &h->series->notice[n];
        if (notice->kind != LEARN_EVENT || notice->told > at) continue;
        lately += (notice->amount - 1) * overlap(notice, at - month, at) / month;
        lifted += (notice->amount - 1) * overlap(notice, at, at + ahead) / ahead;
        share += overlap(notice, at, at + ahead) / ahead;
    }
    out[0] = (float)(1 + lately);
    out[1] = (float)(1 + lifted);
    out[2] = (float)fn_clamp(share, 0, 1);
}

void learn_told(const LearnHistory *h, int i, int ahead, float *out) {
    for (int f = 0; f < LEARN_TOLD; f++) out[f] = UNKNOWN;
    paid_tell(h, i, out);
    list_tell(h, i + h->series->from, ahead, out + 2);
    events_tell(h, i + h->series->from, ahead, out + 4);
    customers_tell(h, i, out + 7);
}

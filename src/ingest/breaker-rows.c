/* breaker-rows.c - master rows and order lines: what the log knows of a subject beside what the file says. A subject is an item, a supplier's
 * term, a price, or the order lines of an item. */
#include <stdlib.h>

#include "ingest/breaker-room.h"

enum { SUBJECTS_MOST = 20000000, KNOWN_LINES = 3, NEW_LINES = 5, PRICE_TIMES = 5, LEAD_TIMES = 3, DEMAND_DOUBLINGS = 1807355 };    /* log2 3.5 x 10^-6 */

/* Levels as told last; lines with the sum of their doublings. price and lead below zero: not told. */
typedef struct Side { bool told; int32_t from_day; int64_t price, lead, lines, doublings; } Side;
typedef struct Subject { FactKind kind; Side before, now; } Subject;

struct Subjects {
    TextMap *index;             /* kind and codes -> subject */
    LIST(Subject) list;
    Buf key;
};

Subjects *subjects_begin(void) {
    Subjects *subjects = calloc(1, sizeof *subjects);
    if (!subjects) stop_for("the machine has no memory to compare a file with what is known");
    *subjects = (Subjects){ .index = text_map_begin(SUBJECTS_MOST), .key = buf_begin(64 * KiB) };
    return subjects;
}

void subjects_end(Subjects **subjects) {
    if (!*subjects) return;
    text_map_end(&(*subjects)->index);
    list_end(&(*subjects)->list);
    buf_end(&(*subjects)->key);
    free(*subjects);
    *subjects = NULL;
}

size_t subjects_count(const Subjects *subjects) { return subjects->list.count; }

/* Prices of several days are one subject, and so are all order lines of an item. */
static Subject *subject_of(Subjects *subjects, const Fact *fact) {
    static const Field codes[] = { F_item, F_supplier, F_place, F_customer };
    size_t count = fact->kind == FACT_ORDER_LINE ? 1 : sizeof codes / sizeof codes[0];
    bool is_new;
    buf_clear(&subjects->key);
    buf_add_str(&subjects->key, fact_kinds[fact->kind].name);
    for (size_t i = 0; i < count; i++) {
        buf_add_char(&subjects->key, '\n');
        buf_add_text(&subjects->key, fact_text(fact, codes[i]));
    }
    int64_t at = *text_map_place(subjects->index, buf_text(&subjects->key), (int64_t)subjects->list.count, &is_new);
    if (is_new) {
        Side nothing = { .price = -1, .lead = -1 };
        list_push(&subjects->list, (Subject){ fact->kind, nothing, nothing });
    }
    return &subjects->list.at[at];
}

/* log2 x 10^6, straight between the powers of two: at most 9 % of a doubling off. */
static int64_t doublings(int64_t value) {
    int whole = 63 - __builtin_clzll((uint64_t)value);
    uint64_t rest = ((uint64_t)value << (63 - whole)) & INT64_MAX;
    return whole * INT64_C(1000000) + (int64_t)((rest >> 33) * 1000000 >> 30);
}

void subjects_take(Subjects *subjects, const Fact *fact, bool now) {
    Subject *subject = subject_of(subjects, fact);
    Side *side = now ? &subject->now : &subject->before;
    int32_t day = (int32_t)fact_number(fact, F_from_day, 0);
    side->told = true;
    if (fact->kind == FACT_ORDER_LINE) {
        int64_t qty = fact_number(fact, F_qty, 0);
        if (qty <= 0) return;
        side->doublings += doublings(qty);
        side->lines++;
        return;
    }
    if (day < side->from_day) return;
    side->from_day = day;
    if (fact_has(fact, F_price)) side->price = fact->number[F_price];
    if (fact_has(fact, F_lead_days)) side->lead = fact->number[F_lead_days];
}

static bool apart(int64_t a, int64_t b, int64_t times) { return a / times >= b || b / times >= a; }

/* By geometric means: one large line among many says little, the same factor on all of them says all. */
static bool much_larger(const Side *before, const Side *now) {
    return now->doublings / now->lines - before->doublings / before->lines >= DEMAND_DOUBLINGS;
}

void subjects_tally(const Subjects *subjects, TallyList *out) {
    Tally price = { .check = CHECK_PRICE }, lead = { .check = CHECK_LEAD }, demand = { .check = CHECK_DEMAND }, keys = { .check = CHECK_KEYS };
    bool items = false;
    for (size_t i = 0; i < subjects->list.count; i++) {
        const Side *before = &subjects->list.at[i].before, *now = &subjects->list.at[i].now;
        bool item = subjects->list.at[i].kind == FACT_ITEM;
        items |= item && now->told;
        keys.of += item && before->told;
        keys.hits += item && before->told && !now->told;
        if (!before->told || !now->told) continue;
        bool prices = before->price > 0 && now->price > 0, leads = before->lead > 0 && now->lead >= 0;
        price.of += prices;
        price.hits += prices && apart(before->price, now->price, PRICE_TIMES);
        lead.of += leads;
        lead.hits += leads && (now->lead == 0 || now->lead > LEAD_TIMES * before->lead);
        bool lines = before->lines >= KNOWN_LINES && now->lines >= NEW_LINES;
        demand.of += lines;
        demand.hits += lines && much_larger(before, now);
    }
    if (!items) keys = (Tally){ .check = CHECK_KEYS };
    const Tally tallies[] = { price, lead, demand, keys };
    for (size_t i = 0; i < sizeof tallies / sizeof tallies[0]; i++)
        if (tallies[i].of) list_push(out, tallies[i]);
}

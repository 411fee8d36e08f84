/* spend.c - one value per supplier: lines of "case us minor". Entries older than a day are dropped when the value is written. */
#include "desk/spend.h"

#include "base/decimal.h"
#include "base/map.h"
#include "base/time.h"

static const char SPACE[] = "spend";

typedef struct Entry { int64_t case_id, at_us, minor; } Entry;

/* Walks the entries that still count. */
static bool next_entry(Text *rest, int64_t now_us, Entry *out_entry) {
    Text line, id, at, minor;
    while (rest->length > 0) {
        Entry entry;
        text_split(*rest, '\n', &line, rest);
        text_split(line, ' ', &id, &line);
        text_split(line, ' ', &at, &minor);
        bool whole = integer_parse(id, &entry.case_id, NULL) == OK && integer_parse(at, &entry.at_us, NULL) == OK && integer_parse(minor, &entry.minor, NULL) == OK;
        if (!whole || entry.at_us <= now_us - DAY_US) continue;
        *out_entry = entry;
        return true;
    }
    return false;
}

static Err entries(Store *store, Arena *work, const char *supplier, Text *out, Why *why) {
    Err err = value_get(store, work, SPACE, supplier, out, why);
    if (err == ERR_NOT_FOUND) *out = text_of("");
    return err == ERR_NOT_FOUND ? OK : err;
}

Err spend_sum(Store *store, Arena *work, const char *supplier, const RowId *except, int except_count, int64_t now_us, int64_t *out_minor, Why *why) {
    own(int_map_end) IntMap *without = int_map_begin((size_t)except_count + 1);
    Text rest;
    Entry entry;
    int64_t sum = 0;
    for (int i = 0; i < except_count; i++) int_map_set(without, except[i].v, 1);
    TRY(entries(store, work, supplier, &rest, why));
    while (next_entry(&rest, now_us, &entry))
        if (!int_map_or(without, entry.case_id, 0) && __builtin_add_overflow(sum, entry.minor, &sum))
            return fail(why, ERR_LIMIT, "what was accepted from %s is too large to add up", supplier);
    *out_minor = sum;
    return OK;
}

Err spend_set(Store *store, Arena *work, const char *supplier, RowId case_id, int64_t value_minor, int64_t now_us, Why *why) {
    Text rest;
    Entry entry;
    own(buf_end) Buf kept = buf_begin(4 * MiB);
    bool had = false;
    TRY(entries(store, work, supplier, &rest, why));
    while (next_entry(&rest, now_us, &entry)) {
        if (entry.case_id == case_id.v) had = true;
        else buf_addf(&kept, "%lld %lld %lld\n", (long long)entry.case_id, (long long)entry.at_us, (long long)entry.minor);
    }
    if (value_minor == 0 && !had) return OK;
    if (value_minor != 0) buf_addf(&kept, "%lld %lld %lld\n", (long long)case_id.v, (long long)now_us, (long long)value_minor);
    TRY(buf_check(&kept, "the list of what was accepted from one supplier in a day", why));
    return value_put(store, SPACE, supplier, buf_text(&kept), now_us + DAY_US, why);
}

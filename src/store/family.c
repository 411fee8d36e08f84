#include "store/family.h"

bool family_sees(const Moment *moment, const Member *member) {
    if (member->row > moment->upto || member->known_us > moment->known_us) return false;
    return int_map_or(moment->retracted, member->document, INT64_MAX) > moment->upto;
}

static bool beats(const Member *left, const Member *right) {
    if (left->version != right->version) return left->version > right->version;
    if (left->version && left->correction != right->correction) return left->correction > right->correction;
    return left->row > right->row;
}

const Member *family_counting(const Member *members, size_t count, const Moment *moment) {
    const Member *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (family_sees(moment, &members[i]) && (!best || beats(&members[i], best))) best = &members[i];
    return best;
}

/* Without a version number the same bytes are a repetition when they are what counts, or when the same document is read again;
 * an older state that comes back in a later document is news. */
static bool repeats(const Member *member, const Member *counting, const Member *as) {
    if (member->hash != as->hash || member->version != as->version || member->correction != as->correction) return false;
    return as->version || member == counting || member->document == as->document;
}

/* Two original statements of one version contradict each other. Without a number that can only be said within one document; a
 * row that defines a code (an item repeated on every order line of a file, its name spelt twice) takes the last word instead. */
static bool contradicts(const Member *member, const Member *counting, const Arrival *arrival) {
    const Member *as = &arrival->as;
    if (member->version != as->version || member->correction != as->correction) return false;
    if (as->version) return true;
    return arrival->from_document && !arrival->defines && as->correction == CORRECT_ORIGINAL && member == counting && member->document == as->document;
}

FactOutcome family_judge(const Member *members, size_t count, const Arrival *arrival, const IntMap *retracted, Member *out_twin) {
    Moment now = { INT64_MAX - 1, INT64_MAX, retracted };
    const Member *counting = family_counting(members, count, &now);
    if (!counting) return FACT_NEW;
    for (size_t i = 0; i < count; i++)
        if (family_sees(&now, &members[i]) && repeats(&members[i], counting, &arrival->as)) {
            *out_twin = members[i];
            return FACT_DUPLICATE;
        }
    for (size_t i = 0; i < count; i++)
        if (family_sees(&now, &members[i]) && contradicts(&members[i], counting, arrival)) return FACT_CONFLICTING;
    return beats(&arrival->as, counting) ? FACT_CORRECTED : FACT_LATE;
}

static Err members_take(Query *query, MemberList *out_members, Why *why) {
    for (;;) {
        bool found;
        TRY(query_next(query, &found, why));
        if (!found) return OK;
        list_push(out_members, (Member){ query_int_at(query, 0), query_int_at(query, 1), query_int_at(query, 2), query_int_at(query, 3),
                                         query_int_at(query, 4), query_int_at(query, 5) });
    }
}

Err family_read(Store *store, int64_t family, MemberList *out_members, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT row, document, version, correction, hash, known_us FROM sibling WHERE family = $1 ORDER BY row", why));
    query_int(&query, 1, family);
    return members_take(&query, out_members, why);
}

Err family_of(Store *store, int64_t row, MemberList *out_members, Why *why) {
    own(query_end) Query query = { 0 };
    static const char *const sql = "SELECT s.row, s.document, s.version, s.correction, s.hash, s.known_us FROM sibling r JOIN sibling s ON s.family = r.family"
                                   " WHERE r.row = $1 ORDER BY s.row";
    TRY(query_begin(store, &query, sql, why));
    query_int(&query, 1, row);
    return members_take(&query, out_members, why);
}

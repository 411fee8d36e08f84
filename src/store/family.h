/* family.h - the versions of one business key and which of them counts. Inside the store only.
 *
 * (1) The version that counts is the best of those that are visible: highest version, then (where versions are numbered)
 *     cancel over replace over original, then the newest row. Without numbers arrival decides.
 * (2) A row is visible at a moment when it had been appended, was known and its document was not yet retracted then.
 * (3) So with numbered versions the outcome is the same for any order of arrival and any repetition, and a retraction gives
 *     back what its document had replaced.
 * (4) A counting version that cancels means that the key does not count. */
#pragma once
#include "store/room.h"

typedef struct Member { int64_t row, document, version, correction, hash, known_us; } Member;
typedef LIST(Member) MemberList;

typedef struct Moment { int64_t upto, known_us; const IntMap *retracted; } Moment;

bool family_sees(const Moment *moment, const Member *member);                                       /* (2) */
const Member *family_counting(const Member *members, size_t count, const Moment *moment);           /* (1); NULL when none is visible */

/* A fact that arrives, judged against what is there. out_twin is what a duplicate repeats. */
typedef struct Arrival { Member as; bool from_document, defines; } Arrival;
FactOutcome family_judge(const Member *members, size_t count, const Arrival *arrival, const IntMap *retracted, Member *out_twin);

Err family_read(Store *store, int64_t family, MemberList *out_members, Why *why);                  /* appended to the list, by row */
Err family_of(Store *store, int64_t row, MemberList *out_members, Why *why);                       /* nothing is added when the row is alone with its key */

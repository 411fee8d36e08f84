/* draft.h - from an estimate to a case: the words, the arithmetic, the alternatives, the evidence and the frozen inputs.
 *
 * A draft is what planning would write now, without what only the log knows (its id, why it came back, what changed). Drafts of many
 * item-places are made side by side: nothing here writes or reads the store. */
#pragma once
#include "base/arena.h"
#include "domain/case.h"
#include "maths/fill.h"
#include "draft/confidence.h"
#include "estimate/amounts.h"
#include "estimate/estimate.h"

enum { DRAFT_TERMS_MOST = TERM_COUNT_, DRAFT_EVIDENCE_MOST = 64 };

typedef struct Draft {
    bool wanted;                 /* false: no such exposure now */
    Case c;
    Text input;                  /* frozen input record, JSON; its SHA-256 is c.input */
    ItemId item; PlaceId place; SupplierId supplier;
    double rank;                 /* major, -1 unknown */
} Draft;

/* What is proposed for one supplier and place together. */
typedef struct GroupTotal { bool limited; FillAsk ask; Fill fill; } GroupTotal;

/* The order that is wanted: from a supplier (buy), or from another place of ours (move). First only what tells whether there is anything to write: what to
 * do, rank, confidence, flags, tier, notes. Then the rest, for those that are written: arithmetic, options, projection, words, evidence, frozen inputs. */
void draft_order(const Context *context, const Picture *picture, const Estimate *estimate, const GroupTotal *group, QuantityFlips *flips, Arena *arena, Draft *out);
void draft_order_tell(const Context *context, const Picture *picture, const Estimate *estimate, const Courses *courses, Arena *arena, Draft *out);
Tier draft_order_tier(const Context *context, const Picture *picture, const Estimate *estimate, Arena *arena);   /* who would decide on it */
CaseKind estimate_order_kind(const Estimate *estimate);
void draft_other_source(const Context *context, double more, double units, SourceKind kind, int32_t from, int32_t arrival_day, Arena *arena, Case *c);
/* Into options of `c`, whose kind and from_place stand: the order proposed as it is now, and the same with `qty` (micro, >= 0) instead. The Courses are those of the estimate, which orders something. */
void draft_try(const Context *context, const Picture *picture, const Estimate *estimate, const Courses *courses, int64_t qty, Arena *arena, Case *c);
/* In two parts likewise. */
void draft_excess(const Context *context, const Picture *picture, const Estimate *estimate, Arena *arena, Draft *out);
void draft_excess_tell(const Context *context, const Picture *picture, const Estimate *estimate, Arena *arena, Draft *out);
/* `open`: a case of it is not over, and stays while its reason is half as strong. Orders and customers are named later (plan/step.c): facts are in the log. */
void draft_allocate(const Context *context, const Picture *picture, const Estimate *estimate, bool open, Arena *arena, Draft *out);
bool estimate_wants_order(const Context *context, const Estimate *estimate);
bool estimate_wants_excess(const Context *context, const Estimate *estimate);

/* Parts that screens share. */
void draft_facts(const Context *context, const Picture *picture, CaseFacts *out);
/* Of lead time and review, and of `least_days` at least; by day up to that or 70 days, else by week. */
enum { CASE_PROJECTION_DAYS = 28 };
void draft_projection(const Context *context, const Picture *picture, double safety_units, int least_days, Arena *arena, CaseProjection *out);
CaseModel draft_model(const Picture *picture, Arena *arena);
void draft_notes(const Context *context, const Picture *picture, Arena *arena, Case *c);
void draft_tier(const Context *context, const Picture *picture, Case *c, Arena *arena);
void evidence_add(Case *c, int64_t row, const char *role);         /* row 0 is ignored; the list has room for DRAFT_EVIDENCE_MOST */

/* room.h - the inside of a Plan, shared by the files that make a step and answer screens; nobody outside plan/ includes it. */
#pragma once
#include <sys/types.h>

#include "base/thread.h"
#include "draft/casebook.h"
#include "estimate/choice.h"
#include "position/commands.h"
#include "estimate/carry.h"
#include "estimate/leadtimes.h"
#include "estimate/pace.h"
#include "estimate/learned.h"
#include "plan/plan.h"
#include "draft/quality.h"
#include "store/snapshot.h"

/* What is added up over the estimates of all item-places, kept right by every spot_put, so that a step on one of a million does not walk over all of
 * them. Whole numbers only: they come out the same whatever the order of adding and taking away. */
typedef struct PlaceSums {
    int32_t doubted[QUALITY_COUNT_];        /* item-places with this doubt */
    __int128 worth, doubted_worth[QUALITY_COUNT_];   /* money x 10^-6 a day: what its demand is worth when missed */
    uint32_t mass;                          /* doubts that so many share that they are one case */
} PlaceSums;
/* All that one place buys from one supplier (groups.c). */
typedef struct SupplierGroup {
    int32_t supplier; PlaceId place;
    int32_t head, count;                    /* its spots, chained by Plan.group_next */
    bool touched;                           /* in Sums.touched */
    GroupTotal total;
} SupplierGroup;
typedef struct Sums {
    bool ready;
    PlaceSums *place; size_t places;
    int64_t stock, stock_told, order, order_told;   /* minor units; see HomeView for all of these */
    int64_t due_lines, served_lines, top, top_out, at_risk;
    __int128 excess;                        /* money x 10^-6 */
    IntMap *group;                          /* supplier << 32 | place -> index of the group; suppliers that ask for a minimum or tell a truck only */
    LIST(SupplierGroup) groups;
    LIST(int32_t) touched, refilled;        /* groups to fill anew; spots whose share moved since the step began */
} Sums;

typedef struct BadRows { int64_t document, rows; } BadRows;      /* of a document that stands */

struct Plan {
    Store *store;
    Pool *threads;
    Arena **work;                 /* one per thread: a spot at a time */
    Arena **kept;                 /* two per thread: a batch that is drafted, and the one before it while it is written */
    State *state;                 /* NULL until the first step */
    CommandBook *commands;
    CaseBook *book;
    Arena *pools_arena;
    LeadPools pools;
    Seasons seasons;
    DemandKin sizes;
    DemandShocks shocks;
    DemandMisses misses;
    Learned learned;
    Choices choices;
    ConfidenceRecord confidence;
    Pace pace;
    int64_t pool_upto;            /* log id the pools rest on */
    int32_t pool_day;             /* the start day they were learned on */
    Models *models;               /* by spot */
    Estimate *estimates;          /* by spot */
    EstimateKeys *keys;           /* by spot: of its estimate, where the next one may be carried over from it */
    QuantityFlips *flips;         /* by spot: of the order its estimate wants, where a draft asked for them */
    uint32_t *doubts;             /* by spot: bits 1 << Quality */
    Courses **courses;            /* by spot, of this step: what its estimate rests on, where a case may follow; else NULL */
    LIST(int32_t) courses_of;     /* spots that have some */
    LIST(BadRows) bad_rows;       /* as notes up to bad_rows_upto say; 0: not read */
    int64_t bad_rows_upto;
    int64_t *allot;               /* by spot: see Context */
    SpotFill *fill;               /* by spot: see Context */
    bool *buys;                   /* by spot: see Context */
    int32_t *group_next, *group_before;   /* by spot: its neighbours in its group, -1 */
    size_t spots_room;
    int32_t *dirty; int dirty_count;   /* spots whose cases this step looks at, ascending */
    int32_t *stale; int stale_count;   /* those of them that it estimates anew */
    bool all_stale;
    Sums sums;
    Context context;
    int64_t known_us;
    const Policy *policy;
    RowId policy_row;
    bool ready;
    Snapshot *resumed;            /* where texts of state and book live that was taken up, or NULL */
    int64_t kept_upto, kept_us;   /* the newest snapshot written or taken up; 0 = none */
    SnapshotFile *keeping;        /* what the child writes, or NULL */
    pid_t keeper;
};

/* Where the newest step at or before row `upto` learned its pools, if it looked at the same policy with the same engine; else both stay as they are. replay.c */
Err pools_of_last_step(const Plan *plan, const PlanOptions *options, int64_t upto, int64_t *out_upto, int32_t *out_day, Why *why);
/* Brings state, pools and estimates up to `upto`. `pool_upto` 0: pools as the rule says (refresh.c), and where it may resume but no snapshot fits, those of the last step; else they are learned there, on the start day `pool_day`. */
typedef struct RefreshOptions { const PlanOptions *options; int64_t upto, pool_upto; int32_t pool_day; bool picture_only; /* no estimates: the closed loop makes its own */
                                bool may_resume; /* from a snapshot; a replay must not */ } RefreshOptions;
Err plan_refresh(Plan *plan, const RefreshOptions *refresh, Why *why);
void plan_context_set(Plan *plan, const PlanOptions *options, int32_t today, int32_t start_day);
void plan_spots_grow(Plan *plan);                                        /* room for an estimate of every spot */
void plan_keeping_end(Plan *plan);                                       /* waits for the child */

/* One spot looked at from scratch. */
typedef struct Assessment { Picture picture; Estimate estimate; bool carried; /* or its quantity, from another day: without courses */ Courses courses; Finding findings[FINDINGS_MOST]; int findings_count; } Assessment;
void spot_assess(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Assessment *out);

/* Of the stale spots those that feed others, `at` (1, 2, ... until there are none) places high, into `out` with room for all (echelon.c): estimated after those they feed, and where
 * one of these turns out to buy, once more. */
typedef enum EchelonWhich { ECHELON_ALL, ECHELON_OF_BUYERS } EchelonWhich;
int echelon_spots(const Plan *plan, int at, EchelonWhich which, int32_t *out);

/* Who gets how much of what a sending place can spare (share.c); after the estimates of every dirty spot, before drafts. `bound` is called for a spot
 * that gets less than it wants and must estimate it again. */
typedef void ShareBound(void *self, int32_t spot);
void shares_make(Plan *plan, ShareBound *bound, void *self);

/* Of an item-place with two sources: what each costs over the same days (sources.c). False: it has one, or they cannot be compared. */
typedef struct SourceCost { SourceKind kind; double units, cost; int32_t arrival_day, place, supplier; } SourceCost;
bool sources_compare(const Plan *plan, int32_t spot, Arena *arena, SourceCost *out_here, SourceCost *out_other);
/* Those for which buying is cheaper buy: `bought` estimates them again. Before shares. */
void sources_choose(Plan *plan, ShareBound *bought, void *self);

void home_values(const Context *context, const Picture *picture, Arena *arena, Estimate *out);
uint32_t doubts_of(const Assessment *assessment);
void spot_put(Plan *plan, int32_t spot, const Estimate *estimate, EstimateKeys keys, uint32_t doubts);
/* Of a spot estimated already in this step: the same assessment, from what was kept where that is enough. Where no order is drafted the estimate may stay as it was
 * screened: excess and doubts rest on none of what that leaves out. Nor does what tells whether there is anything to write about an order, and its courses are left out
 * then, too; not where the order was filled up, which its estimate does not know. */
typedef enum SpotUse { SPOT_ORDERS, SPOT_ORDERS_BRIEFLY, SPOT_ORDERS_NOTHING } SpotUse;
void spot_assess_again(const Plan *plan, int32_t spot, SpotUse use, Arena *arena, Assessment *out);
/* Of running out (p0 and p1, -1 unknown): where the step only proved that it is quiet they are worked out now. */
Risk spot_chances(const Plan *plan, int32_t spot, Arena *work);
void plan_courses_drop(Plan *plan);
void plan_sums_make(Plan *plan);            /* all of them, unless they are ready; then what follows from them */
void plan_sums_end(Plan *plan);
/* Orders to suppliers that ask for a minimum: after estimates and the case book, before drafts. Lines that are to be drafted anew become dirty. */
void fills_make(Plan *plan, const PlanOptions *options);
void group_join(Plan *plan, int32_t spot);                               /* spot_put's: by the estimate there */
void group_leave(Plan *plan, int32_t spot);
GroupTotal group_total(const Plan *plan, int32_t supplier, PlaceId place);   /* zeros without a limit, or when nothing is wanted */
bool spot_wants_order(const Plan *plan, int32_t spot);                   /* for itself: a case would be opened, or stays open */
double place_worth(const Plan *plan, PlaceId place);                                /* major money a day */
int place_doubted(const Plan *plan, PlaceId place, Quality quality, double *out_worth);  /* item-places; and their worth */

/* Doubts about whole places and documents. */
enum { MASS_QUALITIES = 5 };
extern const Quality mass_qualities[MASS_QUALITIES];                     /* where many item-places of a place share one of these, it is one case */
typedef struct PlaceFinding { Finding finding; const char *subject; ItemId item; PlaceId place; CaseKind kind; CaseMember *members; int members_count;
                               int64_t *lines; int lines_count; /* order lines that make an event */ } PlaceFinding;
void place_draft(const Plan *plan, const PlaceFinding *finding, Arena *arena, Draft *out);       /* not wanted where the finding has no title */
/* Odd item-places that belong together; looked for when everything was estimated anew, that is once a day. */
enum { EVENTS_ROOM = 8 };
int events_find(const Plan *plan, Arena *arena, PlaceFinding out[EVENTS_ROOM]);
bool doubt_is_mass(const Plan *plan, PlaceId place, Quality quality);    /* so many item-places of the place share it that it is one case */
Err places_find(Plan *plan, Arena *arena, PlaceFinding **out_findings, int *out_count, Why *why);

/* Drafts of one spot against the book; used by the step and by replay. */
enum { SPOT_DRAFTS_MOST = 4 + QUALITY_COUNT_ };
typedef struct SpotDraft { Draft draft; BookMove move; const BookEntry *entry; /* as it was when this was drafted, or NULL */ Text payload; const char *title, *action, *search;
                           RowId case_id, row; int64_t written_us; /* once it is written, else row 0 */ } SpotDraft;
int spot_drafts(const Plan *plan, int32_t spot, int64_t now_us, Arena *work, Arena *kept, SpotDraft out[SPOT_DRAFTS_MOST]);
void spot_draft_finish(SpotDraft *draft, Arena *kept);                   /* payload and queue texts */
Err spot_shares_name(Store *store, SpotDraft *draft, Arena *kept, Why *why);    /* before that, of an allocation: which orders and customers its lines are */
void plan_say(const PlanOptions *options, const char *stage, int64_t done, int64_t total);

/* What screens show of a lead time and of an open line, and how it is written. */
void choice_view(const Picture *p, Arena *arena, ItemChoice *out);
void customers_view(const Plan *plan, const Picture *p, Arena *arena, ItemView *out);
int64_t spot_sold(const State *state, int32_t spot, int32_t from, int32_t until);     /* micro asked for on the days [from, until), overrides.c */
void lead_bars(const LeadTime *lead, int32_t stated_days, LeadBasis basis, Arena *arena, ItemLead *out);
ItemSupply supply_line(const Context *context, const Picture *picture, const OpenSupply *line, Arena *arena);
void lead_write(JsonWriter *json, const ItemLead *lead);                 /* "lead": {...} */
void supply_line_write(JsonWriter *json, const ItemSupply *line);        /* the fields of an open object */

/* One line of the proposals file; the backtest writes the same line from its simulated stock. */
extern const char *const proposals_head;
void proposal_line(const Context *context, int32_t spot, const Estimate *estimate, Buf *out);

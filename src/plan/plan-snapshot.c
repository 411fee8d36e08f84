/* A Plan as a snapshot: the State, the pools and estimates that rest on it, the case book. Commands are few and are read from the log again.
 *
 * (1) Everything in it is of one moment, between two steps, and is stamped with the newest row that any of it has seen: a log that went another
 *     way after that (a restored backup) has another chain there, and the snapshot is none of it.
 * (2) Estimates rest on the pools and the day they were made with; both are kept, so what a step refreshes after a start is what it would
 *     have refreshed without one. Demand models come with them, read where the file is mapped: a start fits none anew. A new engine, another layout of a struct: another format.
 * (3) The child that writes inherits one thread and whatever the others held: it takes no lock and no memory from malloc, closes every file but its
 *     own (the store's lock and the listening sockets must end with the server) and leaves by _exit. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/time.h"
#include "plan/room.h"
#include "position/state-snapshot.h"

enum { FORMAT = 13, ROWS_A_SNAPSHOT = 200000 };
#define SNAPSHOT_EVERY_US HOUR_US

static const char snapshot_name[] = "plan";
static const Table book_entries = TABLE(CaseBook, entries, BookEntry, 3, TEXT_AT(BookEntry, subject), TEXT_AT(BookEntry, opened_why), TEXT_AT(BookEntry, reasons));

typedef struct Head {
    int64_t pool_upto, policy_row, book_upto;
    int32_t today, start_day, pool_day, suppliers, senders, modes, vias;
    double lines_per_order;
    int64_t requests_captured;
    int32_t lanes, late_groups[LATE_FACTORS];
    int32_t pace_groups, pace_places, pace_customers;
    int32_t season_phases, season_bucket_days, season_groups, season_items;
    int32_t season_years;
    int32_t learned, learned_end_day, learned_buckets, learned_keys[LEARN_KIN];
} Head;

static uint32_t format_number(void) {
    const uint64_t parts[] = { FORMAT, state_layout(), sizeof(Estimate), sizeof(DemandModel), sizeof(LeadTime), sizeof(LateModel), sizeof(BookEntry), FACT_KIND_COUNT_, QUALITY_COUNT_, CASE_KIND_COUNT_ };
    return (uint32_t)hash64(parts, sizeof parts, hash64(PLAN_ENGINE, strlen(PLAN_ENGINE), 0));
}

/* ---- writing ---- */

static Head head_of(const Plan *plan) {
    Head head = { .pool_upto = plan->pool_upto, .policy_row = plan->policy_row.v, .book_upto = plan->book->upto, .today = plan->context.today,
        .start_day = plan->context.start_day, .pool_day = plan->pool_day, .suppliers = plan->pools.suppliers, .senders = plan->pools.senders, .modes = plan->pools.modes, .vias = plan->pools.vias,
        .lines_per_order = plan->pools.lines_per_order, .requests_captured = plan->pools.requests_captured, .lanes = plan->pools.promises.lanes,
        .late_groups = { plan->pools.promises.late.groups[0], plan->pools.promises.late.groups[1], plan->pools.promises.late.groups[2] },
        .pace_groups = plan->pace.groups, .pace_places = plan->pace.places, .pace_customers = plan->pace.customers,
        .season_phases = plan->seasons.phases, .season_bucket_days = plan->seasons.bucket_days, .season_groups = plan->seasons.groups, .season_items = plan->seasons.items,
        .season_years = plan->seasons.year_of_group != NULL,
        .learned = plan->learned.speaks, .learned_end_day = plan->learned.end_day, .learned_buckets = plan->learned.learner.grid.buckets };
    memcpy(head.learned_keys, plan->learned.learner.kin.keys, sizeof head.learned_keys);
    return head;
}

static const char *const effect_names[LATE_FACTORS] = { "late.supplier", "late.place", "late.lane" };
static const char *const var_names[LATE_FACTORS] = { "late.supplier.var", "late.place.var", "late.lane.var" };

static void promises_pack(Pack *pack, const Plan *plan) {
    const Promises *p = &plan->pools.promises;
    size_t suppliers = (size_t)plan->pools.suppliers;
    pack_bytes(pack, "late.model", &p->late, sizeof p->late);
    pack_bytes(pack, "late.lanes", p->lane, (size_t)p->lanes * sizeof *p->lane);
    for (int f = 0; f < LATE_FACTORS; f++) {
        pack_bytes(pack, effect_names[f], p->late.effect[f], (size_t)p->late.groups[f] * sizeof *p->late.effect[f]);
        pack_bytes(pack, var_names[f], p->late.var[f], (size_t)p->late.groups[f] * sizeof *p->late.var[f]);
    }
    pack_bytes(pack, "early.all", &p->all_early, sizeof p->all_early);
    pack_bytes(pack, "slip.all", &p->all_slip, sizeof p->all_slip);
    pack_bytes(pack, "early.supplier", p->early, suppliers * sizeof *p->early);
    pack_bytes(pack, "slip.supplier", p->slip, suppliers * sizeof *p->slip);
    pack_bytes(pack, "transit.all", &p->all_transit, sizeof p->all_transit);
    pack_bytes(pack, "notice.all", &p->all_notice, sizeof p->all_notice);
    pack_bytes(pack, "transit.supplier", p->transit, suppliers * sizeof *p->transit);
    pack_bytes(pack, "notice.supplier", p->notice, suppliers * sizeof *p->notice);
    pack_bytes(pack, "yield.supplier", p->yield, suppliers * sizeof *p->yield);
}

static const char *const kin_columns[LEARN_KIN] = { "learned.all", "learned.group", "learned.place", "learned.item" };

static size_t kin_bytes(const LearnKin *kin, int k) { return (size_t)kin->keys[k] * (size_t)kin->weeks * sizeof *kin->of[k]; }

static void plan_pack(Pack *pack, const Plan *plan, const Head *head) {
    size_t spots = plan->state->spots.count;
    pack_bytes(pack, "head", head, sizeof *head);
    state_pack(pack, plan->state);
    pack_bytes(pack, "pool.all", &plan->pools.all, sizeof plan->pools.all);
    pack_bytes(pack, "pool.supplier", plan->pools.supplier, (size_t)plan->pools.suppliers * sizeof *plan->pools.supplier);
    pack_bytes(pack, "pool.sender", plan->pools.sender, (size_t)plan->pools.senders * sizeof *plan->pools.sender);
    if (plan->pools.modes) pack_bytes(pack, "pool.mode", plan->pools.mode, (size_t)plan->pools.modes * sizeof *plan->pools.mode);
    if (plan->pools.vias) pack_bytes(pack, "pool.via", plan->pools.via, (size_t)plan->pools.vias * sizeof *plan->pools.via);
    promises_pack(pack, plan);
    pack_bytes(pack, "pace.group", plan->pace.group, (size_t)plan->pace.groups * sizeof *plan->pace.group);
    pack_bytes(pack, "pace.place", plan->pace.place_shift, (size_t)plan->pace.places * sizeof *plan->pace.place_shift);
    pack_bytes(pack, "pace.customer", plan->pace.customer_share, (size_t)plan->pace.customers * sizeof *plan->pace.customer_share);
    pack_bytes(pack, "season.group", plan->seasons.of_group, (size_t)plan->seasons.groups * sizeof *plan->seasons.of_group);
    pack_bytes(pack, "sizes", &plan->sizes, sizeof plan->sizes);
    pack_bytes(pack, "shocks", &plan->shocks, sizeof plan->shocks);
    pack_bytes(pack, "misses", &plan->misses, sizeof plan->misses);
    if (plan->seasons.year_of_group) pack_bytes(pack, "season.year", plan->seasons.year_of_group, (size_t)plan->seasons.groups * sizeof *plan->seasons.year_of_group);
    pack_bytes(pack, "season.item", plan->seasons.group_of_item, (size_t)plan->seasons.items * sizeof *plan->seasons.group_of_item);
    for (int k = 0; k < LEARN_KIN && plan->learned.speaks; k++) pack_bytes(pack, kin_columns[k], plan->learned.learner.kin.of[k], kin_bytes(&plan->learned.learner.kin, k));
    pack_bytes(pack, "estimates", plan->estimates, spots * sizeof *plan->estimates);
    pack_bytes(pack, "keys", plan->keys, spots * sizeof *plan->keys);
    pack_bytes(pack, "flips", plan->flips, spots * sizeof *plan->flips);
    pack_bytes(pack, "doubts", plan->doubts, spots * sizeof *plan->doubts);
    pack_bytes(pack, "allot", plan->allot, spots * sizeof *plan->allot);
    models_pack(pack, plan->models);
    pack_table(pack, &book_entries, plan->book);
    pack_map(pack, "book.exposure", plan->book->by_exposure);
    pack_map(pack, "book.case", plan->book->by_case);
}

static Err plan_fill(const Plan *plan, SnapshotFile *file, Why *why) {
    Pack pack = { 0 };
    Head head = head_of(plan);
    plan_pack(&pack, plan, &head);
    Err err = pack.over ? fail(why, ERR_LIMIT, "no memory to pack the plan") : snapshot_fill(file, format_number(), pack.columns, pack.columns_count, why);
    pack_end(&pack);
    return err;
}

static _Noreturn void keeper_main(const Plan *plan, SnapshotFile *file) {
    Why why;
    unsigned own_fd = (unsigned)snapshot_fd(file);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (own_fd > 3) close_range(3, own_fd - 1, 0);
    close_range(own_fd + 1, ~0u, 0);
    if (nice(10) < 0) errno = 0;             /* politeness only */
    _exit(plan_fill(plan, file, &why) == OK ? 0 : 1);
}

static Err keeping_finish(Plan *plan, int options, Why *why) {
    int status = 0;
    if (!plan->keeping) return OK;
    pid_t ended = waitpid(plan->keeper, &status, options);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return OK;
    bool whole = ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    TRY(snapshot_finish(&plan->keeping, whole, why));
    return whole ? OK : fail(why, ERR_IO, "the snapshot could not be written");
}

void plan_keeping_end(Plan *plan) {
    while (plan->keeping && keeping_finish(plan, 0, NULL) == OK) continue;
}

static bool keeping_due(const Plan *plan, int64_t now_us, int64_t upto) {
    if (!plan->ready || plan->known_us != INT64_MAX || plan->keeping || upto == 0) return false;
    return plan->kept_upto == 0 || upto - plan->kept_upto >= ROWS_A_SNAPSHOT || (upto > plan->kept_upto && now_us - plan->kept_us >= SNAPSHOT_EVERY_US);
}

Err plan_keep(Plan *plan, int64_t now_us, PlanKeep how, Why *why) {
    Stamp stamp;
    TRY(keeping_finish(plan, WNOHANG, why));
    if (!plan->state) return OK;
    int64_t upto = plan->book->upto > plan->state->upto ? plan->book->upto : plan->state->upto;
    if (!keeping_due(plan, now_us, upto)) return OK;
    TRY(snapshot_stamp(plan->store, (RowId){ upto }, &stamp, why));
    TRY(snapshot_begin(store_directory(plan->store), snapshot_name, &stamp, &plan->keeping, why));
    plan->kept_upto = upto;
    plan->kept_us = now_us;
    if (how == PLAN_KEEP_WAIT) {
        Err err = plan_fill(plan, plan->keeping, why), finished = snapshot_finish(&plan->keeping, err == OK, err == OK ? why : NULL);
        return err != OK ? err : finished;
    }
    plan->keeper = fork();
    if (plan->keeper == 0) keeper_main(plan, plan->keeping);
    if (plan->keeper > 0) return OK;
    Err err = fail(why, ERR_IO, "cannot fork: %s", strerror(errno));
    (void)snapshot_finish(&plan->keeping, false, NULL);      /* the fork is what to tell of */
    return err;
}

/* ---- reading ---- */

/* The model comes with the writer's addresses; its arrays are read into the pools' arena. */
static Err promises_unpack(Plan *plan, const Snapshot *snapshot, const Head *head, Why *why) {
    Promises *p = &plan->pools.promises;
    Arena *arena = plan->pools_arena;
    size_t suppliers = (size_t)head->suppliers;
    *p = (Promises){ .lanes = head->lanes };
    if (head->lanes < 0) return fail(why, ERR_NOT_FOUND, "the head does not fit");
    TRY(unpack_bytes(snapshot, "late.model", &p->late, sizeof p->late, why));
    p->lane = many_in(arena, int64_t, head->lanes + 1);
    TRY(unpack_bytes(snapshot, "late.lanes", p->lane, (size_t)head->lanes * sizeof *p->lane, why));
    for (int f = 0; f < LATE_FACTORS; f++) {
        int groups = head->late_groups[f];
        if (groups < 0 || groups != p->late.groups[f]) return fail(why, ERR_NOT_FOUND, "the head does not fit");
        p->late.effect[f] = many_in(arena, double, groups + 1);
        p->late.var[f] = many_in(arena, double, groups + 1);
        TRY(unpack_bytes(snapshot, effect_names[f], p->late.effect[f], (size_t)groups * sizeof *p->late.effect[f], why));
        TRY(unpack_bytes(snapshot, var_names[f], p->late.var[f], (size_t)groups * sizeof *p->late.var[f], why));
    }
    TRY(unpack_bytes(snapshot, "early.all", &p->all_early, sizeof p->all_early, why));
    TRY(unpack_bytes(snapshot, "slip.all", &p->all_slip, sizeof p->all_slip, why));
    p->early = many_in(arena, LeadTime, suppliers + 1);
    p->slip = many_in(arena, LeadTime, suppliers + 1);
    TRY(unpack_bytes(snapshot, "early.supplier", p->early, suppliers * sizeof *p->early, why));
    TRY(unpack_bytes(snapshot, "slip.supplier", p->slip, suppliers * sizeof *p->slip, why));
    TRY(unpack_bytes(snapshot, "transit.all", &p->all_transit, sizeof p->all_transit, why));
    TRY(unpack_bytes(snapshot, "notice.all", &p->all_notice, sizeof p->all_notice, why));
    p->transit = many_in(arena, LeadTime, suppliers + 1);
    p->notice = many_in(arena, LeadTime, suppliers + 1);
    TRY(unpack_bytes(snapshot, "transit.supplier", p->transit, suppliers * sizeof *p->transit, why));
    p->yield = many_in(arena, double, suppliers + 1);
    TRY(unpack_bytes(snapshot, "notice.supplier", p->notice, suppliers * sizeof *p->notice, why));
    return unpack_bytes(snapshot, "yield.supplier", p->yield, suppliers * sizeof *p->yield, why);
}

static Err pools_unpack(Plan *plan, const Snapshot *snapshot, const Head *head, Why *why) {
    LeadPools *pools = &plan->pools;
    if (head->suppliers < 0 || head->senders < 0 || head->modes < 0 || head->vias < 0) return fail(why, ERR_NOT_FOUND, "the head does not fit");
    arena_clear(plan->pools_arena);
    *pools = (LeadPools){ .suppliers = head->suppliers, .senders = head->senders, .modes = head->modes, .vias = head->vias, .lines_per_order = head->lines_per_order, .requests_captured = head->requests_captured != 0 };
    pools->supplier = many_in(plan->pools_arena, LeadTime, head->suppliers + 1);
    pools->sender = many_in(plan->pools_arena, LeadTime, head->senders + 1);
    TRY(unpack_bytes(snapshot, "pool.all", &pools->all, sizeof pools->all, why));
    TRY(unpack_bytes(snapshot, "pool.supplier", pools->supplier, (size_t)head->suppliers * sizeof *pools->supplier, why));
    TRY(unpack_bytes(snapshot, "pool.sender", pools->sender, (size_t)head->senders * sizeof *pools->sender, why));
    pools->mode = many_in(plan->pools_arena, LeadTime, head->modes + 1);
    pools->via = many_in(plan->pools_arena, LeadVia, head->vias + 1);
    if (head->modes) TRY(unpack_bytes(snapshot, "pool.mode", pools->mode, (size_t)head->modes * sizeof *pools->mode, why));
    if (head->vias) TRY(unpack_bytes(snapshot, "pool.via", pools->via, (size_t)head->vias * sizeof *pools->via, why));
    return promises_unpack(plan, snapshot, head, why);
}

/* In the pools' arena, as when they are learned. */
static Err pace_unpack(Plan *plan, const Snapshot *snapshot, const Head *head, Why *why) {
    Pace *pace = &plan->pace;
    if (head->pace_groups < 0 || head->pace_places < 0 || head->pace_customers < 0) return fail(why, ERR_NOT_FOUND, "the head does not fit");
    *pace = (Pace){ .groups = head->pace_groups, .places = head->pace_places, .customers = head->pace_customers };
    pace->group = many_in(plan->pools_arena, PaceGroup, pace->groups + 1);
    pace->place_shift = many_in(plan->pools_arena, double, pace->places + 1);
    pace->customer_share = many_in(plan->pools_arena, float, pace->customers + 1);
    TRY(unpack_bytes(snapshot, "pace.group", pace->group, (size_t)pace->groups * sizeof *pace->group, why));
    TRY(unpack_bytes(snapshot, "pace.place", pace->place_shift, (size_t)pace->places * sizeof *pace->place_shift, why));
    return unpack_bytes(snapshot, "pace.customer", pace->customer_share, (size_t)pace->customers * sizeof *pace->customer_share, why);
}

static Err seasons_unpack(Plan *plan, const Snapshot *snapshot, const Head *head, Why *why) {
    Seasons *seasons = &plan->seasons;
    if (head->season_groups < 0 || head->season_items < 0) return fail(why, ERR_NOT_FOUND, "the head does not fit");
    *seasons = (Seasons){ .phases = head->season_phases, .bucket_days = head->season_bucket_days, .groups = head->season_groups, .items = head->season_items };
    seasons->of_group = arena_take(plan->pools_arena, sizeof *seasons->of_group * ((size_t)head->season_groups + 1));
    seasons->group_of_item = many_in(plan->pools_arena, int32_t, head->season_items + 1);
    if (head->season_years) {
        seasons->year_of_group = arena_take(plan->pools_arena, sizeof *seasons->year_of_group * ((size_t)head->season_groups + 1));
        TRY(unpack_bytes(snapshot, "season.year", seasons->year_of_group, (size_t)head->season_groups * sizeof *seasons->year_of_group, why));
    }
    TRY(unpack_bytes(snapshot, "season.group", seasons->of_group, (size_t)head->season_groups * sizeof *seasons->of_group, why));
    return unpack_bytes(snapshot, "season.item", seasons->group_of_item, (size_t)head->season_items * sizeof *seasons->group_of_item, why);
}

static Err kin_unpack(Plan *plan, const Snapshot *snapshot, Why *why) {
    TRY(unpack_bytes(snapshot, "sizes", &plan->sizes, sizeof plan->sizes, why));
    TRY(unpack_bytes(snapshot, "shocks", &plan->shocks, sizeof plan->shocks, why));
    return unpack_bytes(snapshot, "misses", &plan->misses, sizeof plan->misses, why);
}

/* The forest from the log, as when the pools were made; what the kin did from the snapshot. Under another policy the next step makes all anew. */
static Err learned_unpack(Plan *plan, const Snapshot *snapshot, const Head *head, const PlanOptions *options, Why *why) {
    Learned *learned = &plan->learned;
    *learned = (Learned){ 0 };
    if (head->learned_buckets < 0) return fail(why, ERR_NOT_FOUND, "the head does not fit");
    if (!head->learned || options->policy_row.v != head->policy_row) return OK;
    TRY(learned_find(plan->store, options->policy, head->pool_upto, INT64_MAX, plan->pools_arena, learned, why));
    if (!learned->speaks) return fail(why, ERR_NOT_FOUND, "its learner is not in the log");
    learned->end_day = head->learned_end_day;
    learned_grid(options->policy->bucket_days, head->learned_end_day, head->learned_buckets, head->learned_keys, plan->pools_arena, &learned->learner);
    for (int k = 0; k < LEARN_KIN; k++)
        TRY(unpack_bytes(snapshot, kin_columns[k], learned->learner.kin.of[k], kin_bytes(&learned->learner.kin, k), why));
    return OK;
}

static Err book_unpack(CaseBook *book, const Snapshot *snapshot, int64_t upto, Why *why) {
    TRY(unpack_table(snapshot, &book_entries, book, why));
    TRY(unpack_map(snapshot, "book.exposure", book->by_exposure, why));
    TRY(unpack_map(snapshot, "book.case", book->by_case, why));
    case_book_count(book);
    book->upto = upto;
    return OK;
}

/* The forgotten ones may stand in a snapshot that ends. */
static void models_forget(Plan *plan) {
    models_end(&plan->models);
    plan->models = models_begin();
}

static Err plan_unpack(Plan *plan, const Snapshot *snapshot, const PlanOptions *options, Why *why) {
    Head head;
    TRY(unpack_bytes(snapshot, "head", &head, sizeof head, why));
    TRY(state_unpack(plan->state, snapshot, why));
    TRY(pools_unpack(plan, snapshot, &head, why));
    TRY(pace_unpack(plan, snapshot, &head, why));
    TRY(seasons_unpack(plan, snapshot, &head, why));
    TRY(kin_unpack(plan, snapshot, why));
    TRY(learned_unpack(plan, snapshot, &head, options, why));
    TRY(choices_find(plan->store, options->policy, head.pool_upto, INT64_MAX, plan->pools_arena, &plan->choices, why));
    TRY(confidence_find(plan->store, options->policy, head.pool_upto, INT64_MAX, plan->pools_arena, &plan->confidence, why));
    TRY(book_unpack(plan->book, snapshot, head.book_upto, why));
    models_forget(plan);
    TRY(models_unpack(snapshot, plan->models, why));
    plan_spots_grow(plan);
    models_grow(plan->models, plan->spots_room);
    size_t spots = plan->state->spots.count;
    TRY(unpack_bytes(snapshot, "estimates", plan->estimates, spots * sizeof *plan->estimates, why));
    for (size_t s = 0; s < spots; s++) plan->buys[s] = plan->estimates[s].either && plan->estimates[s].source == SOURCE_SUPPLIER;
    TRY(unpack_bytes(snapshot, "keys", plan->keys, spots * sizeof *plan->keys, why));
    TRY(unpack_bytes(snapshot, "flips", plan->flips, spots * sizeof *plan->flips, why));
    TRY(unpack_bytes(snapshot, "doubts", plan->doubts, spots * sizeof *plan->doubts, why));
    TRY(unpack_bytes(snapshot, "allot", plan->allot, spots * sizeof *plan->allot, why));
    TRY(command_book_advance(plan->commands, plan->state, plan->state->upto, why));
    state_link(plan->state);
    plan_context_set(plan, options, head.today, head.start_day);
    plan_sums_make(plan);
    plan->policy_row = (RowId){ head.policy_row };
    plan->pool_upto = head.pool_upto;
    plan->pool_day = head.pool_day;
    return OK;
}

static void plan_forget(Plan *plan) {
    state_end(&plan->state);
    command_book_end(&plan->commands);
    case_book_end(&plan->book);
    plan_sums_end(plan);
    models_forget(plan);
    models_grow(plan->models, plan->spots_room);
    snapshot_end(&plan->resumed);
    plan->book = case_book_begin();
    plan->ready = false;
}

Err plan_resume(Plan *plan, const PlanOptions *options, Why *why) {
    if (plan->state || options->known_us) return fail(why, ERR_CONFLICT, "a snapshot is of everything known, and for an empty plan");
    TRY(snapshot_read(plan->store, snapshot_name, format_number(), &plan->resumed, why));
    plan->state = state_begin(plan->store);
    plan->commands = command_book_begin();
    plan->known_us = INT64_MAX;
    Err err = snapshot_upto(plan->resumed).v > log_last(plan->store).v ? fail(why, ERR_NOT_FOUND, "it is ahead of what is read here")
                                                                       : plan_unpack(plan, plan->resumed, options, why);
    if (err != OK) {
        plan_forget(plan);
        return err;
    }
    plan->kept_upto = snapshot_upto(plan->resumed).v;
    plan->kept_us = options->now_us;
    plan->ready = true;
    return OK;
}

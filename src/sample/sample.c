/* sample.c - the order of a day, and of the whole. */
#include "sample/sample.h"

#include "base/file.h"
#include "sample/master.h"
#include "sample/sim.h"
#include "sample/stories.h"

/* A company of the largest scale is 480,000 items: 0.4 KiB each and 0.2 KiB for each of five shelves. */
#define COMPANY_MOST_BYTES ((size_t)2048 * MiB)

void sim_begin(Sim *sim, Company *company, Sheets *sheets, Stories *stories) {
    Rng root = rng_of(company->seed);
    *sim = (Sim){ .company = company, .calendar = &company->calendar, .sheets = sheets, .stories = stories, .demand = rng_fork(&root, 2),
        .supply = rng_fork(&root, 3), .stock = rng_fork(&root, 4), .carriers = rng_fork(&root, 5), .lines_free = NONE, .po_lines_free = NONE, .shifts_free = NONE,
        .orders = 1040000, .pos = 450000, .shift_docs = 7000, .counts = 9000 };
    for (int i = 0; i < DUE_RING; i++) sim->due[i] = NONE;
    for (int i = 0; i < ARRIVAL_RING; i++) sim->arriving[i] = NONE;
    for (int i = 0; i < SHIFT_RING; i++) sim->shifting[i] = NONE;
}

void sim_end(Sim *sim) {
    list_end(&sim->lines);
    list_end(&sim->po_lines);
    list_end(&sim->shifts);
}

static void day(Sim *sim) {
    receive_day(sim);
    transfer_receive(sim);
    stories_day(sim);
    demand_day(sim);
    stock_ship_due(sim);
    transfer_ship(sim);
    supply_quarter(sim);
    supply_review(sim);
    stock_count(sim);
    if (calendar_month_end(sim->calendar, sim->today)) stock_drop_old_backlog(sim);
    if (stock_snapshot_due(sim)) stock_snapshot(sim);
}

static void run(Sim *sim, Progress *progress) {
    if (progress) progress_stage(progress, "simulating two years", "days", SAMPLE_DAYS);
    sim->today = -1;                       /* the opening stock is the level of the evening before */
    supply_begin(sim);
    stock_snapshot(sim);
    for (sim->today = 0; sim->today < SAMPLE_DAYS; sim->today++) {
        day(sim);
        if (progress) progress_at(progress, sim->today + 1);
    }
    sim->today = LAST;
}

static void counts_fill(const Sim *sim, SampleCounts *out) {
    const Company *company = sim->company;
    *out = (SampleCounts){ .items = company->items, .item_places = company->shelves, .suppliers = company->suppliers, .customers = company->customers };
    for (int s = 0; s < STORY_COUNT_; s++) out->stories += sim->stories->story[s].planted;
    for (int s = 0; s < SHEET_COUNT_; s++) {
        out->rows += sim->sheets->at[s].rows;
        out->bytes += sim->sheets->at[s].bytes;
    }
}

Err sample_write(const SampleOptions *options, SampleCounts *out_counts, Why *why) {
    if (!(options->scale >= SAMPLE_SCALE_LEAST && options->scale <= SAMPLE_SCALE_MOST))
        return fail_hint(why, fail(why, ERR_USAGE, "scale %g is not between %g and %g", options->scale, SAMPLE_SCALE_LEAST, SAMPLE_SCALE_MOST),
            "1 is 12,000 items, 0.25 is 3,000");
    own(arena_end) Arena *work = arena_begin(COMPANY_MOST_BYTES);
    Company *company = company_build(work, options->seed, options->scale, options->end_day);
    Stories *stories = arena_take(work, sizeof *stories);
    own(sim_end) Sim sim;
    own(sheets_end) Sheets sheets;
    sim_begin(&sim, company, &sheets, stories);
    TRY(sheets_open(&sheets, path_join(work, options->directory, "erp"), why));
    stories_choose(stories, &sim, work);
    master_write(&sim);
    run(&sim, options->progress);
    TRY(sheets_close(&sheets, why));
    TRY(truth_write(stories, company, path_join(work, options->directory, "truth.json"), why));
    if (out_counts) counts_fill(&sim, out_counts);
    return OK;
}

/* A snapshot and the tail of the log give what the whole log gives; a snapshot that is not whole is none. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/time.h"
#include "plan/yard.h"
#include "tests/test.h"

static Plan *planned(Yard *yard) {
    Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    return plan;
}

static Err step_of(Yard *yard, Plan *plan, const char *today, PlanWrite write, PlanResult *out_result, Why *why) {
    PlanOptions options = yard_options(yard, today);
    options.write = write;
    return plan_step(plan, &options, out_result, why);
}

static void looked(Yard *yard, Plan *plan, const char *today) {
    PlanResult result;
    Why why = { 0 };
    CHECK_OK(step_of(yard, plan, today, PLAN_LOOK, &result, &why));
}

static void kept(Yard *yard, Plan *plan) {
    Why why = { 0 };
    CHECK_OK(plan_keep(plan, world_now_us(yard->world), PLAN_KEEP_WAIT, &why));
}

static void remove_snapshots(Yard *yard) {
    Why why = { 0 };
    CHECK_OK(folder_remove(path_join(yard->work, store_directory(yard->store), "snapshots"), &why));
}

static Err add_bytes(void *self, Text bytes, Why *why) {
    (void)why;
    buf_add_text(self, bytes);
    return OK;
}

static int line_order(const void *left, const void *right) { return strcmp(*(char *const *)left, *(char *const *)right); }

/* Everything a plan says about every item-place, as text; sorted, since spots are numbered as facts named them. */
static const char *said(Yard *yard, Plan *plan) {
    Why why = { 0 };
    own(buf_end) Buf out = buf_begin(16 * MiB);
    CHECK_OK(plan_proposals_csv(plan, add_bytes, &out, &why));
    for (size_t s = 0; s < plan->state->spots.count; s++) {
        const Spot *spot = &plan->state->spots.at[s];
        ItemView view;
        own(buf_end) Buf page = buf_begin(4 * MiB);
        CHECK_OK(plan_item(plan, yard->work, spot->item, spot->place, &view, &why));
        item_view_write(&page, &view);
        buf_addf(&out, "%s\n", buf_str(&page));
    }
    char *lines[64], *rest = text_copy(yard->work, buf_str(&out)), *at;
    int count = 0;
    while ((at = strsep(&rest, "\n")) && count < 64) lines[count++] = at;
    qsort(lines, (size_t)count, sizeof lines[0], line_order);
    Buf sorted = buf_begin(16 * MiB);
    for (int i = 0; i < count; i++) buf_addf(&sorted, "%s\n", lines[i]);
    const char *text = text_copy(yard->work, buf_str(&sorted));
    buf_end(&sorted);
    return text;
}

static const char *newest_snapshot(Yard *yard) {
    char **names;
    size_t count;
    Why why = { 0 };
    const char *folder = path_join(yard->work, store_directory(yard->store), "snapshots");
    CHECK_OK(folder_list(yard->work, folder, 100, &names, &count, &why));
    CHECK(count > 0);
    return path_join(yard->work, folder, names[count - 1]);
}

static Err resumed(Yard *yard, Plan *plan, const char *today, Why *why) {
    PlanOptions options = yard_options(yard, today);
    return plan_resume(plan, &options, why);
}

/* ---- claims ---- */

TEST(a_snapshot_and_the_tail_say_what_the_whole_log_says) {
    for (uint64_t seed = 1; seed <= 12; seed++) {
        own(yard_end) Yard *yard = yard_begin();
        own(plan_end) Plan *running = planned(yard);
        Rng rng = rng_of(seed);
        int number = 0;
        yard_masters(yard);
        int32_t from = yard_day("2026-01-01"), middle = from + 20 + (int32_t)rng_below(&rng, 30), to = yard_day("2026-03-15");
        yard_any_facts(yard, &rng, from, middle, &number);
        looked(yard, running, "2026-03-15");
        kept(yard, running);
        yard_any_facts(yard, &rng, middle, to, &number);
        looked(yard, running, "2026-03-15");
        own(plan_end) Plan *fast = planned(yard);
        Why why = { 0 };
        CHECK_OK(resumed(yard, fast, "2026-03-15", &why));
        CHECK(fast->state->upto < log_last(yard->store).v);
        looked(yard, fast, "2026-03-15");
        CHECK_STR(said(yard, fast), said(yard, running));
        CHECK_EQ(fast->state->records.count, running->state->records.count);
        CHECK(memcmp(fast->state->records.at, running->state->records.at, fast->state->records.count * sizeof(Record)) == 0);
        CHECK(memcmp(fast->estimates, running->estimates, fast->state->spots.count * sizeof(Estimate)) == 0);
        remove_snapshots(yard);
        own(plan_end) Plan *whole = planned(yard);
        looked(yard, whole, "2026-03-16");               /* a new day refreshes everything, with pools learned anew */
        looked(yard, fast, "2026-03-16");
        CHECK_STR(said(yard, fast), said(yard, whole));
    }
}

TEST(what_was_resumed_needs_no_second_look_at_old_item_places) {
    own(yard_end) Yard *yard = yard_begin();
    Rng rng = rng_of(5);
    int number = 0;
    Why why = { 0 };
    PlanResult result;
    yard_masters(yard);
    yard_any_facts(yard, &rng, yard_day("2026-01-01"), yard_day("2026-03-01"), &number);
    {
        own(plan_end) Plan *plan = planned(yard);
        CHECK_OK(step_of(yard, plan, "2026-03-02", PLAN_CASES, &result, &why));
        CHECK(result.refreshed > 2);
        kept(yard, plan);
    }
    own(plan_end) Plan *plan = planned(yard);
    CHECK_OK(step_of(yard, plan, "2026-03-02", PLAN_CASES, &result, &why));
    CHECK_EQ(result.refreshed, 0);
    CHECK_EQ(result.step.v, 0);                          /* nor is anything written: the cases are the same */
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=1 version=900");
    yard_put(yard);
    CHECK_OK(step_of(yard, plan, "2026-03-02", PLAN_CASES, &result, &why));
    CHECK(result.refreshed >= 1 && result.refreshed <= 2);
}

TEST(demand_models_come_with_a_snapshot_and_none_is_fitted_anew) {
    own(yard_end) Yard *yard = yard_begin();
    Rng rng = rng_of(6);
    int number = 0;
    Why why = { 0 };
    yard_masters(yard);
    yard_any_facts(yard, &rng, yard_day("2026-01-01"), yard_day("2026-03-01"), &number);
    {
        own(plan_end) Plan *plan = planned(yard);
        looked(yard, plan, "2026-03-03");
        kept(yard, plan);
    }
    own(plan_end) Plan *fast = planned(yard), *whole = planned(yard);
    CHECK_OK(resumed(yard, fast, "2026-03-03", &why));
    size_t mapped = models_mapped(fast->models), bytes = models_bytes(fast->models);
    CHECK(mapped > 2);
    looked(yard, fast, "2026-03-04");                    /* everything is looked at: no bucket ended since */
    CHECK_EQ(models_mapped(fast->models), mapped);
    CHECK_EQ(models_bytes(fast->models), bytes);
    looked(yard, fast, "2026-03-17");                    /* two did: what is fitted now stands beside the file */
    CHECK(models_mapped(fast->models) < mapped);
    remove_snapshots(yard);
    looked(yard, whole, "2026-03-17");
    CHECK_STR(said(yard, fast), said(yard, whole));
}

/* Two snapshots, the older of a shorter log. */
static void two_snapshots(Yard *yard) {
    Rng rng = rng_of(9);
    int number = 0;
    yard_masters(yard);
    own(plan_end) Plan *first = planned(yard);
    yard_any_facts(yard, &rng, yard_day("2026-01-01"), yard_day("2026-02-01"), &number);
    looked(yard, first, "2026-03-02");
    kept(yard, first);
    yard_any_facts(yard, &rng, yard_day("2026-02-01"), yard_day("2026-03-01"), &number);
    looked(yard, first, "2026-03-02");
    first->kept_upto = 0;                                /* as after a full build */
    kept(yard, first);
}

static void flip_byte(Yard *yard, const char *path, int64_t at) {
    Text bytes;
    Why why = { 0 };
    CHECK_OK(file_read(yard->work, path, 64 * MiB, &bytes, &why));
    char *copy = text_copy_n(yard->work, bytes.at, bytes.length);
    copy[at < 0 ? (int64_t)bytes.length / 2 : at] ^= 0x10;
    CHECK_OK(file_write(path, text_from(copy, bytes.length), &why));
}

TEST(a_snapshot_with_a_changed_byte_is_none) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    two_snapshots(yard);
    const char *newest = newest_snapshot(yard);
    flip_byte(yard, newest, -1);
    own(plan_end) Plan *plan = planned(yard), *whole = planned(yard);
    CHECK_OK(resumed(yard, plan, "2026-03-02", &why));
    CHECK(plan->kept_upto < log_last(yard->store).v);    /* the older one serves */
    looked(yard, plan, "2026-03-02");
    CHECK_OK(file_remove(newest, &why));
    flip_byte(yard, newest_snapshot(yard), 9);           /* and now that one says it is of another format */
    CHECK_FAILS(ERR_NOT_FOUND, resumed(yard, whole, "2026-03-02", &why));
    looked(yard, plan, "2026-03-09");                    /* a new week learns the pools anew, so both have the same */
    looked(yard, whole, "2026-03-09");
    CHECK_STR(said(yard, plan), said(yard, whole));
}

TEST(a_writer_that_is_killed_leaves_the_older_snapshot_in_force) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    Stamp stamp;
    SnapshotFile *file = NULL;
    two_snapshots(yard);
    const char *newest = newest_snapshot(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=1 version=900");
    yard_put(yard);
    CHECK_OK(snapshot_stamp(yard->store, log_last(yard->store), &stamp, &why));
    CHECK_OK(snapshot_begin(store_directory(yard->store), "plan", &stamp, &file, &why));
    CHECK(write(snapshot_fd(file), "SWSNAP1\nhalf of a head", 22) == 22);
    CHECK_STR(newest_snapshot(yard) + strlen(newest_snapshot(yard)) - 5, ".part");
    own(plan_end) Plan *plan = planned(yard);
    CHECK_OK(resumed(yard, plan, "2026-03-02", &why));
    CHECK(plan->kept_upto < stamp.upto.v);
    CHECK_OK(snapshot_finish(&file, false, &why));
    CHECK_STR(newest_snapshot(yard), newest);
}

TEST(a_child_writes_beside_the_plan) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    Rng rng = rng_of(3);
    int number = 0;
    yard_masters(yard);
    yard_any_facts(yard, &rng, yard_day("2026-01-01"), yard_day("2026-03-01"), &number);
    const char *before;
    {
        own(plan_end) Plan *plan = planned(yard);
        looked(yard, plan, "2026-03-02");
        CHECK_OK(plan_keep(plan, world_now_us(yard->world), PLAN_KEEP_BESIDE, &why));
        before = said(yard, plan);
    }                                                    /* plan_end waits for the child */
    own(plan_end) Plan *plan = planned(yard);
    CHECK_OK(resumed(yard, plan, "2026-03-02", &why));
    CHECK_EQ(plan->kept_upto, log_last(yard->store).v);
    CHECK_STR(said(yard, plan), before);
}

TEST(a_snapshot_of_a_log_that_went_another_way_is_none) {
    own(yard_end) Yard *yard = yard_begin(), *other = yard_begin();
    Why why = { 0 };
    two_snapshots(yard);
    yard_masters(other);
    yard_history(other, "A", "P", yard_day("2026-01-01"), yard_day("2026-03-01"), 2);
    yard_put(other);
    const char *from = newest_snapshot(yard), *folder = path_join(other->work, store_directory(other->store), "snapshots");
    CHECK_OK(folder_make(folder, &why));
    CHECK_OK(file_copy(from, path_join(other->work, folder, path_name(from)), &why));
    own(plan_end) Plan *plan = planned(other);
    CHECK_FAILS(ERR_NOT_FOUND, resumed(other, plan, "2026-03-02", &why));
}

/* A2, A3, A5 on a disk that loses power, fails and lies (disk.h). POWER_CUTS says how many trials (100). */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "store/room.h"
#include "tests/fault/disk.h"
#include "tests/fault/work.h"
#include "tests/test.h"

static Why why;

enum { BATCHES = 12 };

typedef struct Trial {
    Arena *work;
    char *directory;
    Store *store;
    World world;
    bool acknowledged[BATCHES];
    bool no_sync;                /* planted: the store does not sync */
} Trial;

static void trial_begin(Trial *trial) {
    *trial = (Trial){ .work = arena_begin(16 * MiB), .world = world_real() };
    CHECK_OK(folder_temporary(trial->work, "power", &trial->directory, &why));
    work_prepare(trial->directory);
}

static void trial_end(Trial *trial) {
    store_close(&trial->store);
    disk_forget();
    CHECK_OK(folder_remove(trial->directory, &why));
    arena_end(&trial->work);
}

static Err trial_open(Trial *trial) {
    TRY(store_open(trial->directory, STORE_WRITE, &trial->world, &trial->store, &why));
    trial->store->checkpoint_pages = 20;         /* so that checkpoints happen within a trial, and can fail there */
    return trial->no_sync ? sql_run(trial->store, "PRAGMA synchronous=OFF", &why) : OK;
}

/* Batches until the disk gives up for good; an error is met as the program meets it: the store is opened anew. */
static void trial_run(Trial *trial, Rng *rng) {
    for (int64_t number = 0; number < BATCHES; number++) {
        if (rng_chance(rng, 0.15)) store_close(&trial->store);      /* closing moves the WAL into the database */
        if (!trial->store && trial_open(trial) != OK) {
            store_close(&trial->store);
            continue;
        }
        Err err = work_batch(trial->store, number, &why);
        if (err == OK) err = store_commit(trial->store, &why);
        if (err == OK) trial->acknowledged[number] = true;
        else if (trial->store->broken) store_close(&trial->store);
    }
}

static Judgement trial_of(DiskPlan plan, uint64_t seed, bool no_sync) {
    Trial trial;
    Rng rng = rng_of(seed);
    disk_install(seed);
    trial_begin(&trial);
    trial.no_sync = no_sync;
    disk_plan(plan);
    trial_run(&trial, &rng);
    disk_cut();                                  /* whatever happened, the power goes in the end */
    store_close(&trial.store);
    disk_restart();
    Judgement judgement = work_judge(trial.directory, trial.acknowledged, BATCHES);
    trial_end(&trial);
    return judgement;
}

static int trials_wanted(void) {
    const char *text = getenv("POWER_CUTS");
    return text ? atoi(text) : 100;
}

static Judgement trials_of(DiskFault fault, int trials, bool for_good, bool no_sync) {
    Judgement sum = { 0 };
    Rng rng = rng_of((uint64_t)fault * 1000 + (uint64_t)trials);
    for (int i = 0; i < trials; i++) {
        DiskPlan plan = { fault, rng_between(&rng, 1, 500), for_good };
        Judgement one = trial_of(plan, rng_next(&rng), no_sync);
        sum.lost += one.lost;
        sum.partial += one.partial;
        sum.found += one.found;
        if (!sum.damage[0]) strcpy(sum.damage, one.damage);
    }
    return sum;
}

static void check_sound(DiskFault fault, int trials, bool for_good) {
    Judgement judgement = trials_of(fault, trials, for_good, false);
    print_message("%d trials: %lld batches found, %lld lost, %lld in part %s\n", trials, (long long)judgement.found, (long long)judgement.lost, (long long)judgement.partial, judgement.damage);
    CHECK(judgement.found > 0);
    CHECK_EQ(0, judgement.lost);
    CHECK_EQ(0, judgement.partial);
}

TEST(a_power_cut_loses_nothing_acknowledged_and_leaves_nothing_in_part) { check_sound(DISK_POWER_CUT, trials_wanted(), false); }
TEST(a_failing_disk_loses_nothing_acknowledged) {
    check_sound(DISK_EIO, trials_wanted() / 4, false);
    check_sound(DISK_EIO, trials_wanted() / 4, true);
}
TEST(a_full_disk_loses_nothing_acknowledged) {
    check_sound(DISK_FULL, trials_wanted() / 4, false);
    check_sound(DISK_FULL, trials_wanted() / 4, true);
    check_sound(DISK_SHORT_WRITE, trials_wanted() / 4, false);
}
TEST(a_sync_that_failed_once_is_never_trusted_again) { check_sound(DISK_SYNC_LOST, trials_wanted(), false); }

TEST(the_harness_finds_a_store_that_does_not_sync) { CHECK(trials_of(DISK_POWER_CUT, 40, false, true).lost > 0); }
TEST(the_harness_finds_a_disk_that_lies) { CHECK(trials_of(DISK_LIES, 40, true, false).lost > 0); }

/* (5) of store.c, looked at closely: whichever sync it is that fails. */
TEST(after_a_failed_sync_nothing_is_acknowledged_by_that_store) {
    for (int64_t at = 1; at <= 60; at++) {
        Trial trial;
        disk_install((uint64_t)at);
        trial_begin(&trial);
        CHECK_OK(trial_open(&trial));
        disk_plan((DiskPlan){ DISK_SYNC_LOST, at, false });
        for (int64_t number = 0; number < BATCHES; number++) {
            bool was_lost = disk_hit();
            Err err = store_ready(trial.store, &why);
            if (err == OK) err = work_batch(trial.store, number, &why);
            if (err == OK) err = store_commit(trial.store, &why);
            if (err == OK) trial.acknowledged[number] = true;
            if (was_lost) CHECK_EQ(ERR_IO, err);
        }
        disk_cut();
        store_close(&trial.store);
        disk_restart();
        Judgement judgement = work_judge(trial.directory, trial.acknowledged, BATCHES);
        CHECK_EQ(0, judgement.lost);
        CHECK_EQ(0, judgement.partial);
        trial_end(&trial);
    }
}

/* The WAL's last frame is padded behind the sync of its commit; closing syncs it. When that sync fails nobody is told, and in the same boot
 * the page cache hides the hole: what is put behind it must not rest on it. */
TEST(a_sync_that_failed_at_closing_costs_nothing_that_is_acknowledged_after_opening_again) {
    for (int before = 1; before <= 8; before++) {
        Trial trial;
        disk_install((uint64_t)before);
        trial_begin(&trial);
        CHECK_OK(trial_open(&trial));
        trial.store->checkpoint_pages = 100000;      /* so that closing has something to sync */
        for (int64_t number = 0; number <= before; number++) {
            if (number == before) {
                disk_plan((DiskPlan){ DISK_SYNC_LOST, 1, false });
                store_close(&trial.store);
                CHECK(disk_hit());
                CHECK_OK(trial_open(&trial));
            }
            CHECK_OK(work_batch(trial.store, number, &why));
            CHECK_OK(store_commit(trial.store, &why));
            trial.acknowledged[number] = true;
        }
        disk_cut();
        store_close(&trial.store);
        disk_restart();
        Judgement judgement = work_judge(trial.directory, trial.acknowledged, BATCHES);
        CHECK_EQ(0, judgement.lost);
        CHECK_EQ(before + 1, judgement.found);
        trial_end(&trial);
    }
}

TEST(a_disk_that_was_full_is_used_again_when_there_is_room) {
    Trial trial;
    disk_install(3);
    trial_begin(&trial);
    CHECK_OK(trial_open(&trial));
    disk_plan((DiskPlan){ DISK_FULL, 1, true });
    CHECK_OK(work_batch(trial.store, 0, &why));
    CHECK_EQ(ERR_IO, store_commit(trial.store, &why));
    CHECK(strstr(why.hint, "free some space"));
    disk_restart();
    CHECK_OK(work_batch(trial.store, 1, &why));
    CHECK_OK(store_commit(trial.store, &why));
    trial_end(&trial);
}

/* The thread that writes the WAL into the database meets the fault while commits stand still: whatever it was told, nothing is put behind it. */
TEST(a_disk_that_fails_beside_the_commits_stops_them) {
    Trial trial;
    int waited = 0;
    disk_install(4);
    trial_begin(&trial);
    CHECK_OK(trial_open(&trial));
    CHECK_OK(store_checkpoints_aside(trial.store, &why));
    trial.store->checkpoint_pages = 100000;
    for (int64_t number = 0; number < 3; number++) {
        disk_plan((DiskPlan){ 0 });
        CHECK_OK(work_batch(trial.store, number, &why));
        CHECK_OK(store_commit(trial.store, &why));
        trial.acknowledged[number] = true;
    }
    int64_t calls = disk_calls();
    trial.store->checkpoint_pages = 1;
    disk_plan((DiskPlan){ DISK_EIO, calls + 8, false });             /* a commit takes about as many calls as the one before; what follows is the thread's */
    CHECK_OK(work_batch(trial.store, 3, &why));
    CHECK_OK(store_commit(trial.store, &why));
    trial.acknowledged[3] = true;
    while (!disk_hit() && waited++ < 2000) usleep(1000);
    CHECK(disk_hit());
    usleep(20000);
    CHECK_EQ(ERR_IO, store_begin(trial.store, &why));
    store_close(&trial.store);
    Judgement judgement = work_judge(trial.directory, trial.acknowledged, BATCHES);
    CHECK_EQ(0, judgement.lost);
    CHECK_EQ(4, judgement.found);
    trial_end(&trial);
}

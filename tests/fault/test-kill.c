/* A1: a child takes batches in and says over a pipe which ones were acknowledged; it is killed at a random moment, again and again.
 * Nothing acknowledged may be missing, no batch may be there in part. KILLS says how often (100). B3: the same harness must find
 * losses in a child that acknowledges before it commits. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/fault/work.h"
#include "tests/test.h"

static Why why;

enum { BATCHES_MOST = 2000000 };

typedef enum Bug { BUG_NONE, BUG_ACK_BEFORE_COMMIT } Bug;

static const int64_t READY = -1;       /* the child's first word: the store is open */

static void acknowledge(int pipe_fd, int64_t number) {
    if (write(pipe_fd, &number, sizeof number) != sizeof number) _exit(3);
}

static _Noreturn void child(const char *directory, int64_t first, int pipe_fd, Bug bug) {
    World world = world_real();
    Store *store;
    Why trouble = { 0 };
    if (store_open(directory, STORE_WRITE, &world, &store, &trouble) != OK) _exit(2);
    acknowledge(pipe_fd, READY);
    for (int64_t number = first;; number++) {
        if (work_batch(store, number, &trouble) != OK) _exit(2);
        if (bug == BUG_ACK_BEFORE_COMMIT) acknowledge(pipe_fd, number);
        if (store_commit(store, &trouble) != OK) _exit(2);
        if (bug == BUG_NONE) acknowledge(pipe_fd, number);
    }
}

static void wait_us(int64_t us) {
    struct timespec pause = { us / 1000000, us % 1000000 * 1000 };
    nanosleep(&pause, NULL);
}

typedef struct Killed { int64_t acknowledged, next; } Killed;

/* Kills one child; what it had acknowledged is marked. Batch numbers never come twice. Every other child is killed while it opens or soon
 * after, the others while they work, however slow the machine is. */
static Killed kill_once(const char *directory, int64_t first, bool while_working, int64_t after_us, Bug bug, bool *acknowledged) {
    int ends[2], status;
    int64_t number;
    Killed killed = { 0, first + 1 };
    CHECK(pipe(ends) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child(directory, first, ends[1], bug);
    }
    close(ends[1]);
    if (while_working) CHECK(read(ends[0], &number, sizeof number) == sizeof number && number == READY);
    wait_us(after_us);
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status));                /* a child that ended by itself met an error */
    while (read(ends[0], &number, sizeof number) == sizeof number) {
        if (number == READY) continue;
        CHECK(number >= first && number < BATCHES_MOST - 2);
        acknowledged[number] = true;
        killed.acknowledged++;
        killed.next = number + 2;              /* the one after it may have been committed too */
    }
    close(ends[0]);
    return killed;
}

/* Until so many were killed, or something is lost. */
static Judgement kill_many(int kills, Bug bug, int64_t *out_acknowledged) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    char *directory;
    Rng rng = rng_of(7);
    bool *acknowledged = many_in(work, bool, BATCHES_MOST);
    CHECK_OK(folder_temporary(work, "kill", &directory, &why));
    work_prepare(directory);
    int64_t next = 0;
    Judgement worst = { 0 };
    for (int i = 0; i < kills && !worst.lost && !worst.partial; i++) {
        Killed killed = kill_once(directory, next, i % 2, rng_between(&rng, 2000, 62000), bug, acknowledged);
        next = killed.next;
        *out_acknowledged += killed.acknowledged;
        /* What is lost stays lost: looking now and then finds it. */
        if (i % 20 == 19 || i == kills - 1) worst = work_judge(directory, acknowledged, next);
    }
    CHECK_OK(folder_remove(directory, &why));
    return worst;
}

static int kills_wanted(void) {
    const char *text = getenv("KILLS");
    return text ? atoi(text) : 100;
}

TEST(killed_at_any_moment_nothing_acknowledged_is_lost) {
    int64_t acknowledged = 0;
    Judgement judgement = kill_many(kills_wanted(), BUG_NONE, &acknowledged);
    print_message("%d kills, %lld acknowledged batches, %lld lost, %lld in part %s\n", kills_wanted(), (long long)acknowledged, (long long)judgement.lost,
                  (long long)judgement.partial, judgement.damage);
    CHECK(acknowledged > 0);
    CHECK_EQ(0, judgement.lost);
    CHECK_EQ(0, judgement.partial);
}

TEST(the_harness_finds_a_child_that_acknowledges_before_it_commits) {
    int64_t acknowledged = 0;
    Judgement judgement = kill_many(400, BUG_ACK_BEFORE_COMMIT, &acknowledged);
    print_message("planted: %lld lost of %lld\n", (long long)judgement.lost, (long long)acknowledged);
    CHECK(judgement.lost > 0);
}

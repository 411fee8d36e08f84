/* bench-start.c - from nothing in memory to a plan that can be asked: a snapshot and the tail of the log.
 *
 *     bench-start [ITEM_PLACES] [DIRECTORY]
 *
 * Peer: reading the bytes of the snapshot once, which is the least that a start from a file can do. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "bench/depot.h"

static void line(const char *what, double wall, double cpu) { printf("%-52s %10.2f %10.2f\n", what, wall, cpu); }

static void make_ready(const char *directory, const World *world, int64_t spots, Arena *arena) {
    Why why;
    struct stat there;
    App app = { .world = *world, .directory = directory, .quiet = true, .keep = arena };
    Store *store;
    AppTick tick;
    if (stat(directory, &there) != 0) depot_make(directory, world, spots, 1, &(DepotResult){ 0 });
    app_begin(&app);
    must(app_store(&app, STORE_WRITE, &store, &why), &why);
    if (app_resume(&app, &why) != OK) {
        must(app_tick(&app, &tick, &why), &why);
        must(app_keep(&app, PLAN_KEEP_WAIT, &why), &why);
    }
    app_end(&app);
}

static void read_whole(const char *directory) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    char **names, *bytes = malloc(1 * MiB);
    size_t count;
    Why why;
    const char *folder = path_join(work, directory, "snapshots");
    if (!bytes) exit(1);
    must(folder_list(work, folder, 100, &names, &count, &why), &why);
    double cpu = cpu_seconds(), mib = 0;
    int64_t start = monotonic_us();
    int fd = count ? open(path_join(work, folder, names[count - 1]), O_RDONLY) : -1;
    for (ssize_t got; fd >= 0 && (got = read(fd, bytes, 1 * MiB)) > 0;) mib += (double)got / MiB;
    if (fd >= 0) close(fd);
    free(bytes);
    line("reading the snapshot's bytes", (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu);
    printf("%-52s %10.0f\n", "snapshot, MiB", mib);
}

int main(int count, char **words) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    Why why;
    int64_t spots = count > 1 ? atoll(words[1]) : 100000;
    World world = depot_world();
    char *folder = NULL;
    if (sodium_init() < 0) return 1;
    must(folder_temporary(arena, "bench-start", &folder, &why), &why);
    const char *directory = count > 2 ? words[2] : path_join(arena, folder, "store");
    make_ready(directory, &world, spots, arena);
    read_whole(directory);
    App app = { .world = world, .directory = directory, .quiet = true, .keep = arena };
    Store *store;
    AppTick tick;
    printf("%-52s %10s %10s\n", "what", "seconds", "CPU s");
    app_begin(&app);
    int64_t start = monotonic_us();
    double cpu = cpu_seconds();
    must(app_store(&app, STORE_WRITE, &store, &why), &why);
    line("store opened", (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu);
    must(app_resume(&app, &why), &why);
    line("ready: snapshot taken up (from the very start)", (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu);
    printf("%-52s %10.0f\n", "MiB resident", now_mib());
    start = monotonic_us();
    cpu = cpu_seconds();
    must(app_tick(&app, &tick, &why), &why);
    line("first tick, nothing new", (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu);
    start = monotonic_us();
    cpu = cpu_seconds();
    HomeView home;
    must(plan_home(app.plan, arena, &home, &why), &why);
    line("home page", (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu);
    app_end(&app);
    must(folder_remove(folder, &why), &why);
    return 0;
}

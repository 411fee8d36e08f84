/* progress.c - when to show, and what. */
#include "base/progress.h"

#include "base/time.h"
#include "base/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 200, GROUPED = 32 };
static const int64_t first_bar_us = 500000, bar_each_us = 100000, line_each_us = 10000000;

/* 1234567 -> 1,234,567 */
static const char *grouped(int64_t value, char out[GROUPED]) {
    char digits[GROUPED];
    int length = snprintf(digits, sizeof digits, "%" PRId64, value < 0 ? 0 : value), to = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = 0;
    return out;
}

/* Bytes are shown in MB, everything else is counted. */
static int amount_text(const Progress *progress, int64_t amount, char *out, size_t room) {
    char text[GROUPED];
    if (strcmp(progress->unit, "bytes") == 0) return snprintf(out, room, "%s MB", grouped(amount / 1000000, text));
    return snprintf(out, room, "%s", grouped(amount, text));
}

int progress_text(const Progress *progress, int64_t now_us, char *out, int room) {
    char done[48], total[48], rate[48], left[TIME_TEXT + 16] = "", part[24] = "";
    int64_t spent_us = now_us - progress->stage_from_us;
    double per_us = spent_us > 0 ? (double)progress->done / (double)spent_us : 0;
    bool in_bytes = strcmp(progress->unit, "bytes") == 0;
    amount_text(progress, progress->done, done, sizeof done);
    amount_text(progress, progress->total, total, sizeof total);
    amount_text(progress, (int64_t)(per_us * 1e6), rate, sizeof rate);
    if (progress->total > 0) {
        int64_t still = progress->total > progress->done ? progress->total - progress->done : 0;
        snprintf(part, sizeof part, "%3d %%  ", (int)(100.0 * (double)(progress->total - still) / (double)progress->total));
        if (per_us > 0) {
            char duration[TIME_TEXT];
            double left_us = (double)still / per_us;
            duration_format((int64_t)(left_us < 1e15 ? left_us : 1e15) / SECOND_US * SECOND_US, duration);
            snprintf(left, sizeof left, "  %s left", still > 0 && strcmp(duration, "0 ms") == 0 ? "< 1 s" : duration);
        }
    }
    const char *unit = in_bytes ? "" : progress->unit;
    const char *blank = in_bytes ? "" : " ";
    return snprintf(out, (size_t)room, "%s  %s%s%s%s%s%s  %s/s%s", progress->stage, part, done, progress->total > 0 ? " of " : "",
                    progress->total > 0 ? total : "", blank, unit, rate, left);
}

Progress progress_begin(ProgressMode mode) {
    int64_t now_us = monotonic_us();
    return (Progress){ .stage = "", .unit = "", .started_us = now_us, .shown_us = now_us, .stage_from_us = now_us,
                       .mode = mode, .terminal = isatty(STDERR_FILENO) };
}

static void show(Progress *progress, int64_t now_us) {
    char text[ROOM];
    progress_text(progress, now_us, text, sizeof text);
    fprintf(stderr, progress->terminal ? "\r\033[K%s" : "%s\n", text);
    fflush(stderr);
    progress->shown_us = now_us;
    progress->drawn = true;
}

void progress_stage(Progress *progress, const char *stage, const char *unit, int64_t total) {
    progress->stage = stage;
    progress->unit = unit;
    progress->done = 0;
    progress->total = total;
    progress->stage_from_us = monotonic_us();
}

void progress_at(Progress *progress, int64_t done) {
    progress->done = done;
    if (progress->mode == PROGRESS_QUIET) return;
    int64_t now_us = monotonic_us();
    int64_t wait_us = !progress->terminal ? line_each_us : progress->drawn ? bar_each_us : first_bar_us;
    if (now_us - progress->shown_us >= wait_us) show(progress, now_us);
}

void progress_end(Progress *progress) {
    if (progress->drawn && progress->terminal) fputs("\r\033[K", stderr);
    progress->drawn = false;
}

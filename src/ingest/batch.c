/* batch.c - two batches go round: one is filled while the other is used.
 *
 *     FREE -> (reading thread) -> FULL -> (caller, until its next call) -> FREE
 *
 * Without `ahead` the caller fills the one batch itself. */
#include "ingest/batch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 2, ROWS_MOST = 50000, WORK_BYTES = 32 * MiB, WORK_MOST = 512 * MiB, SCRATCH_MOST = 16 * MiB };

typedef struct Slot {
    Batch batch;
    bool full;
    Err err;
    Why why;
} Slot;

struct Reader {
    ReaderOptions options;
    Slot slots[SLOTS];
    int next;                   /* slot the caller gets next */
    bool given;                 /* the slot before it is in the caller's hands */
    int room;
    Buf scratch;
    bool threaded, stop;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void take_bad(Batch *batch, BadRow bad) {
    batch->bad_by_class[bad.class]++;
    batch->bad_count++;
    if (batch->bad_listed < BATCH_BAD_LISTED) batch->bad[batch->bad_listed++] = bad;
}

static void take_row(Reader *r, Batch *batch, const Record *record, Err read, Why *why) {
    BadRow bad;
    int made = 0;
    Err err = read;
    if (err == OK) err = build_row(r->options.builder, record, batch->work, batch->facts + batch->count, &made, &bad, why);
    else bad = bad_row_of(batch->work, record, why);
    if (record->number <= r->options.skip_rows) return;
    batch->rows++;
    if (err != OK) {
        take_bad(batch, bad);
        return;
    }
    for (int i = 0; i < made && batch->forms && err == OK; i++) err = fact_form(batch->work, &r->scratch, &batch->facts[batch->count + i], &batch->forms[batch->count + i], why);
    if (err != OK) {
        take_bad(batch, bad_row_of(batch->work, record, why));
        return;
    }
    batch->silent_rows += made == 0;
    for (int i = 0; i < made; i++) batch->where[batch->count++] = (FactPlace){ record->line, record->offset, record->length };
}

static Err fill(Reader *r, Batch *batch, Why *why) {
    arena_clear(batch->work);
    *batch = (Batch){ .facts = batch->facts, .where = batch->where, .forms = batch->forms, .bad = batch->bad, .work = batch->work };
    for (int64_t rows = 0; batch->count + r->options.emits <= r->room && rows < ROWS_MOST && arena_used(batch->work) < WORK_BYTES; rows++) {
        Record record;
        Why why_row = { 0 };
        Err err = source_next(r->options.source, &record, &why_row);
        if (err == ERR_IO || err == ERR_CORRUPT) {
            if (why) *why = why_row;
            return err;
        }
        if (err == OK && record.is_end) {
            batch->is_end = true;
            break;
        }
        batch->rows_done = record.number;
        take_row(r, batch, &record, err, &why_row);
    }
    batch->bytes_done = source_bytes_done(r->options.source);
    return OK;
}

static void *read_ahead(void *self) {
    Reader *r = self;
    for (int at = 0;; at = (at + 1) % SLOTS) {
        Slot *slot = &r->slots[at];
        pthread_mutex_lock(&r->lock);
        while (slot->full && !r->stop) pthread_cond_wait(&r->changed, &r->lock);
        bool stop = r->stop;
        pthread_mutex_unlock(&r->lock);
        if (stop) return NULL;
        slot->err = fill(r, &slot->batch, &slot->why);
        pthread_mutex_lock(&r->lock);
        slot->full = true;
        pthread_cond_broadcast(&r->changed);
        pthread_mutex_unlock(&r->lock);
        if (slot->err != OK || slot->batch.is_end) return NULL;
    }
}

Reader *reader_begin(ReaderOptions options) {
    Reader *r = calloc(1, sizeof *r);
    if (!r) stop_for("the machine has no memory to read a file");
    r->options = options;
    r->scratch = buf_begin(SCRATCH_MOST);
    r->room = options.most_facts > options.emits ? options.most_facts : options.emits;
    for (int i = 0; i < (options.ahead ? SLOTS : 1); i++) {
        Batch *batch = &r->slots[i].batch;
        /* Not cleared: a Fact's fields are read only where present. */
        batch->facts = malloc(sizeof *batch->facts * (size_t)r->room);
        batch->where = malloc(sizeof *batch->where * (size_t)r->room);
        batch->forms = options.forms ? malloc(sizeof *batch->forms * (size_t)r->room) : NULL;
        batch->bad = malloc(sizeof *batch->bad * BATCH_BAD_LISTED);
        if (!batch->facts || !batch->where || !batch->bad || (options.forms && !batch->forms)) stop_for("the machine has no memory for a batch of %d facts", r->room);
        batch->work = arena_begin(WORK_MOST);
    }
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    r->threaded = options.ahead && pthread_create(&r->thread, NULL, read_ahead, r) == 0;
    return r;
}

void reader_end(Reader **reader) {
    Reader *r = *reader;
    if (!r) return;
    if (r->threaded) {
        pthread_mutex_lock(&r->lock);
        r->stop = true;
        pthread_cond_broadcast(&r->changed);
        pthread_mutex_unlock(&r->lock);
        pthread_join(r->thread, NULL);
    }
    for (int i = 0; i < SLOTS; i++) {
        free(r->slots[i].batch.facts);
        free(r->slots[i].batch.where);
        free(r->slots[i].batch.forms);
        free(r->slots[i].batch.bad);
        arena_end(&r->slots[i].batch.work);
    }
    buf_end(&r->scratch);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    free(r);
    *reader = NULL;
}

static Slot *next_full(Reader *r) {
    pthread_mutex_lock(&r->lock);
    if (r->given) {
        r->slots[(r->next + SLOTS - 1) % SLOTS].full = false;
        pthread_cond_broadcast(&r->changed);
    }
    Slot *slot = &r->slots[r->next];
    while (!slot->full) pthread_cond_wait(&r->changed, &r->lock);
    pthread_mutex_unlock(&r->lock);
    r->next = (r->next + 1) % SLOTS;
    r->given = true;
    return slot;
}

Err reader_next(Reader *r, const Batch **out_batch, Why *why) {
    Slot *slot = &r->slots[0];
    if (r->threaded) slot = next_full(r);
    else slot->err = fill(r, &slot->batch, &slot->why);
    if (slot->err != OK) {
        if (why) *why = slot->why;
        return slot->err;
    }
    *out_batch = &slot->batch;
    return OK;
}

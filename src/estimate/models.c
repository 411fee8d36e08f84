/* models.c - a slot per spot: the key, and the model with its runs of zeros left out (a season of 366 places that few have, sizes that only lumpy
 * demand has). Packed form: words of 32 bits; a zero word is followed by how many zeros it stands for. */
#include "estimate/models.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"

enum { LOCKS = 64, MODEL_WORDS = sizeof(DemandModel) / sizeof(uint32_t), PACKED_MOST = MODEL_WORDS + MODEL_WORDS / 2 + 2 };
_Static_assert(sizeof(DemandModel) % sizeof(uint32_t) == 0, "a model is whole words");

typedef struct Key { uint64_t low, high; } Key;
typedef struct Slot { Key key; uint32_t *packed; int32_t words; bool mapped; } Slot;      /* words 0: nothing is kept; mapped: they stand in a snapshot */
struct Models { LIST(Slot) slots; pthread_mutex_t lock[LOCKS]; };

static const Table model_slots = { "models", "models.words", offsetof(Models, slots), sizeof(Slot), 1, { NUMBERS_AT(Slot, packed, words) } };

Models *models_begin(void) {
    Models *models = calloc(1, sizeof *models);
    if (!models) stop_for("no memory for demand models");
    for (int i = 0; i < LOCKS; i++) pthread_mutex_init(&models->lock[i], NULL);
    return models;
}

void models_end(Models **models) {
    if (!*models) return;
    for (size_t i = 0; i < (*models)->slots.count; i++)
        if (!(*models)->slots.at[i].mapped) free((*models)->slots.at[i].packed);
    for (int i = 0; i < LOCKS; i++) pthread_mutex_destroy(&(*models)->lock[i]);
    list_end(&(*models)->slots);
    free(*models);
    *models = NULL;
}

void models_grow(Models *models, size_t spots) {
    size_t before = models->slots.count;
    if (spots <= before) return;
    list_reserve(&models->slots, spots);
    memset(models->slots.at + before, 0, (spots - before) * sizeof *models->slots.at);
    models->slots.count = spots;
}

size_t models_bytes(const Models *models) {
    size_t words = 0;
    for (size_t i = 0; i < models->slots.count; i++) words += (size_t)models->slots.at[i].words;
    return models->slots.count * sizeof(Slot) + words * sizeof(uint32_t);
}

size_t models_mapped(const Models *models) {
    size_t mapped = 0;
    for (size_t i = 0; i < models->slots.count; i++) mapped += models->slots.at[i].mapped && models->slots.at[i].words > 0;
    return mapped;
}

void models_pack(Pack *pack, const Models *models) { pack_table(pack, &model_slots, models); }

Err models_unpack(const Snapshot *snapshot, Models *models, Why *why) {
    TRY(unpack_table(snapshot, &model_slots, models, why));
    size_t words = snapshot_column(snapshot, model_slots.blob).length / sizeof(uint32_t);
    for (size_t i = 0; i < models->slots.count; i++) {
        Slot *slot = &models->slots.at[i];
        if (slot->words < 0 || slot->words > PACKED_MOST || (size_t)slot->words > words) return fail(why, ERR_NOT_FOUND, "column %s does not fit", model_slots.name);
        slot->mapped = true;
    }
    return OK;
}

static uint32_t shrink(const DemandModel *model, uint32_t packed[PACKED_MOST]) {
    const unsigned char *bytes = (const unsigned char *)model;
    uint32_t n = 0, zeros = 0;
    for (int i = 0; i <= MODEL_WORDS; i++) {
        uint32_t word = 1;
        if (i < MODEL_WORDS) memcpy(&word, bytes + (size_t)i * sizeof word, sizeof word);
        if (word == 0) {
            zeros++;
            continue;
        }
        if (zeros) {
            packed[n++] = 0;
            packed[n++] = zeros;
            zeros = 0;
        }
        if (i < MODEL_WORDS) packed[n++] = word;
    }
    return n;
}

static void expand(const uint32_t *packed, uint32_t words, DemandModel *model) {
    unsigned char *to = (unsigned char *)model;
    for (uint32_t i = 0; i < words; i++) {
        size_t bytes = sizeof *packed;
        if (packed[i] == 0) memset(to, 0, bytes *= packed[++i]);
        else memcpy(to, &packed[i], bytes);
        to += bytes;
    }
}

_Static_assert(sizeof(DemandSeries) == 48, "whatever demand_fit looks at belongs in the key");

static uint64_t half_of(const DemandSeries *s, double horizon, uint64_t seed) {
    struct { double horizon; int32_t count, bucket_days, season_length, first_phase; int64_t kin, states; } head =
        { horizon, s->count, s->bucket_days, s->season_length, s->first_phase, s->kin_season != NULL, s->state != NULL };
    uint64_t hash = hash64(&head, sizeof head, seed);
    hash = hash64(s->value, sizeof *s->value * (size_t)s->count, hash);
    if (s->state) hash = hash64(s->state, sizeof *s->state * (size_t)s->count, hash);
    return hash;
}

/* The family's season is as long as demand_phase counts: a week, or a year of weeks. */
static size_t season_bytes(const DemandSeries *s) { return s->kin_season ? sizeof *s->kin_season * (s->bucket_days == 1 ? 7 : 52) : 0; }

static Key key_of(const DemandSeries *s, double horizon) {
    size_t season = season_bytes(s);
    Key key = { half_of(s, horizon, 1), half_of(s, horizon, 2) };
    if (season) key = (Key){ hash64(s->kin_season, season, key.low), hash64(s->kin_season, season, key.high) };
    return key;
}

static bool slot_read(Models *models, int32_t spot, Key key, DemandModel *out) {
    pthread_mutex_t *lock = &models->lock[spot % LOCKS];
    pthread_mutex_lock(lock);
    const Slot *slot = &models->slots.at[spot];
    bool same = slot->words > 0 && slot->key.low == key.low && slot->key.high == key.high;
    if (same) expand(slot->packed, (uint32_t)slot->words, out);
    pthread_mutex_unlock(lock);
    return same;
}

static void slot_write(Models *models, int32_t spot, Key key, const DemandModel *model) {
    uint32_t packed[PACKED_MOST], words = shrink(model, packed);
    pthread_mutex_t *lock = &models->lock[spot % LOCKS];
    pthread_mutex_lock(lock);
    Slot *slot = &models->slots.at[spot];
    if (slot->mapped || (uint32_t)slot->words != words) {
        if (!slot->mapped) free(slot->packed);
        slot->packed = malloc(words * sizeof *packed);
        if (!slot->packed) stop_for("no memory for demand models");
    }
    memcpy(slot->packed, packed, words * sizeof *packed);
    slot->words = (int32_t)words;
    slot->mapped = false;
    slot->key = key;
    pthread_mutex_unlock(lock);
}

void models_fit(Models *models, int32_t spot, const DemandSeries *series, double horizon, Arena *work, DemandModel *out) {
    if (!models || (size_t)spot >= models->slots.count) {
        demand_fit(series, horizon, work, out);
        return;
    }
    Key key = key_of(series, horizon);
    if (slot_read(models, spot, key, out)) return;
    demand_fit(series, horizon, work, out);
    slot_write(models, spot, key, out);
}

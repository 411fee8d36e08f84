#include "bench/depot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "desk/policies.h"

enum { TODAY = 20700, SUPPLIER_ITEMS = 100, SUPPLIERS_MOST = 2000 };       /* 3 September 2026 */

void must(Err err, const Why *why) {
    if (err == OK) return;
    fprintf(stderr, "%s\n", why->message);
    exit(1);
}

int32_t depot_today(void) { return TODAY; }

static int64_t morning_us;
static int64_t depot_now(void *self) { return *(int64_t *)self + monotonic_us(); }
static uint64_t depot_random(void *self) { (void)self; return 4; }
World depot_world(void) {
    morning_us = us_of_day(TODAY) + 6 * HOUR_US - monotonic_us();
    return (World){ &morning_us, depot_now, depot_random };
}

/* ---- the bench itself ---- */

double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double status_mib(const char *name) {
    char line[256];
    double kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0) kib = atof(line + strlen(name) + 1);
    if (file) fclose(file);
    return kib / 1024;
}

double peak_mib(void) { return status_mib("VmHWM"); }
double now_mib(void) { return status_mib("VmRSS"); }

void peak_reset(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file) return;
    fputs("5", file);
    fclose(file);
}

static int number_order(const void *left, const void *right) {
    const int64_t *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

int64_t quantile_us(int64_t *at, int count, double share) {
    if (count == 0) return 0;
    qsort(at, (size_t)count, sizeof *at, number_order);
    int index = (int)(share * count);
    return at[index < count ? index : count - 1];
}

/* ---- what stands in the store ---- */

typedef struct Depot {
    Store *store;
    RowId document;
    Arena *work;
    Fact *facts;
    int count;
    int64_t spots, items, suppliers, written;
    uint64_t seed;
} Depot;

static void depot_flush(Depot *d) {
    Why why;
    if (d->count == 0) return;
    must(store_begin(d->store, &why), &why);
    must(facts_append(d->store, d->document, d->facts, NULL, d->count, "bench", NULL, NULL, &why), &why);
    must(store_commit(d->store, &why), &why);
    d->written += d->count;
    d->count = 0;
    arena_clear(d->work);
    d->facts = many_in(d->work, Fact, DEPOT_BATCH);
}

static Fact *depot_fact(Depot *d, FactKind kind, int32_t day) {
    if (d->count == DEPOT_BATCH) depot_flush(d);
    Fact *fact = &d->facts[d->count++];
    *fact = (Fact){ .kind = kind, .occurred_us = us_of_day(day), .known_us = us_of_day(day) };
    return fact;
}

static void put_code(Depot *d, Fact *fact, Field field, const char *format, int64_t number) {
    char code[48];
    snprintf(code, sizeof code, format, (long long)number);
    fact_set_text(fact, field, text_of(text_copy(d->work, code)));
}

static void put_text(Fact *fact, Field field, const char *text) { fact_set_text(fact, field, text_of(text)); }
static void put_units(Fact *fact, Field field, int64_t units) { fact_set_number(fact, field, units * 1000000); }

static Rng rng_at(const Depot *d, uint64_t label, int64_t number) {
    Rng rng = rng_of(d->seed ^ label << 56);
    return rng_fork(&rng, (uint64_t)number);
}

static void masters_make(Depot *d) {
    static const char *const tiers[] = { "A", "B", "B", "C", "C", "C" };
    for (int64_t p = 1; p <= DEPOT_PLACES; p++) put_code(d, depot_fact(d, FACT_PLACE, TODAY - 800), F_place, "P%lld", p);
    for (int64_t s = 0; s < d->suppliers; s++) {
        Fact *f = depot_fact(d, FACT_SUPPLIER, TODAY - 800);
        put_code(d, f, F_supplier, "S%05lld", s);
        put_text(f, F_currency, "USD");
    }
    for (int64_t i = 0; i < d->items; i++) {
        Rng rng = rng_at(d, 1, i);
        Fact *f = depot_fact(d, FACT_ITEM, TODAY - 800);
        int64_t cost = (int64_t)(rng_lognormal(&rng, 2.5, 1) * 100) * 10000 + 10000;
        put_code(d, f, F_item, "IT%07lld", i);
        put_code(d, f, F_description, "Fitting %lld", i);
        put_code(d, f, F_group, "G%02lld", i / SUPPLIER_ITEMS % 40);
        put_text(f, F_uom, "EA");
        put_text(f, F_currency, "USD");
        put_text(f, F_lifecycle, "active");
        put_text(f, F_tier, tiers[i % 6]);
        fact_set_number(f, F_price, cost);
        f = depot_fact(d, FACT_ITEM_SUPPLIER, TODAY - 800);
        put_code(d, f, F_item, "IT%07lld", i);
        put_code(d, f, F_supplier, "S%05lld", i / SUPPLIER_ITEMS % d->suppliers);
        put_text(f, F_currency, "USD");
        fact_set_number(f, F_price, cost);
        fact_set_number(f, F_lead_days, 7 + i / SUPPLIER_ITEMS % 5 * 7);
        put_units(f, F_moq, 1 + (int64_t)rng_below(&rng, 12));
        put_units(f, F_multiple, 1 + (int64_t)rng_below(&rng, 4));
        f = depot_fact(d, FACT_PRICE, TODAY - 800);
        put_code(d, f, F_item, "IT%07lld", i);
        put_text(f, F_currency, "USD");
        fact_set_number(f, F_from_day, TODAY - 800);
        fact_set_number(f, F_price, cost + cost / 2);
    }
}

/* Weekly demand: (1) smooth, (2) intermittent, (3) lumpy; a season whose height the item draws. */
static double sales_make(Depot *d, Fact *f, Rng *rng, int64_t item) {
    double kind = rng_unit(rng), level = rng_lognormal(rng, 1.5, 1.2), often = kind < 0.5 ? 1 : 0.05 + 0.4 * rng_unit(rng), height = 0.4 * rng_unit(rng), sum = 0;
    f->run = (Run){ .count = DEPOT_WEEKS, .qty = many_in(d->work, int64_t, DEPOT_WEEKS), .state = many_in(d->work, uint8_t, DEPOT_WEEKS) };
    f->present |= FIELD_BIT(run);
    int out_left = 0;
    for (int w = 0; w < DEPOT_WEEKS; w++) {
        double season = 1 + height * sin(2 * 3.14159265358979 * (w + (double)(item % 52)) / 52), mean = level * season;
        int64_t sold = 0;
        if (often == 1 || rng_chance(rng, often)) sold = rng_negative_binomial(rng, mean, kind < 0.85 ? mean * 2 : mean * (1 + mean));
        if (out_left == 0 && rng_chance(rng, 0.015)) out_left = 1 + (int)rng_below(rng, 3);
        f->run.state[w] = out_left > 0 ? PERIOD_OUT : PERIOD_IN_STOCK;
        f->run.qty[w] = out_left > 0 ? 0 : sold * 1000000;
        sum += (double)sold;
        out_left -= out_left > 0;
    }
    return sum / DEPOT_WEEKS;
}

static void order_make(Depot *d, Rng *rng, int64_t spot, int64_t item, int64_t place, int64_t qty, bool received) {
    int64_t supplier = item / SUPPLIER_ITEMS % d->suppliers, lead = 7 + item / SUPPLIER_ITEMS % 5 * 7;
    int64_t came = (int64_t)((double)lead * rng_lognormal(rng, 0, 0.25) + 0.5), day = received ? TODAY - 60 - rng_between(rng, 0, 200) : TODAY - rng_between(rng, 1, lead);
    Fact *f = depot_fact(d, FACT_PO_LINE, (int32_t)day);
    put_code(d, f, F_doc, received ? "PO%08lld" : "PX%08lld", spot / 4);
    put_code(d, f, F_line, "%lld", spot % 4 + 1);
    put_code(d, f, F_supplier, "S%05lld", supplier);
    put_code(d, f, F_item, "IT%07lld", item);
    put_code(d, f, F_place, "P%lld", place);
    put_units(f, F_qty, qty);
    fact_set_number(f, F_order_day, day);
    fact_set_number(f, F_promised_day, day + lead);
    put_text(f, F_status, received ? "closed" : "open");
    if (!received) return;
    f = depot_fact(d, FACT_RECEIPT_LINE, (int32_t)(day + came));
    put_code(d, f, F_doc, "RC%08lld", spot / 4);
    put_code(d, f, F_line, "%lld", spot % 4 + 1);
    put_code(d, f, F_ref_doc, "PO%08lld", spot / 4);
    put_code(d, f, F_ref_line, "%lld", spot % 4 + 1);
    put_code(d, f, F_supplier, "S%05lld", supplier);
    put_code(d, f, F_item, "IT%07lld", item);
    put_code(d, f, F_place, "P%lld", place);
    put_units(f, F_qty, qty);
    fact_set_number(f, F_received_day, day + came);
}

static void spot_make(Depot *d, int64_t spot) {
    Rng rng = rng_at(d, 2, spot);
    int64_t item = spot / DEPOT_PLACES, place = spot % DEPOT_PLACES + 1;
    Fact *f = depot_fact(d, FACT_SALES, TODAY);
    put_code(d, f, F_item, "IT%07lld", item);
    put_code(d, f, F_place, "P%lld", place);
    fact_set_number(f, F_from_day, TODAY - 7 * DEPOT_WEEKS);
    fact_set_number(f, F_bucket_days, 7);
    double mean = sales_make(d, f, &rng, item);
    f = depot_fact(d, FACT_STOCK, TODAY - 1);
    put_code(d, f, F_item, "IT%07lld", item);
    put_code(d, f, F_place, "P%lld", place);
    fact_set_number(f, F_as_of_day, TODAY - 1);
    put_units(f, F_on_hand, (int64_t)(mean * (1 + 11 * rng_unit(&rng)) + 0.5));
    int64_t lot = (int64_t)(mean * 4) + 1;
    if (rng_chance(&rng, 0.5)) order_make(d, &rng, spot, item, place, lot, true);
    if (rng_chance(&rng, 0.3)) order_make(d, &rng, spot, item, place, lot, false);
}

void depot_make(const char *directory, const World *world, int64_t spots, uint64_t seed, DepotResult *out_result) {
    Why why;
    int64_t start = monotonic_us();
    double cpu = cpu_seconds();
    Depot d = { .spots = spots, .items = (spots + DEPOT_PLACES - 1) / DEPOT_PLACES, .seed = seed, .work = arena_begin((size_t)1024 * MiB) };
    d.suppliers = d.items / SUPPLIER_ITEMS + 1 < SUPPLIERS_MOST ? d.items / SUPPLIER_ITEMS + 1 : SUPPLIERS_MOST;
    d.facts = many_in(d.work, Fact, DEPOT_BATCH);
    must(store_init(directory, world, &why), &why);
    must(store_open(directory, STORE_WRITE, world, &d.store, &why), &why);
    own(arena_end) Arena *arena = arena_begin(16 * MiB);
    must(policies_ensure(d.store, arena, policy_shipped(), "bench", &why), &why);
    Row document = { .kind = ROW_DOCUMENT, .key = "bench", .payload = text_of("{}") };
    must(store_begin(d.store, &why), &why);
    must(log_append(d.store, &document, &why), &why);
    must(store_commit(d.store, &why), &why);
    d.document = document.id;
    masters_make(&d);
    depot_flush(&d);
    for (int64_t spot = 0; spot < spots; spot++) spot_make(&d, spot);
    depot_flush(&d);
    store_close(&d.store);
    arena_end(&d.work);
    *out_result = (DepotResult){ spots, d.written, (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu };
}

Store *depot_open(const char *directory, StoreUse use, const World *world, Arena *arena, Policy *out_policy, RowId *out_policy_row) {
    Why why;
    Store *store;
    PolicyInForce in_force;
    must(store_open(directory, use, world, &store, &why), &why);
    must(policies_current(store, arena, log_last(store), &in_force, &why), &why);
    *out_policy = in_force.policy;
    *out_policy_row = in_force.row;
    return store;
}

/* ---- what arrives later ---- */

/* In blocks: so many item-places are found empty, then the same ones are found full, so that a case opens or grows and later ends. */
enum { EVENT_BLOCK = 5000 };
static bool event_fills(int64_t number) { return number % (2 * EVENT_BLOCK) >= EVENT_BLOCK; }

static int64_t event_spot(int64_t spots, int64_t number) {
    int64_t drawn = number / (2 * EVENT_BLOCK) * EVENT_BLOCK + number % EVENT_BLOCK;
    return (int64_t)(hash64_int((uint64_t)drawn + 1) % (uint64_t)spots);
}

void depot_event(Arena *work, int64_t spots, int64_t number, Fact *out_fact) {
    int64_t spot = event_spot(spots, number);
    *out_fact = (Fact){ .kind = FACT_COUNT, .occurred_us = us_of_day(TODAY), .known_us = us_of_day(TODAY) };
    fact_set_text(out_fact, F_doc, text_of(text_format(work, "CN%lld", (long long)number)));
    fact_set_text(out_fact, F_line, text_of("1"));
    fact_set_text(out_fact, F_item, text_of(text_format(work, "IT%07lld", (long long)(spot / DEPOT_PLACES))));
    fact_set_text(out_fact, F_place, text_of(text_format(work, "P%lld", (long long)(spot % DEPOT_PLACES + 1))));
    put_units(out_fact, F_on_hand, event_fills(number) ? 500 : 0);
    fact_set_number(out_fact, F_as_of_day, TODAY - 1);
}

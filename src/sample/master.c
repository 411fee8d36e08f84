/* master.c - master data as the ERP exports it: one row per version, each known from its from_day on. */
#include "sample/master.h"

#include "base/decimal.h"

#define BEGIN(sheet) CsvWriter *row = sheet_row(sim->sheets, SHEET_##sheet)
#define END(sheet) sheet_row_end(sim->sheets, SHEET_##sheet)

static void put_day(CsvWriter *row, const Sim *sim, int index) { put(row, calendar_text(sim->calendar, index)); }
static void put_cents(CsvWriter *row, int64_t cents) { csv_write_micro(row, cents * 10000); }

/* What the item master says of its life, and of whom comes after it. */
static const char *lifecycle(const Item *item, int index) {
    switch ((Life)item->life) {
    case LIFE_NEW: case LIFE_REPLACEMENT: return index < item->turn + 90 ? "new" : "active";
    case LIFE_REPLACED: case LIFE_ENDING: return index >= item_bought_until(item) ? "phase-out" : "active";
    case LIFE_FADING: return index >= item_bought_until(item) ? "obsolete" : "active";
    case LIFE_NORMAL: break;
    }
    return "active";
}

static void item_row(Sim *sim, const Item *item, int index, int version) {
    bool ends = (item->life == LIFE_REPLACED || item->life == LIFE_ENDING) && index >= item_bought_until(item) && item->other != NONE;
    BEGIN(ITEMS);
    put(row, item->code);
    put(row, item->description);
    put(row, groups[item->group].name);
    put(row, "EA");
    put_money(row, item_cost_micro(item, index));
    put(row, "USD");
    put(row, lifecycle(item, index));
    put(row, ends ? sim->company->item[item->other].code : "");
    put(row, ends ? "1" : "");
    put(row, sample_tier_names[item->tier]);
    put(row, "0.22");
    put_day(row, sim, index);
    put_int(row, version);
    END(ITEMS);
}

static void terms_rows(Sim *sim, const Item *item, int index, int version) {
    int suppliers[2] = { item->supplier, item->supplier_second };
    for (int i = 0; i < 2; i++) {
        if (suppliers[i] == NONE) continue;
        const Supplier *supplier = &sim->company->supplier[suppliers[i]];
        BEGIN(ITEM_SUPPLIERS);
        put(row, item->code);
        put(row, supplier->code);
        put_int(row, supplier->stated_days);
        put_int(row, item->moq);
        put_int(row, item->pack);
        put_money(row, i == 0 ? item_cost_micro(item, index) : item_cost_micro(item, index) * 106 / 100 / 100 * 100);
        put(row, "USD");
        put_day(row, sim, index);
        put_int(row, version);
        END(ITEM_SUPPLIERS);
    }
}

static void price_row(Sim *sim, const Item *item, int index) {
    BEGIN(PRICES);
    put(row, item->code);
    put_day(row, sim, index);
    put_money(row, item_price_micro(item, index));
    put(row, "USD");
    END(PRICES);
}

static void items_write(Sim *sim) {
    for (int i = 0; i < sim->company->items; i++) {
        const Item *item = &sim->company->item[i];
        int listed = item_listed_from(item), version = 1;
        int stage = item->life == LIFE_NEW || item->life == LIFE_REPLACEMENT ? item->turn + 90 : item->life == LIFE_NORMAL ? SAMPLE_DAYS : item_bought_until(item);
        item_row(sim, item, listed, version);
        terms_rows(sim, item, listed, 1);
        price_row(sim, item, listed);
        bool repriced = item->cost_day != NONE && item->cost_day > listed;
        if (stage <= LAST && !(repriced && item->cost_day < stage)) item_row(sim, item, stage, ++version);
        if (repriced) {
            item_row(sim, item, item->cost_day, ++version);
            terms_rows(sim, item, item->cost_day, 2);
            price_row(sim, item, item->cost_day);
        }
        if (stage <= LAST && repriced && item->cost_day < stage) item_row(sim, item, stage, ++version);
        if (item->pack == 1) continue;
        BEGIN(UOMS);
        put(row, item->code);
        put(row, "CS");
        put_int(row, item->pack);
        END(UOMS);
    }
}

static void places_write(Sim *sim) {
    for (int p = 0; p < PLACES; p++) {
        BEGIN(PLACES);
        put(row, places[p].code);
        put(row, places[p].name);
        put(row, places[p].zone);
        put(row, places[p].region);
        END(PLACES);
        if (p == HUB) continue;
        row = sheet_row(sim->sheets, SHEET_LANES);
        put(row, places[HUB].code);
        put(row, places[p].code);
        put_int(row, places[p].lane_days);
        put(row, "45");
        put(row, "USD");
        char days[8] = "0000000";
        days[places[p].truck_weekday - 1] = '1';
        put(row, days);
        END(LANES);
    }
}

static void partners_write(Sim *sim) {
    for (int s = 0; s < sim->company->suppliers; s++) {
        const Supplier *supplier = &sim->company->supplier[s];
        char days[8] = "0000000";
        days[supplier->order_weekday - 1] = '1';
        BEGIN(SUPPLIERS);
        put(row, supplier->code);
        put(row, supplier->name);
        put(row, "USD");
        put_cents(row, supplier->minimum_cents);
        put_cents(row, supplier->order_cost_cents);
        put(row, days);
        put_int(row, supplier->review_days);
        put_day(row, sim, -CALENDAR_BEFORE);
        END(SUPPLIERS);
    }
    static const char *const targets[4] = { [TIER_A] = "0.97", [TIER_B] = "0.95", [TIER_C] = "0.9", [TIER_KEY] = "0.985" };
    for (int c = 0; c < sim->company->customers; c++) {
        const Customer *customer = &sim->company->customer[c];
        BEGIN(CUSTOMERS);
        put(row, customer->code);
        put(row, customer->name);
        put(row, places[customer->home].region);
        put(row, sample_tier_names[customer->tier]);
        put(row, targets[customer->tier]);
        END(CUSTOMERS);
    }
}

static void calendar_row(Sim *sim, const char *place, const char *supplier, int from_index, int to_index, const char *weekdays, const char *name) {
    BEGIN(CALENDARS);
    put(row, place);
    put(row, supplier);
    if (*weekdays) put(row, ""), put(row, "");
    else put_day(row, sim, from_index), put_day(row, sim, to_index);
    put(row, weekdays);
    put(row, name);
    END(CALENDARS);
}

/* Closed days of the places, until half a year beyond the end, and of import suppliers around the lunar new year. */
static void calendars_write(Sim *sim) {
    int32_t first = sim->calendar->first_day, last = first + LAST + 180;
    for (int p = 0; p < PLACES; p++) calendar_row(sim, places[p].code, "", 0, 0, "1111100", "Monday to Friday");
    for (int year = civil_of_day(first).year; year <= civil_of_day(last).year; year++) {
        Holiday holidays[HOLIDAYS_MOST];
        int count = holidays_of_year(year, holidays);
        for (int h = 0; h < count; h++)
            for (int p = 0; p < PLACES && holidays[h].day >= first && holidays[h].day <= last; p++)
                calendar_row(sim, places[p].code, "", holidays[h].day - first, holidays[h].day - first, "", holidays[h].name);
        int from = day_of_civil((Civil){ year, 2, 7 }) - first;
        for (int s = 0; s < sim->company->suppliers && from >= 0 && from <= LAST + 180; s++)
            if (sim->company->supplier[s].import) calendar_row(sim, "", sim->company->supplier[s].code, from, from + 9, "", "Lunar new year");
    }
}

static void signals_write(Sim *sim) {
    for (int i = 0; i < sim->signals; i++) {
        const Signal *signal = &sim->signal[i];
        BEGIN(SIGNALS);
        put_doc(row, "WX", 5001 + i);
        put(row, groups[signal->group].name);
        put(row, places[signal->place].code);
        put_day(row, sim, signal->from);
        put_day(row, sim, signal->to);
        csv_write_micro(row, (int64_t)(signal->told * 100 + 0.5) * 10000);
        put(row, groups[signal->group].upkeep ? "Weather warning" : "Trade announcement");
        END(SIGNALS);
    }
}

void master_write(Sim *sim) {
    places_write(sim);
    partners_write(sim);
    calendars_write(sim);
    items_write(sim);
    signals_write(sim);
}

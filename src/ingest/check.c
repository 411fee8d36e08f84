/* check.c - what fact_check cannot know: today. */
#include "base/time.h"
#include "ingest/build.h"

/* Two days: the last of a month may already have been posted in the zone where it is tomorrow. */
enum { EVENT_AHEAD_DAYS = 2, PLAN_AHEAD_DAYS = 5 * 366 };

Err check_horizon(const Fact *fact, int32_t today, Why *why) {
    static const FieldSet happened = FIELD_BIT(order_day) | FIELD_BIT(shipped_day) | FIELD_BIT(received_day) | FIELD_BIT(as_of_day);
    static const FieldSet planned = FIELD_BIT(requested_day) | FIELD_BIT(promised_day) | FIELD_BIT(from_day);
    char shown[DAY_TEXT];
    for (FieldSet left = fact->present & (happened | planned); left;) {
        Field field = fields_take(&left);
        bool event = happened >> field & 1;
        int64_t ahead = fact->number[field] - today;
        if (ahead <= (event ? EVENT_AHEAD_DAYS : PLAN_AHEAD_DAYS)) continue;
        day_format((int32_t)fact->number[field], shown);
        return fail_hint(why, fail(why, ERR_INVALID, "%s %s is %s", fields[field].name, shown, event ? "in the future" : "more than five years ahead"),
            "check the date format named in the map, and the clock of the system that wrote it");
    }
    if (fact_has(fact, F_run)) {
        int64_t last = fact->number[F_from_day] + ((int64_t)fact->run.count - 1) * fact->number[F_bucket_days];
        if (last > today + EVENT_AHEAD_DAYS) {
            day_format((int32_t)last, shown);
            return fail_hint(why, fail(why, ERR_INVALID, "the period %s is in the future", shown), "leave periods that have not begun out of the file");
        }
    }
    return OK;
}

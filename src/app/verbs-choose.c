/* What would change the answer of a case. */
#include "app/app.h"
#include "app/verbs.h"
#include "plan/flips.h"

Err verb_flips(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    CaseLine line;
    Flips flips;
    int64_t id;
    TRY(call_int(call, "id", 0, &id, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(case_line(store, call->work, (RowId){ id }, &line, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_flips(plan, line.item, line.place, (CaseKind)line.kind, call->work, &flips, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "id", id);
    json_field_int(&json, "row", line.row.v);
    flips_write(&json, &flips);
    json_end(&json);
    return OK;
}

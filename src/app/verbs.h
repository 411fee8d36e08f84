/* verbs.h - the table of everything that can be asked. Groups of rows stand in verbs-*.c beside what they run; this joins them. */
#pragma once
#include "api/verb.h"
#include "desk/decide.h"

extern const Verb verbs[];

Err verb_demo(Call *call, Why *why);
Err verb_init(Call *call, Why *why);
Err verb_serve(Call *call, Why *why);
Err verb_backup(Call *call, Why *why);
Err verb_restore(Call *call, Why *why);
Err verb_check(Call *call, Why *why);
Err verb_completion(Call *call, Why *why);
Err verb_man(Call *call, Why *why);
Err verb_help(Call *call, Why *why);
Err verb_openapi(Call *call, Why *why);

Err verb_me(Call *call, Why *why);
Err verb_home(Call *call, Why *why);
Err verb_queue(Call *call, Why *why);
Err verb_case(Call *call, Why *why);
Err verb_flips(Call *call, Why *why);
Err verb_shares(Call *call, Why *why);
/* "ROW=QTY,ROW=QTY" of the argument `shares`; none where it is absent. */
Err shares_of_call(const Call *call, const DecisionShare **out_shares, int *out_count, Why *why);
Err verb_try(Call *call, Why *why);
Err verb_decide(Call *call, Why *why);
Err verb_accept(Call *call, Why *why);
Err verb_change(Call *call, Why *why);
Err verb_reject(Call *call, Why *why);
Err verb_snooze(Call *call, Why *why);
Err verb_approve(Call *call, Why *why);
Err verb_send_back(Call *call, Why *why);
Err verb_undo(Call *call, Why *why);
Err verb_escalate(Call *call, Why *why);
Err verb_decide_many(Call *call, Why *why);
/* A verdict on the case that the call names, and the answer to it. With `said` its words are the reason, and its facts are written with the verdict. */
typedef struct Said { const char *reason; const Fact *facts; int facts_count; } Said;
Err verdict_give(Call *call, Verdict verdict, const Said *said, Why *why);
void decided_write(Buf *out, const DecideResult *results, int count);      /* "rows": each case with its new version, or why it was left as it was */
Err verb_why(Call *call, Why *why);
Err verb_export_queue_csv(Call *call, Why *why);
Err verb_export_queue_xlsx(Call *call, Why *why);

Err verb_orders(Call *call, Why *why);
Err verb_orders_proposal(Call *call, Why *why);
Err verb_orders_accept(Call *call, Why *why);
Err verb_orders_send(Call *call, Why *why);
Err verb_orders_pump(Call *call, Why *why);
Err verb_orders_release(Call *call, Why *why);
Err verb_orders_cancel(Call *call, Why *why);
Err verb_stop(Call *call, Why *why);
Err verb_release(Call *call, Why *why);

Err verb_import(Call *call, Why *why);
Err verb_imports(Call *call, Why *why);
Err verb_retract(Call *call, Why *why);

Err verb_plan(Call *call, Why *why);
Err verb_forecast(Call *call, Why *why);
Err verb_backtest(Call *call, Why *why);
Err verb_targets(Call *call, Why *why);
Err verb_replay(Call *call, Why *why);
Err verb_item(Call *call, Why *why);
Err verb_item_told(Call *call, Why *why);
Err verb_items(Call *call, Why *why);
Err verb_suppliers(Call *call, Why *why);
Err verb_supplier(Call *call, Why *why);
Err verb_event(Call *call, Why *why);
Err verb_exceptional(Call *call, Why *why);
Err verb_overrides(Call *call, Why *why);
Err verb_outcomes(Call *call, Why *why);
Err verb_outcomes_by(Call *call, Why *why);
Err verb_outcomes_rules(Call *call, Why *why);
Err verb_like(Call *call, Why *why);
Err page_read(const Call *call, int64_t *out_offset, int64_t *out_limit, Why *why);      /* of the arguments offset and limit, 0 and 50 */
Err verb_override_put(Call *call, Why *why);
Err verb_override_clear(Call *call, Why *why);

Err verb_model_train(Call *call, Why *why);
Err verb_model_teach(Call *call, Why *why);
Err verb_models(Call *call, Why *why);
/* A model row and its blob, which it names by hash, written together. `said`: an object, the rest of the payload. (verbs-model.c) */
Err model_keep(Call *call, const char *key, Text said, Text blob, int64_t known_us, RowId *out_row, Text *out_payload, Why *why);
Err verb_confidence(Call *call, Why *why);
Err verb_confidence_fit(Call *call, Why *why);
Err verb_model(Call *call, Why *why);

Err verb_policy(Call *call, Why *why);
Err verb_policy_apply(Call *call, Why *why);
Err verb_policy_diff(Call *call, Why *why);
Err verb_policy_choose(Call *call, Why *why);
Err verb_policy_choices(Call *call, Why *why);
Err verb_users(Call *call, Why *why);
Err verb_user_add(Call *call, Why *why);
Err verb_user_change(Call *call, Why *why);
Err verb_user_password(Call *call, Why *why);

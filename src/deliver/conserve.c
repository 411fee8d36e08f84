#include "deliver/conserve.h"

#include <stdio.h>

#include "base/decimal.h"
#include "domain/decision.h"

static bool commits(Verdict verdict) {
    return verdict == VERDICT_ACCEPT || verdict == VERDICT_CHANGE || verdict == VERDICT_APPROVE || verdict == VERDICT_ESCALATE || verdict == VERDICT_UNDO;
}

/* What the decision gives this line: of an allocation, its order line's share. */
static int64_t decided_qty(const Decision *decision, const CommandLine *line) {
    for (int i = 0; i < decision->shares_count; i++)
        if (decision->shares[i].row == line->customer_row) return decision->shares[i].qty_micro;
    return decision->shares_count ? -1 : decision->qty_micro;
}

static bool same_ground(const CommandLine *a, const CommandLine *b) { return a->decision.v == b->decision.v && a->customer_row == b->customer_row; }

static Err check_line(Store *store, Arena *work, const OutboxLine *outbox, const CommandLine *line, const char **out_broken, Why *why) {
    Row row;
    Decision decision;
    Text ordered;
    int64_t command = 0;
    char name[32];
    Err err = log_read(store, work, line->decision, &row, why);
    if (err == ERR_NOT_FOUND || (err == OK && row.kind != ROW_DECISION)) {
        *out_broken = text_format(work, "line %d (%s) names no decision", line->line, line->item);
        return OK;
    }
    TRY(err);
    TRY(decision_read(work, row.payload, &decision, why));
    snprintf(name, sizeof name, "%lld", (long long)line->decision.v);
    err = value_get(store, work, "ordered", name, &ordered, NULL);
    if (err == OK && integer_parse(ordered, &command, NULL) != OK) command = -1;
    if (!commits(decision.verdict) || !decision.has_qty) *out_broken = text_format(work, "line %d (%s): its decision was \"%s\"", line->line, line->item, verdict_name(decision.verdict));
    else if (decision.case_id.v != line->case_id.v) *out_broken = text_format(work, "line %d (%s): its decision was about another case", line->line, line->item);
    else if (decided_qty(&decision, line) != line->qty_micro) *out_broken = text_format(work, "line %d (%s): another quantity was decided", line->line, line->item);
    else if (command != outbox->command.v) *out_broken = text_format(work, "line %d (%s): its decision belongs to another order", line->line, line->item);
    return OK;
}

Err conserve_check(Store *store, Arena *work, const OutboxLine *line, const Command *command, const char **out_broken, Why *why) {
    int64_t value = 0;
    *out_broken = NULL;
    for (int i = 0; i < command->lines_count && !*out_broken; i++) {
        TRY(check_line(store, work, line, &command->lines[i], out_broken, why));
        for (int k = 0; k < i && !*out_broken; k++)
            if (same_ground(&command->lines[k], &command->lines[i])) *out_broken = text_format(work, "lines %d and %d rest on one decision", k + 1, i + 1);
        value += command->lines[i].value_minor;
    }
    if (!*out_broken && (value != command->value_minor || value != line->value_minor || command->lines_count != line->lines || command->lines_count == 0))
        *out_broken = "the lines do not sum to the order";
    return OK;
}

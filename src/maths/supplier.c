#include "maths/supplier.h"
#include "maths/fn.h"

const OtifRule otif_usual = { .late_days = 0, .early_days = 100000, .short_share = 0 };

void otif_add(Otif *otif, const OtifRule *rule, const OtifLine *line, int32_t today) {
    int64_t last = (int64_t)line->due + rule->late_days, first = (int64_t)line->due - rule->early_days;
    if (!(line->ordered > 0) || last >= today) return;
    if (line->cancelled <= line->due) return;
    double in_time = 0;
    for (int i = 0; i < line->receipts; i++)
        if (line->receipt[i].day >= first && line->receipt[i].day <= last) in_time += line->receipt[i].accepted;
    if (in_time > line->ordered) in_time = line->ordered;
    otif->lines_due++;
    otif->lines_good += in_time >= (1 - rule->short_share) * line->ordered * (1 - 1e-9);
    otif->ordered += line->ordered;
    otif->in_time += in_time;
}

double otif_lines(const Otif *otif) { return otif->lines_due > 0 ? (double)otif->lines_good / (double)otif->lines_due : -1; }
double otif_quantity(const Otif *otif) { return otif->ordered > 0 ? otif->in_time / otif->ordered : -1; }

const char *const supplier_reason_names[REASONS_] = { "late", "short", "quality", "ack", "drift", "sole-source" };

/* Judgement, not measurement: what a fault is worth, and from which value on all of it is lost. */
static const struct { double points, all_lost_at; } weights[REASONS_] = {
    [REASON_LATE] = { 40, 0.5 }, [REASON_SHORT] = { 20, 0.10 }, [REASON_QUALITY] = { 15, 0.05 },
    [REASON_ACK] = { 5, 5 }, [REASON_DRIFT] = { 10, 0.5 }, [REASON_SOLE] = { 10, 1 },
};

void supplier_score(const SupplierFacts *facts, SupplierScore *out) {
    *out = (SupplierScore){ .scored = facts->receipts >= SUPPLIER_RECEIPTS_LEAST, .score = 100 };
    for (int r = 0; r < REASONS_; r++) {
        out->points[r] = weights[r].points * fn_clamp(facts->value[r] / weights[r].all_lost_at, 0, 1);
        out->score -= out->points[r];
        int at = r;
        while (at > 0 && out->points[out->reason[at - 1]] < out->points[r]) {
            out->reason[at] = out->reason[at - 1];
            at--;
        }
        out->reason[at] = (SupplierReason)r;
    }
    if (!out->scored) out->score = 0;
}

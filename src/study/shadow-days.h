/* shadow-days.h - what really came to one item-place, day by day: demand as it was asked for, and the receipts of what had been ordered before. */
#pragma once
#include "study/shadow-play.h"

/* From day `from` up to `end`, the first day still to come. Sales told by longer periods are spread evenly over their days; one-off sales count. Receipts are those
 * of orders and transfers placed before `from`. Folds in `work`. */
void shadow_days(const State *state, int32_t spot, int32_t from, int32_t end, Arena *work, ShadowDays *out);
/* Days that the first order placed on or after `day` took to its first receipt; `otherwise` where none has come. */
int shadow_lead(const State *state, int32_t spot, int32_t supplier, int32_t day, int32_t end, int otherwise, Arena *work);

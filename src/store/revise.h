/* revise.h - a new version of a case that differs from the newest one in what a verdict, an order or a receipt changes. The desk,
 * the outbox and the ERP's answers all move cases on; this is the one way they do it, so that no field is lost. */
#pragma once
#include "domain/case.h"
#include "store/store.h"

/* The newest version, read whole, with its queue line. ERR_NOT_FOUND "there is no case N". */
Err case_newest(Store *store, Arena *work, RowId case_id, CaseLine *out_line, Case *out_case, Why *why);

/* Appends `c` as the newest version, caused by `cause`, and brings the line up to date from it. snoozed_until_us stays as the
 * caller left it in `line`, or becomes 0 when the case is not snoozed. Inside a transaction; `line->row` is the new row. */
Err case_revise(Store *store, Arena *work, CaseLine *line, const Case *c, RowId cause, const char *by, Why *why);

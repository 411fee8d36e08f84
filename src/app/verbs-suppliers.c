/* Suppliers: how far they can be relied on, and on what that rests. */
#include "app/app.h"
#include "app/verbs.h"
#include "plan/supplier-view.h"

Err verb_suppliers(Call *call, Why *why) {
    Plan *plan;
    SupplierFigures *rows;
    int count;
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_suppliers(plan, call->work, &rows, &count, why));
    suppliers_write(call->out, rows, count);
    return OK;
}

Err verb_supplier(Call *call, Why *why) {
    Plan *plan;
    SupplierView view;
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_supplier(plan, call->work, call_text(call, "supplier"), &view, why));
    supplier_view_write(call->out, &view);
    return OK;
}

/* names.h - word lists that names are put together from. Places and groups themselves are in company.h. */
#pragma once
#include "sample/company.h"

enum { SUPPLIER_HEADS = 20, SUPPLIER_MIDDLES = 10, SUPPLIER_TAILS = 6 };
extern const char *const supplier_heads[SUPPLIER_HEADS], *const supplier_middles[SUPPLIER_MIDDLES], *const supplier_tails[SUPPLIER_TAILS];
enum { CUSTOMER_HEADS = 24, CUSTOMER_MIDDLES = 12, CUSTOMER_TAILS = 5 };
extern const char *const customer_heads[CUSTOMER_HEADS], *const customer_middles[CUSTOMER_MIDDLES], *const customer_tails[CUSTOMER_TAILS];

#include "domain/ids.h"

const char *const id_kind_names[ID_KIND_COUNT_] = {
    [ID_ITEM] = "item",
    [ID_PLACE] = "place",
    [ID_SUPPLIER] = "supplier",
    [ID_CUSTOMER] = "customer",
};

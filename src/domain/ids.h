/* ids.h - dense numbers for the things facts speak of. A code ("AX-1180") becomes a number once, in the order in which
 * the log first names it, so the same log gives the same numbers. 0 means "none". One struct per kind: handing a
 * PlaceId to something that wants an ItemId does not compile. */
#pragma once
#include <stdint.h>

typedef struct ItemId     { int32_t v; } ItemId;
typedef struct PlaceId    { int32_t v; } PlaceId;      /* warehouse, branch, store */
typedef struct SupplierId { int32_t v; } SupplierId;
typedef struct CustomerId { int32_t v; } CustomerId;

typedef enum IdKind { ID_ITEM, ID_PLACE, ID_SUPPLIER, ID_CUSTOMER, ID_KIND_COUNT_ } IdKind;
extern const char *const id_kind_names[ID_KIND_COUNT_];   /* "item", "place", "supplier", "customer" */

typedef struct RowId { int64_t v; } RowId;               /* a row of the log; the order of the world */

/* sheets.h - the CSV files of an ERP's export, all open at once, each written in small pieces.
 *
 * A row is begun, its fields are written in the header's order, and it is ended. Text is never quoted needlessly and
 * records end with LF. */
#pragma once
#include "base/csv.h"
#include "base/err.h"

#include <stdint.h>

#define SHEETS(X) \
    X(ITEMS, "items", "item,description,group,uom,price,currency,lifecycle,successor,factor,tier,holding_rate,from_day,version") \
    X(PLACES, "places", "place,description,zone,group") \
    X(SUPPLIERS, "suppliers", "supplier,description,currency,minimum_amount,order_cost,weekdays,review_days,from_day") \
    X(CUSTOMERS, "customers", "customer,description,group,tier,service_target") \
    X(ITEM_PLACES, "item-places", "item,place,min_qty,max_qty,supplier,from_place,review_days,lead_days,from_day,version") \
    X(ITEM_SUPPLIERS, "item-suppliers", "item,supplier,lead_days,moq,multiple,price,currency,from_day,version") \
    X(UOMS, "uoms", "item,uom,factor") \
    X(CALENDARS, "calendars", "place,supplier,from_day,to_day,weekdays,description") \
    X(PRICES, "prices", "item,from_day,price,currency") \
    X(LANES, "lanes", "from_place,place,lead_days,order_cost,currency,weekdays") \
    X(ORDER_LINES, "order-lines", "doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status,reason,version,known_at") \
    X(SHIPMENTS, "shipments", "doc,line,ref_doc,ref_line,item,place,customer,qty,shipped_day,reason") \
    X(RECEIPTS, "receipts", "doc,line,ref_doc,ref_line,supplier,item,place,qty,uom,unusable,received_day,reason") \
    X(PO_LINES, "po-lines", "doc,line,supplier,item,place,qty,uom,price,currency,order_day,requested_day,promised_day,status,version,known_at") \
    X(PO_ACKS, "po-acks", "doc,line,ref_doc,ref_line,supplier,item,qty,promised_day,order_day,status,reason") \
    X(SHIP_NOTICES, "ship-notices", "doc,line,ref_doc,ref_line,supplier,item,qty,shipped_day,promised_day") \
    X(CARRIER_STATUS, "carrier-status", "doc,line,status,as_of_day,promised_day,reason") \
    X(TRANSFERS, "transfers", "doc,line,from_place,place,item,qty,shipped_day,promised_day,received_day,status,version,known_at") \
    X(COUNTS, "counts", "doc,line,item,place,on_hand,as_of_day,reason") \
    X(STOCK, "stock", "item,place,as_of_day,on_hand,allocated,in_transit,unusable,complete") \
    X(SIGNALS, "signals", "doc,group,place,from_day,to_day,factor,description")

typedef enum Sheet {
#define X(id, name, header) SHEET_##id,
    SHEETS(X)
#undef X
    SHEET_COUNT_,
} Sheet;

extern const char *const sheet_names[SHEET_COUNT_];

typedef struct Sheets {
    struct { int fd; Buf buf; CsvWriter csv; int64_t rows, bytes; } at[SHEET_COUNT_];
    const char *folder;
    Err failed;                          /* the first failure; later rows are dropped, sheets_close reports it */
    Why why;
} Sheets;

/* `folder` is made when absent and must outlive the sheets; existing files of these names are written anew. */
Err sheets_open(Sheets *sheets, const char *folder, Why *why);
Err sheets_close(Sheets *sheets, Why *why);
/* For own(): closes what is still open, whatever happened. */
void sheets_end(Sheets *sheets);

static inline CsvWriter *sheet_row(Sheets *sheets, Sheet sheet) { return &sheets->at[sheet].csv; }
void sheet_row_end(Sheets *sheets, Sheet sheet);

/* Fields. */
static inline void put(CsvWriter *row, const char *text) { csv_write_str(row, text); }
void put_int(CsvWriter *row, int64_t value);
void put_doc(CsvWriter *row, const char *prefix, int64_t number);
static inline void put_money(CsvWriter *row, int64_t micro) { csv_write_micro(row, micro); }
static inline void put_nothing(CsvWriter *row) { csv_write_text(row, (Text){ "", 0 }); }

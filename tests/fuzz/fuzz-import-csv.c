/* rooms: base domain store ingest */
/* Any bytes as a file to import, under one of a few maps that the first byte chooses. */
#include "tests/fuzz/ingest-fuzz.h"

#include <string.h>

static const char *const maps[] = {
    "{\"map\":\"m\",\"version\":1,\"name\":\"f\",\"emit\":[{\"fact\":\"order-line\",\"set\":{\"doc\":\"a\",\"line\":{\"row_number\":true},\"item\":\"b\",\"place\":{\"value\":\"P\"},"
    "\"qty\":{\"number\":\"c\",\"uom\":\"?d\"},\"order_day\":\"?e\"}},{\"fact\":\"item\",\"once\":true,\"set\":{\"item\":\"b\",\"uom\":\"?f\"}}]}",
    "{\"map\":\"m\",\"version\":1,\"name\":\"f\",\"source\":{\"delimiter\":\";\",\"decimal\":\",\",\"groups\":true,\"dates\":\"%d.%m.%y\",\"encoding\":\"cp1252\"},"
    "\"tables\":{\"t\":{\"x\":\"open\",\"*\":null}},\"emit\":[{\"fact\":\"po-line\",\"when\":{\"a\":{\"not\":{\"starts\":\"#\"}}},\"set\":{\"doc\":{\"join\":[\"a\",\"b\"],\"with\":\"-\"},\"line\":{\"value\":1},"
    "\"supplier\":\"a\",\"item\":\"b\",\"place\":{\"first\":[\"?d\",{\"value\":\"P\"}]},\"qty\":\"c\",\"order_day\":{\"date\":\"e\"},\"status\":{\"table\":\"t\",\"of\":\"?f\"}},\"version\":{\"number\":\"?g\"}}]}",
    "{\"map\":\"m\",\"version\":1,\"name\":\"f\",\"emit\":[{\"fact\":\"sales\",\"set\":{\"item\":\"a\",\"place\":\"b\",\"run\":{\"wide\":{\"as\":\"%Y-%m-%d\",\"bucket_days\":7}}}}]}",
    "{\"map\":\"m\",\"version\":1,\"name\":\"f\",\"source\":{\"format\":\"jsonl\"},\"emit\":[{\"fact\":\"stock\",\"set\":{\"item\":\"a.b\",\"place\":\"c\",\"on_hand\":\"d\",\"as_of_day\":\"e\"}}]}",
    "{\"map\":\"m\",\"version\":1,\"name\":\"f\",\"source\":{\"encoding\":\"utf-16\"},\"emit\":[{\"fact\":\"price\",\"set\":{\"item\":\"a\",\"price\":\"b\"}}]}",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
    if (!length) return 0;
    const char *json = maps[data[0] % (sizeof maps / sizeof maps[0])];
    FuzzFile map = fuzz_file(json, strlen(json)), file = fuzz_file(data + 1, length - 1);
    fuzz_import(&map, &file);
    close(map.fd);
    close(file.fd);
    return 0;
}

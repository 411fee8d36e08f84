/* rooms: base */
/* Any bytes are a zone or refused; a zone answers every question with an offset of at most 26 hours. */
#include "base/time.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
    own(zone_end) Zone *zone = NULL;
    Why why;
    if (zone_of_bytes("fuzz", text_from(data, size), &zone, &why) != OK) return 0;
    for (int64_t day = -200000; day < 200000; day += 97) {
        int64_t us = day * DAY_US + day * 1000003;
        int offset_s = zone_offset_s(zone, us);
        assert(offset_s >= -168 * 3600 && offset_s <= 168 * 3600);
        (void)zone_from_local_us(zone, us); /* must only come back */
        (void)zone_from_local_us(zone, day * DAY_US);
    }
    return 0;
}

/* rooms: base domain store ingest */
/* Any bytes as a mapping file: refused with a sentence, or compiled and then able to read a file. */
#include "tests/fuzz/ingest-fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
    static const char input[] = "a,b,2026-10-05,2026-10-12\n1,x,3,4\n\"q\"\"\",,-1,z\n";
    FuzzFile map = fuzz_file(data, length), file = fuzz_file(input, sizeof input - 1);
    fuzz_import(&map, &file);
    close(map.fd);
    close(file.fd);
    return 0;
}

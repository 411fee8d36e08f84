/* list.c - the one place where lists grow. */
#include "base/list.h"

#include "base/arena.h"

#include <stdint.h>

void *list_grown(void *at, size_t *room, size_t least, size_t item_bytes) {
    size_t wanted = *room < 8 ? 8 : *room + *room / 2;
    if (wanted < least) wanted = least;
    if (wanted > SIZE_MAX / item_bytes) stop_for("a list of %zu items is too long", wanted);
    void *grown = realloc(at, wanted * item_bytes);
    if (!grown) stop_for("the machine has no memory for a list of %zu items", wanted);
    *room = wanted;
    return grown;
}

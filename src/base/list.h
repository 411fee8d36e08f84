/* list.h - a growable array of any type.
 *
 *     LIST(int64_t) ids = { 0 };
 *     list_push(&ids, 7);
 *     for (size_t i = 0; i < ids.count; i++) use(ids.at[i]);
 *     list_end(&ids);
 *
 * A named type is typedef LIST(Fact) FactList. Running out of memory ends the process, as in arena.h. */
#pragma once
#include <stddef.h>
#include <stdlib.h>

#define LIST(Type)    \
    struct {          \
        Type *at;     \
        size_t count; \
        size_t room;  \
    }

void *list_grown(void *at, size_t *room, size_t least, size_t item_bytes);

#define list_reserve(list, least)                                                                      \
    do {                                                                                               \
        if ((least) > (list)->room)                                                                    \
            (list)->at = list_grown((list)->at, &(list)->room, (least), sizeof *(list)->at);           \
    } while (0)

#define list_push(list, ...)                            \
    do {                                                \
        list_reserve((list), (list)->count + 1);        \
        (list)->at[(list)->count++] = (__VA_ARGS__);    \
    } while (0)

#define list_clear(list) ((list)->count = 0)
#define list_last(list) (&(list)->at[(list)->count - 1])

#define list_end(list)                          \
    do {                                        \
        free((list)->at);                       \
        (list)->at = NULL;                      \
        (list)->count = (list)->room = 0;       \
    } while (0)

/* note.h - what the rows of the kind "note" say: things that happened to us. Row.sub is a NoteSub. */
#pragma once

typedef enum NoteSub {
    NOTE_OTHER = 0,
    NOTE_BAD_ROW,        /* a row that could not become a fact; cause: its document. {"class","line","field","message","hint","kind","count"}; item and place where known.
                          * The note with "count" above 1 and line 0 stands for all rows of a class that were not listed one by one */
    NOTE_HELD,           /* the breaker stopped a file before anything of it counted; cause: its document. {"reason","check","place","day","of","hits"} */
    NOTE_HELD_ACCEPTED,  /* a named person let a held file pass; cause: the NOTE_HELD row */
    NOTE_IMPORTED,       /* the document is complete; cause: it. {"rows","facts","new","corrected",...} */
    NOTE_REFUSED,        /* an all-or-nothing file had a bad row and nothing of it counted; cause: its document */
    NOTE_RESUMED,        /* a document that was here before, incomplete, is taken in from a row on; cause: it. {"document","rows_done"} */
} NoteSub;

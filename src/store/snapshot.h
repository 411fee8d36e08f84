/* snapshot.h - derived state as a file of columns, so that a start need not read the whole log. A snapshot is never the truth:
 * one that is damaged, of another format or of another log is as good as none (ERR_NOT_FOUND, the sentence says why), and
 * whoever asked builds its state from the log.
 *
 * A snapshot belongs to a log prefix: it is stamped with a row and the chain of that row, which no other history has.
 * Files stand in DIR/snapshots, named after what they hold and their row; the newest two of a name are kept.
 *
 *     Stamp stamp;
 *     TRY(snapshot_stamp(store, upto, &stamp, why));         // before a fork: the child needs no database
 *     TRY(snapshot_write(directory, "state", STATE_FORMAT, &stamp, columns, 3, why));
 *
 *     own(snapshot_end) Snapshot *snapshot = NULL;
 *     Err err = snapshot_read(store, "state", STATE_FORMAT, &snapshot, why);
 *     Text quantities = snapshot_column(snapshot, "qty");    // mapped; lives as long as the snapshot */
#pragma once
#include "store/store.h"

typedef struct Stamp { RowId upto; Hash chain; } Stamp;
typedef struct SnapshotColumn { const char *name; Text bytes; } SnapshotColumn;    /* name: at most 39 bytes, unique */
typedef struct Snapshot Snapshot;

enum { SNAPSHOT_COLUMNS_MOST = 256 };

Err snapshot_stamp(Store *store, RowId upto, Stamp *out_stamp, Why *why);
Err snapshot_write(const char *directory, const char *name, uint32_t format, const Stamp *stamp, const SnapshotColumn *columns, int count, Why *why);
/* The same in three steps, for whoever writes from a forked child: begun before the fork, filled by the child, finished by the parent. Filling takes
 * no memory, no lock and no database; until it is finished nobody sees the file. */
typedef struct SnapshotFile SnapshotFile;
Err snapshot_begin(const char *directory, const char *name, const Stamp *stamp, SnapshotFile **out_file, Why *why);
int snapshot_fd(const SnapshotFile *file);
Err snapshot_fill(SnapshotFile *file, uint32_t format, const SnapshotColumn *columns, int count, Why *why);
Err snapshot_finish(SnapshotFile **file, bool whole, Why *why);        /* not whole: removed */
/* The newest one that is whole, of this format and of this log; all columns are checked. */
Err snapshot_read(Store *store, const char *name, uint32_t format, Snapshot **out_snapshot, Why *why);
void snapshot_end(Snapshot **snapshot);
RowId snapshot_upto(const Snapshot *snapshot);
Text snapshot_column(const Snapshot *snapshot, const char *name);      /* starts at a multiple of 64 bytes; "" when there is none of that name */

/* teach-parts.h - shared by the files that teach and judge; nobody else includes it. */
#pragma once
#include "learn/teach.h"

typedef struct Lesson {
    const LearnPanel *panel;
    LearnHistory *history;
    LearnKin kin;
    Trees trees;
    int week;                            /* buckets */
} Lesson;

/* The local model of a series as it would have been before grid bucket `at`, for the sum over `ahead` buckets. */
void lesson_local(const Lesson *lesson, int series, int at, int ahead, Arena *work, DemandModel *out);
/* A window of `ahead` buckets after `at`, a bucket of the grid. */
bool window_seen(const LearnHistory *history, int at, int ahead);   /* wholly inside and nothing missing */
double window_units(const LearnHistory *history, int at, int ahead);
bool window_censored(const LearnHistory *history, int at, int ahead);

typedef struct LearnPoints LearnPoints;              /* windows and their losses */
LearnPoints *learn_points_begin(const Lesson *lesson);
void learn_points_end(LearnPoints **points);
/* The lesson's forest and the local models on windows inside [from, to). */
void learn_points_judge(LearnPoints *points, int from, int to, int most, Pool *threads, const LearnProgress *progress);
void learn_verdict(const LearnPoints *points, LearnEvidence *evidence);     /* reads its cuts */

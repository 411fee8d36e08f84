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

/* Voices to compare on the same windows; the first is what the others are measured against. */
enum { LEARN_VOICES = 5 };
typedef struct LearnTrial { int count; LearnVoice of[LEARN_CLASSES][LEARN_VOICES]; } LearnTrial;
typedef struct LearnStretch { int from, to, step; int windows_most; } LearnStretch;   /* grid buckets; origins `step` apart, or more, the same of every series */

typedef struct LearnPoints LearnPoints;              /* windows and their losses by voice */
LearnPoints *learn_points_begin(const Lesson *lesson);
void learn_points_end(LearnPoints **points);
/* The lesson's forest beside the local models; more windows of the same trial may follow. */
void learn_points_judge(LearnPoints *points, const LearnTrial *trial, LearnStretch stretch, Pool *threads, const LearnProgress *progress);

/* How far to believe, then how wide, on one stretch. */
void learn_voices_choose(const Lesson *lesson, LearnStretch stretch, Pool *threads, const LearnProgress *progress, LearnVoice out[LEARN_CLASSES]);
/* Voices, in the order of the verdict: the local model, the learner alone, both together as chosen. */
void learn_verdict_trial(const LearnVoice chosen[LEARN_CLASSES], LearnTrial *out);
void learn_verdict(const LearnPoints *points, LearnEvidence *evidence);     /* reads its voices */

/* Whether gains in money, one a week that was judged and in order of time, are more than what those weeks share: their mean over its standard error, which
 * counts what neighbours have in common, and what Student's law asks of so few. */
typedef struct LearnProof { double t, t_least; } LearnProof;
LearnProof learn_proof(const double *gain, int weeks);

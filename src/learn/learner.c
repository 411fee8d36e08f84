#include "learn/learner.h"

#include "maths/fn.h"

enum { SEEN_LEAST = 8 };

const char *const learn_class_names[LEARN_CLASSES] = {
    "below-1-young", "below-1-grown", "below-4-young", "below-4-grown", "below-16-young", "below-16-grown", "from-16-young", "from-16-grown",
};

int learn_class(double local_mean, const LearnHistory *history, int at) {
    int size = local_mean < 1 ? 0 : local_mean < 4 ? 1 : local_mean < 16 ? 2 : 3;
    int age = at - history->series->from;
    return 2 * size + (age >= history->year);
}

double learner_ratio(const Trees *trees, const LearnKin *kin, const LearnHistory *history, int at, double horizon, double local_mean) {
    float features[LEARN_FEATURES];
    int index = at - history->series->from;
    if (index < 0 || history->seen[index] < SEEN_LEAST || !(local_mean > 0)) return 1;
    if (!learn_features(history, kin, at, horizon, local_mean, features)) return 1;
    return fn_clamp(fn_exp(fn_clamp((double)trees_margin(trees, features), -10, 10)), 0.5, 2);
}

LearnSaid learn_voiced(double ratio, LearnVoice voice) {
    return (LearnSaid){ voice.weight > 0 ? fn_exp(voice.weight * fn_log(ratio)) : 1, voice.spread };
}

DemandModel learn_applied(const DemandModel *local, LearnSaid said) {
    DemandModel model = demand_scaled(local, said.factor);
    model.noise_var *= said.spread * said.spread;
    model.level_var *= said.spread * said.spread;
    return model;
}

LearnSaid learner_say(const Learner *learner, const LearnSeries *series, double horizon, double local_mean, Arena *work) {
    static const LearnSaid silent = { 1, 1 };
    LearnHistory history;
    int at = learner->grid.buckets;
    if (series->from < 0 || series->from + series->count != at) return silent;
    learn_history(&learner->grid, series, work, &history);
    if (!(local_mean > 0) || history.seen[series->count] < SEEN_LEAST) return silent;
    LearnVoice voice = learner->voice[learn_class(local_mean, &history, at)];
    double ratio = voice.weight > 0 ? learner_ratio(&learner->trees, &learner->kin, &history, at, horizon, local_mean) : 1;
    return learn_voiced(ratio, voice);
}

/* Row 7: a hub that feeds branches, planned by what it sent them and by what their customers ask for (docs/decisions/0013). */
#include "maths/quantity.h"
#include "tests/maths/definitions.h"

#include <stdlib.h>

enum { BRANCHES_MOST = 8, DAYS = 64, SAMPLES_MOST = 1 << 14 };

typedef struct Branch { double stock, coming, due[DAYS]; } Branch;      /* stock below zero: customers wait; due[day % DAYS] */
typedef struct Network {
    int branches, lead, review, branch_lead;
    double rate, point, lot, hub, coming, due[DAYS];
    Branch branch[BRANCHES_MOST];
    double wanted, met, hub_stock, stock, asked;                        /* sums of units, and over days; asked: of the day at hand */
} Network;

static Network network_of(const Definition *d, double hub) {
    Network n = { .branches = (int)law(d, "branches"), .lead = (int)law(d, "lead"), .review = (int)policy(d, "review"), .branch_lead = (int)law(d, "branch_lead"), .rate = law(d, "rate"),
                  .point = policy(d, "point"), .lot = policy(d, "lot"), .hub = hub };
    for (int b = 0; b < n.branches; b++) n.branch[b].stock = n.point + n.lot * (b + 1) / n.branches;
    return n;
}

static void arrive(Network *n, int64_t day) {
    n->hub += n->due[day % DAYS];
    n->coming -= n->due[day % DAYS];
    n->due[day % DAYS] = 0;
    for (int b = 0; b < n->branches; b++) {
        Branch *branch = &n->branch[b];
        branch->stock += branch->due[day % DAYS];
        branch->coming -= branch->due[day % DAYS];
        branch->due[day % DAYS] = 0;
    }
}

/* Each asks for whole lots; of less than all is asked for everybody gets the same share, and asks again tomorrow. */
static void feed(Network *n, int64_t day) {
    double ask[BRANCHES_MOST], all = 0;
    for (int b = 0; b < n->branches; b++) {
        double position = n->branch[b].stock + n->branch[b].coming;
        ask[b] = 0;
        while (position + ask[b] <= n->point) ask[b] += n->lot;
        all += ask[b];
    }
    double share = all > n->hub ? n->hub / all : 1;
    n->asked = all;
    for (int b = 0; b < n->branches; b++) {
        double sent = __builtin_floor(ask[b] * share);
        n->hub -= sent;
        n->branch[b].coming += sent;
        n->branch[b].due[(day + n->branch_lead) % DAYS] += sent;
    }
}

static void sell(Network *n, Rng *rng) {
    for (int b = 0; b < n->branches; b++) {
        Branch *branch = &n->branch[b];
        double wanted = (double)rng_poisson(rng, n->rate), there = branch->stock > 0 ? branch->stock : 0;
        n->wanted += wanted;
        n->met += wanted < there ? wanted : there;
        branch->stock -= wanted;
        n->stock += branch->stock > 0 ? branch->stock : 0;
    }
    n->hub_stock += n->hub;
    n->stock += n->hub;
}

static int by_size(const void *left, const void *right) {
    const double *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

/* What branches ask a hub for that always has it, over each lead time and review: its history of transfers. */
static double level_by_transfers(Definition *d, double target) {
    static double sum[SAMPLES_MOST];
    Network n = network_of(d, 1e12);
    int span = n.lead + n.review;
    for (int64_t day = 0; day < (int64_t)SAMPLES_MOST * span; day++) {
        arrive(&n, day);
        feed(&n, day);
        sell(&n, &d->rng);
        if (day % span == 0) sum[day / span] = 0;
        sum[day / span] += n.asked;
    }
    qsort(sum, SAMPLES_MOST, sizeof *sum, by_size);
    return sum[(int)(target * SAMPLES_MOST)];
}

/* As planning writes it: the level over what all customers ask for, and as position its own with what the branches have beyond or below the middle of their lots. */
static double order_by_echelon(const Network *n, const Dist *demand, double target) {
    double days = n->lead + n->review, middle = n->point + n->lot / 2, most = middle + n->rate * days;
    QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = target }, .protect_demand = demand, .protect = { .mean = demand->mean },
                         .position = { .on_hand = (int64_t)(n->hub * 1e6), .on_order = (int64_t)(n->coming * 1e6) } };
    for (int b = 0; b < n->branches; b++) {
        double has = n->branch[b].stock + n->branch[b].coming;
        in.position.fed_levels += (int64_t)((middle + (has < 0 ? -has : 0)) * 1e6);
        in.position.fed_stock += (int64_t)((has < 0 ? 0 : has < most ? has : most) * 1e6);
    }
    Quantity q;
    quantity_decide(&in, &q);
    return (double)q.micro / 1e6;
}

typedef struct Played { double fill, hub, stock, cost; } Played;

/* `level` >= 0: by transfers. */
static Played play(Definition *d, Rng rng, double level) {
    double target = policy(d, "target"), warm = start(d, "warm");
    Network n = network_of(d, start(d, "hub"));
    Dist demand;
    dist_poisson(n.branches * n.rate * (n.lead + n.review), &demand);
    for (int64_t day = 0; day < d->runs; day++) {
        if (day == (int64_t)warm) n.wanted = n.met = n.hub_stock = n.stock = 0;
        arrive(&n, day);
        if (day % n.review == 0) {
            double order = level < 0 ? order_by_echelon(&n, &demand, target) : level - n.hub - n.coming;
            if (order > 0) {
                n.coming += order;
                n.due[(day + n.lead) % DAYS] += order;
            }
        }
        feed(&n, day);
        sell(&n, &rng);
    }
    double days = (double)d->runs - warm;
    return (Played){ n.met / n.wanted, n.hub_stock / days, n.stock / days, (n.stock * policy(d, "holding") + (n.wanted - n.met) * policy(d, "shortage")) / days };
}

static void echelon(Definition *d) {
    double level = level_by_transfers(d, policy(d, "target"));
    Rng same = rng_fork(&d->rng, 1);
    Played transfers = play(d, same, level), customers = play(d, same, -1);
    definition_played(d, "by transfers: fill", transfers.fill);
    definition_played(d, "by transfers: hub stock", transfers.hub);
    definition_played(d, "by transfers: cost a day", transfers.cost);
    definition_played(d, "by customers: fill", customers.fill);
    definition_played(d, "by customers: hub stock", customers.hub);
    definition_played(d, "by customers: cost a day", customers.cost);
}

const DefinitionRow definition_network[] = { { "echelon", echelon }, { NULL, NULL } };

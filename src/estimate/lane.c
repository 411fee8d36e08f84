/* How long one lane takes, from what was seen of it and the pools it leans on. */
#include "estimate/leadtimes.h"

#include <string.h>

const char *const lead_basis_names[4] = { "unknown", "measured", "supplier", "stated" };

const LeadTime *lead_by_mode(const LeadPools *pools, int32_t mode) { return mode > 0 && mode < pools->modes && pools->mode[mode].found ? &pools->mode[mode] : &pools->all; }

/* What somebody wrote down: for the item here, in the supplier's terms for the item, of the supplier in general; for transfers of the lane. */
static int32_t stated_days(const State *state, ItemId item, PlaceId place, int32_t supplier, int32_t sender) {
    int32_t spot = state_spot(state, item, place);
    if (supplier) {
        const TermsInfo *terms = state_terms(state, item, supplier, place);
        if (terms && terms->supplier == supplier && terms->lead_days >= 0) return terms->lead_days;
        if (spot >= 0 && state->spots.at[spot].lead_days >= 0) return state->spots.at[spot].lead_days;
        return (size_t)supplier < state->suppliers.count ? state->suppliers.at[supplier].lead_days : -1;
    }
    for (size_t i = 0; i < state->lanes.count; i++) {
        const LaneInfo *lane = &state->lanes.at[i];
        if (lane->row && lane->from_place == sender && lane->place == place.v) return lane->lead_days;
    }
    return spot >= 0 ? state->spots.at[spot].lead_days : -1;
}

static const LeadTime *via_lead(const LeadPools *pools, LeadFrom from) {
    int low = 0, high = pools->vias;
    while (low < high) {
        int middle = (low + high) / 2;
        if (lead_from_compare(pools->via[middle].from, from) < 0) low = middle + 1;
        else high = middle;
    }
    return low < pools->vias && lead_from_compare(pools->via[low].from, from) == 0 ? &pools->via[low].lead : NULL;
}

static const LeadTime *supplier_lead(const LeadPools *pools, int32_t supplier) { return supplier > 0 && supplier < pools->suppliers ? &pools->supplier[supplier] : NULL; }

const LeadTime *lead_sent(const LeadPools *pools, int32_t supplier, int32_t mode) {
    const LeadTime *via = mode ? via_lead(pools, (LeadFrom){ supplier, mode }) : NULL;
    if (via && via->found) return via;
    const LeadTime *everybody = lead_by_mode(pools, mode);
    return everybody != &pools->all ? everybody : supplier_lead(pools, supplier);
}

void lane_lead(const LeadPools *pools, const State *state, const Fold *fold, ItemId item, PlaceId place, int32_t supplier, int32_t sender, LaneLead *out) {
    memset(out, 0, sizeof *out);
    out->stated_days = stated_days(state, item, place, supplier, sender);
    out->mode = state_mode(state, item, supplier, place);
    const LeadTime *everybody = lead_by_mode(pools, out->mode);
    const LeadTime *parent = supplier > 0 ? out->mode ? via_lead(pools, (LeadFrom){ supplier, out->mode }) : supplier_lead(pools, supplier)
                             : sender > 0 && sender < pools->senders ? &pools->sender[sender] : NULL;
    LeadObservation own_seen[256];
    int own_count = 0;
    for (int i = fold->seen_count - 1; supplier && i >= 0 && own_count < 256; i--)     /* newest first */
        if (lead_came(fold->seen_from[i], supplier, out->mode)) own_seen[own_count++] = fold->seen[i];
    bool parent_own = parent && parent->found && parent->n > 0;
    if (own_count > 0 || parent_own) {
        lead_fit(own_seen, own_count, parent_own ? parent : everybody->found && supplier ? everybody : NULL, PARENT_ORDERS, &out->lead);
        if (out->lead.found) {
            out->basis = out->lead.n >= 1 ? LEAD_MEASURED : LEAD_POOLED;
            return;
        }
    }
    if (out->stated_days < 0) {                    /* the supplier is known by other modes alone */
        const LeadTime *other = out->mode ? supplier_lead(pools, supplier) : NULL;
        if (!other || !other->found || !(other->n > 0)) return;
        out->lead = *other;
        out->basis = LEAD_POOLED;
        return;
    }
    /* Nobody has seen this lane deliver: what is stated, as uncertain as other lanes turned out to be; exact where nothing was ever received. */
    double cv = everybody->found && everybody->mean > 0 ? everybody->sd / everybody->mean : 0;
    lead_stated(out->stated_days, cv, &out->lead);
    out->basis = out->lead.found ? LEAD_STATED : LEAD_UNKNOWN;
}

/* names.c - the tables that items, places, suppliers and customers take their names and habits from. */
#include "sample/names.h"

const Place places[PLACES] = {
    { "DFW", "Dallas distribution center", "America/Chicago",     "South Central", 0.32, 0, 0 },
    { "ATL", "Atlanta branch",             "America/New_York",    "Southeast",     0.22, 3, 2 },
    { "CMH", "Columbus branch",            "America/New_York",    "Midwest",       0.20, 3, 3 },
    { "DEN", "Denver branch",              "America/Denver",      "Mountain",      0.12, 2, 4 },
    { "SEA", "Seattle branch",             "America/Los_Angeles", "Northwest",     0.14, 5, 1 },
};

const Group groups[GROUPS] = {
    { "Bearings", "BRG", { "Ball bearing", "Roller bearing", "Pillow block", "Flange bearing", "Thrust bearing" },
      { "17 mm", "20 mm", "25 mm", "1 in", "1-1/4 in" }, { "sealed", "shielded", "open", "stainless" }, 18, 0.8, SEASON_FLAT, false, { 1, 1, 10, 20 } },
    { "Belts and drives", "BLT", { "V-belt", "Timing belt", "Sheave", "Roller chain", "Shaft coupling" },
      { "A42", "B60", "40 pitch", "50 pitch", "3VX500" }, { "cogged", "classical", "heavy duty", "narrow" }, 26, 0.8, SEASON_SUMMER, false, { 1, 1, 5, 10 } },
    { "Hydraulics", "HYD", { "Hydraulic hose", "Quick coupler", "Hose fitting", "Gear pump", "Spool valve" },
      { "1/4 in", "3/8 in", "1/2 in", "3/4 in", "1 in" }, { "JIC", "NPT", "ORB", "crimp" }, 34, 0.9, SEASON_BUILDING, false, { 1, 1, 6, 12 } },
    { "Pneumatics", "PNU", { "Air cylinder", "Push-in fitting", "Air regulator", "Solenoid valve", "Polyurethane tubing" },
      { "1/8 in", "1/4 in", "3/8 in", "6 mm", "8 mm" }, { "brass", "nickel plated", "composite", "stainless" }, 22, 0.9, SEASON_FLAT, false, { 1, 10, 10, 25 } },
    { "Fasteners", "FST", { "Hex cap screw", "Socket head screw", "Lock nut", "Flat washer", "Threaded rod" },
      { "M8 x 30", "M10 x 40", "1/4-20 x 1", "3/8-16 x 2", "1/2-13 x 3" }, { "zinc", "grade 8", "stainless", "black oxide" }, 0.9, 0.8, SEASON_BUILDING, false, { 25, 50, 100, 100 } },
    { "Electrical", "ELC", { "Circuit breaker", "Contactor", "Terminal block", "Control relay", "Conduit fitting" },
      { "10 A", "20 A", "24 V", "120 V", "3/4 in" }, { "DIN rail", "panel mount", "1 pole", "3 pole" }, 28, 0.9, SEASON_FLAT, false, { 1, 1, 10, 20 } },
    { "Lighting", "LGT", { "LED tube", "High bay light", "Exit sign", "Wall pack", "LED driver" },
      { "18 W", "40 W", "100 W", "150 W", "4 ft" }, { "4000 K", "5000 K", "dimmable", "emergency" }, 42, 0.7, SEASON_WINTER, false, { 1, 1, 10, 25 } },
    { "HVAC service parts", "HVC", { "Condenser fan motor", "Run capacitor", "Hot surface igniter", "Thermostat", "Blower wheel" },
      { "1/6 hp", "1/2 hp", "35/5 uF", "24 V", "10 in" }, { "universal", "OEM style", "two stage", "reversible" }, 46, 0.8, SEASON_WINTER, true, { 1, 1, 1, 6 } },
    { "Plumbing", "PLB", { "Ball valve", "Pipe coupling", "Pipe repair clamp", "Flush valve", "Supply line" },
      { "1/2 in", "3/4 in", "1 in", "1-1/2 in", "2 in" }, { "brass", "PEX", "copper", "PVC" }, 16, 0.9, SEASON_WINTER, true, { 1, 6, 12, 24 } },
    { "Pumps", "PMP", { "Sump pump", "Circulator pump", "Diaphragm pump", "Pump seal kit", "Float switch" },
      { "1/3 hp", "1/2 hp", "1 hp", "115 V", "230 V" }, { "cast iron", "stainless", "thermoplastic", "bronze" }, 95, 0.8, SEASON_SPRING, true, { 1, 1, 1, 4 } },
    { "Safety", "SFT", { "Nitrile gloves", "Safety glasses", "Ear plugs", "Hi-vis vest", "Respirator cartridge" },
      { "S", "M", "L", "XL", "one size" }, { "clear", "black", "orange", "disposable" }, 8, 0.7, SEASON_FLAT, false, { 10, 12, 24, 50 } },
    { "Abrasives and cutting", "ABR", { "Cut-off wheel", "Flap disc", "Drill bit", "Carbide end mill", "Band saw blade" },
      { "4-1/2 in", "6 in", "1/4 in", "3/8 in", "1/2 in" }, { "aluminum oxide", "zirconia", "cobalt", "coated" }, 9, 0.9, SEASON_BUILDING, false, { 5, 10, 10, 25 } },
    { "Lubricants and adhesives", "LUB", { "Grease cartridge", "Penetrating oil", "Thread locker", "Hydraulic oil", "Silicone sealant" },
      { "14 oz", "12 oz", "50 ml", "5 gal", "10 oz" }, { "food grade", "synthetic", "high strength", "multipurpose" }, 14, 0.9, SEASON_SPRING, false, { 1, 6, 12, 24 } },
    { "Filters", "FLT", { "Pleated air filter", "Hydraulic filter", "Oil filter", "Cartridge filter", "Coalescing filter" },
      { "16x20x2", "20x20x2", "24x24x4", "10 micron", "5 micron" }, { "MERV 8", "MERV 13", "cellulose", "glass fibre" }, 15, 0.7, SEASON_SUMMER, false, { 1, 6, 12, 12 } },
};

const char *const sample_tier_names[4] = { "A", "B", "C", "key" };

const char *const supplier_heads[SUPPLIER_HEADS] = {
    "Great Lakes", "Tri-State", "Cumberland", "Blue Mesa", "Harbor", "Ironwood", "Keystone", "Lone Star", "Northern", "Pacific Rim",
    "Prairie", "Redstone", "Riverbend", "Summit", "Tidewater", "Union", "Valley", "Westfield", "Granite", "Copper Creek",
};
const char *const supplier_middles[SUPPLIER_MIDDLES] = {
    "Bearing", "Power Transmission", "Fluid Power", "Fastener", "Electric", "Mechanical", "Industrial", "Components", "Tool", "Filtration",
};
const char *const supplier_tails[SUPPLIER_TAILS] = { "Supply", "Manufacturing", "Works", "Products", "Industries", "Company" };

const char *const customer_heads[CUSTOMER_HEADS] = {
    "Alder", "Bayside", "Cedar Valley", "Delta", "Eastgate", "Foothill", "Glenwood", "Highland", "Inland", "Juniper", "Kingsport", "Lakeshore",
    "Maple Grove", "Northgate", "Oak Hill", "Pinecrest", "Quarry Road", "Ridgeline", "Stonebridge", "Timber", "Upland", "Vista", "Willow Creek", "Yellow Pine",
};
const char *const customer_middles[CUSTOMER_MIDDLES] = {
    "Foods", "Paper", "Mechanical", "Packaging", "Dairy", "Plastics", "Hospital", "School District", "Machine", "Steel", "Water Authority", "Contracting",
};
const char *const customer_tails[CUSTOMER_TAILS] = { "Inc", "LLC", "Group", "Co", "Partners" };

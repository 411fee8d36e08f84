"""How sure a case says it is: planted faults must take it below any line at which a rule would decide alone."""
import collections
import csv
import shutil

from lib import check, day, journey

LINE = 0.9          # policies/demo.json, R3: confidence_least
GATES = ("stale-feed", "unit-doubt", "negative-stock", "phantom-stock", "duplicate-supply", "price-doubt", "exceptional-demand", "lead-doubt")
SHEETS = ("places", "suppliers", "customers", "items", "uoms", "item-suppliers", "item-places", "lanes", "calendars", "prices", "signals", "order-lines",
          "shipments", "po-lines", "po-acks", "ship-notices", "carrier-status", "receipts", "transfers", "counts", "stock")


def cases(place):
    """Every buy case, by item and place."""
    return {(row["item"], row["place"]): place.json("queue", "show", str(row["id"]))["case"] for row in place.rows("queue", "--kind", "buy", "--limit", "1000")}


def company(place, *words):
    """The sample distributor's files in a store whose policy lets no rule decide, so that every case is planned anew."""
    place.run("demo", "--directory", "sample", "--seed", "7", "--scale", "0.05", "--no-serve", "--quiet", *words, store=False)
    place.run("init")
    for name in SHEETS:
        place.run("import", str(place.folder / "sample" / "erp" / f"{name}.csv"), "--map", f"standard/{name}", code=None)
    place.run("plan")


def sheet(place, name):
    with open(place.folder / "sample" / "erp" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def taken(place, name, rows, *words, code=0):
    lines = [",".join(rows[0])] + [",".join(str(value) for value in row.values()) for row in rows]
    place.run("import", place.write(f"fault-{name}.csv", "\n".join(lines) + "\n"), "--map", f"standard/{name}", *words, code=code)


def price_times_ten(place, before):
    """The breaker holds such a file; somebody lets it pass all the same."""
    wanted = {item for item, _ in before}
    rows = [{**row, "price": f"{float(row['price']) * 10:.6f}", "version": 100 + n} for n, row in enumerate(sheet(place, "item-suppliers")) if row["item"] in wanted]
    taken(place, "item-suppliers", rows, code=7)
    taken(place, "item-suppliers", rows, "--accept-held", "--user", "kim")
    return set(before)


def packs_as_pieces(place, before):
    """A receipt of so many packs, booked as the largest one ever times the pack: of what has packs and came often enough to know what is usual."""
    factor = {row["item"]: float(row["factor"]) for row in sheet(place, "uoms") if row["item"] and float(row["factor"]) >= 4}
    seen = collections.defaultdict(list)
    for row in sheet(place, "receipts"):
        if row["received_day"] < day(-50):
            seen[row["item"], row["place"]].append(float(row["qty"]))
    touched = {key for key in before if key[0] in factor and len(seen[key]) >= 4}
    taken(place, "receipts", [{"doc": f"GRX{n}", "line": 1, "ref_doc": f"POX{n}", "ref_line": 1, "supplier": before[key]["supplier"], "item": key[0], "place": key[1],
                               "qty": factor[key[0]] * max(seen[key]), "uom": "EA", "unusable": 0, "received_day": day(-20)} for n, key in enumerate(sorted(touched))])
    return touched


def one_slow_delivery(place, before):
    lead = collections.Counter((row["item"], row["place"], row["supplier"]) for row in sheet(place, "receipts"))
    touched = {key for key, case in before.items() if lead[key[0], key[1], case["supplier"]] >= 6}
    orders, receipts = [], []
    for n, key in enumerate(sorted(touched)):
        common = {"supplier": before[key]["supplier"], "item": key[0], "place": key[1]}
        orders.append({"doc": f"POL{n}", "line": 1, **common, "qty": 1, "uom": "EA", "order_day": day(-330), "promised_day": day(-320), "status": "closed"})
        receipts.append({"doc": f"GRL{n}", "line": 1, "ref_doc": f"POL{n}", "ref_line": 1, **common, "qty": 1, "uom": "EA", "unusable": 0, "received_day": day(-30)})
    taken(place, "po-lines", orders)
    taken(place, "receipts", receipts)
    return touched


GATED = "no rule may decide: "


def still_sure(after, touched):
    """Neither a lower bound below the line nor a gate that the case names."""
    return [key for key in touched if key in after and (after[key]["confidence_low"] >= LINE and GATED not in after[key]["rule_text"] or after[key]["tier"] == "auto")]


def check_gates(after):
    """A gated case goes to a person and says by which gate."""
    for key, case in after.items():
        gates = [flag for flag in case["flags"] if flag in GATES]
        check(bool(gates) == (GATED in case["rule_text"]) and all(gate in case["rule_text"] for gate in gates), f"{key}: {case['flags']} and {case['rule_text']}")
        check(not gates or case["tier"] != "auto", f"{key}: a rule would decide though {gates}")


@journey
def planted_faults_take_confidence_below_the_line(place):
    company(place)
    before = cases(place)
    lows = [case["confidence_low"] for case in before.values()]
    sure = {key: case for key, case in before.items() if case["confidence_low"] >= LINE}
    check(len(before) >= 40 and len(sure) >= 20, f"{len(sure)} of {len(before)} cases are sure: too few to tell anything")
    check(max(lows) - min(lows) > 0.2 and len(set(lows)) > 10, f"a confidence that is nearly constant says nothing: {min(lows)} to {max(lows)}")
    clean = place.store
    for fault in (price_times_ten, packs_as_pieces, one_slow_delivery):
        place.store = place.folder / fault.__name__
        shutil.copytree(clean, place.store, ignore=shutil.ignore_patterns("lock", "socket"))
        touched = fault(place, sure)
        place.run("plan")
        after = cases(place)
        check_gates(after)
        left = still_sure(after, touched)
        check(len(touched) >= 8, f"{fault.__name__}: only {len(touched)} cases were touched")
        check(len(left) <= 0.05 * len(touched), f"{fault.__name__}: {len(left)} of {len(touched)} cases are still sure: {left[:5]}")
        print(f"# {fault.__name__}: {len(touched) - len(left)} of {len(touched)} below the line")


@journey
def feeds_that_stopped_take_confidence_below_the_line(place):
    company(place, "--end", day(-6))
    after = cases(place)
    check_gates(after)
    left = still_sure(after, set(after))
    check(len(after) >= 20, f"only {len(after)} cases")
    check(not left, f"{len(left)} of {len(after)} cases are still sure though nothing was heard for six days: {left[:5]}")

"""From files to an order that leaves once, and back."""
import csv

from lib import check, day, equal, journey, planned, tiny


@journey
def first_order_leaves_exactly_once(place):
    case = planned(place)
    shown = place.json("queue", "show", str(case["id"]))
    terms = shown["case"]["terms"]
    check(abs(sum(term["qty"] for term in terms) - shown["case"]["action"]["qty"]) < 1e-6, "the arithmetic does not add up")
    chain = place.json("why", str(case["id"]))["chain"]
    check(any((node.get("document") or {}).get("text", "").startswith("0042,DFW") for node in chain), "why does not reach the stock file's line")
    place.run("queue", "accept", str(case["id"]), code=4)                       # a verdict needs a name
    place.run("queue", "accept", str(case["id"]), "--user", "kim")
    sent = place.rows("orders", "send", "--supplier", "S-1", "--place", "DFW", "--user", "kim")
    equal(len(sent), 1, "commands")
    files = list((place.store / "outgoing").glob("*.csv"))
    equal(len(files), 1, "order files")
    lines = list(csv.DictReader(files[0].read_text().splitlines()))
    equal([line["item"] for line in lines], ["0042"], "lines")
    equal(float(lines[0]["qty"]), shown["case"]["action"]["qty"], "quantity")
    place.run("orders", "pump", "--user", "kim")
    equal(len(list((place.store / "outgoing").glob("*.csv"))), 1, "order files after another pump")
    place.run("orders", "send", "--supplier", "S-1", "--place", "DFW", "--user", "kim", code=5)
    place.run("plan")
    equal(place.rows("queue", "--kind", "buy"), [], "what was sent counts as on its way")
    # The ERP answers with our reference, later with a receipt.
    reference, qty = lines[0]["reference"], lines[0]["qty"]
    head = "doc,line,supplier,item,place,qty,price,currency,order_day,requested_day,promised_day,status,reference\n"
    place.run("import", place.write("back.csv", head + f"PO900,1,S-1,0042,DFW,{qty},12.00,USD,{day(0)},{day(9)},{day(9)},open,{reference}\n"), "--map", "standard/po-lines")
    place.run("plan")
    equal(place.json("queue", "show", str(case["id"]))["status"], "confirmed", "after the ERP showed it")
    equal(place.rows("queue", "--kind", "buy"), [], "it is not counted twice, nor ordered again")
    receipt = f"doc,line,ref_doc,ref_line,supplier,item,place,qty,received_day\nRC900,1,PO900,1,S-1,0042,DFW,{qty},{day(0)}\n"
    place.run("import", place.write("receipt.csv", receipt), "--map", "standard/receipts")
    place.run("plan")
    equal(place.json("queue", "show", str(case["id"]))["status"], "closed", "after all of it came")


@journey
def an_accepted_doubt_waits_in_sight_and_closes_when_the_fact_is_corrected(place):
    tiny(place)
    terms = "item,supplier,lead_days,moq,multiple,price,currency\n0042,S-1,10,12,12,{},USD\n"
    place.run("import", place.write("dear.csv", terms.format("120.00")), "--map", "standard/item-suppliers", "--accept-held", "--user", "kim")
    place.run("import", place.write("bad.csv", f"item,place,as_of_day,on_hand\n0042,DFW,{day(-1)},-5\n"), "--map", "standard/stock", code=3)
    place.run("plan")
    doubts = {row["title"]: str(row["id"]) for row in place.rows("queue", "--view", "data")}
    dear, bad = (next(number for title, number in doubts.items() if word in title) for word in ("times apart", "could not be used"))
    for number in (dear, bad):
        place.run("queue", "accept", number, "--user", "kim")
    place.run("plan")
    for number in (dear, bad):
        shown = place.json("queue", "show", number)
        equal((shown["status"], shown["case"]["opened"]["why"]), ("accepted", "accepted, waiting for the correction"), "in sight")
        check(number in [str(row["id"]) for row in place.rows("queue", "--view", "data")], "among the doubts")
    place.run("import", place.write("mended.csv", terms.format("12.00") + "\n"), "--map", "standard/item-suppliers", "--accept-held", "--user", "kim")
    document = place.json("queue", "show", bad)["case"]["evidence"][0]["row"]
    place.run("import", "retract", str(document), "--reason", "wrong file", "--user", "kim")
    place.run("plan")
    for number in (dear, bad):
        equal(place.json("queue", "show", number)["status"], "closed", "corrected")


@journey
def planning_twice_opens_and_closes_nothing(place):
    planned(place)
    before = place.log_rows()
    again = place.json("plan")
    equal((again["new"], again["changed"], again["closed"]), (0, 0, 0), "second plan")
    equal(place.log_rows(), before, "rows of the log")


@journey
def verdicts_keep_their_order_and_can_be_undone(place):
    case = str(planned(place)["id"])
    row = place.json("queue", "show", case)["row"]
    place.run("queue", "reject", case, "--user", "kim", code=2)                 # a rejection needs a reason
    place.run("queue", "reject", case, "--reason", "promotion ends", "--user", "kim")
    place.run("queue", "accept", case, "--row", str(row), "--user", "lee", code=6)   # lee looks at an old screen
    place.run("queue", "undo", case, "--user", "kim")
    equal(place.json("queue", "show", case)["status"], "open", "after undo")
    place.run("queue", "change", case, "--qty", "24", "--reason", "space", "--user", "kim")
    place.run("queue", "undo", case, "--user", "kim")
    place.run("queue", "snooze", case, "--until", day(3), "--user", "kim")
    equal(place.rows("queue"), [], "snoozed cases are out of the way")
    place.run("queue", "accept", "999999", "--user", "kim", code=5)


@journey
def stop_holds_what_would_leave(place):
    case = str(planned(place)["id"])
    place.run("queue", "accept", case, "--user", "kim")
    place.run("stop", "--reason", "stock-taking", "--user", "kim")
    check((place.store / "STOP").exists(), "no STOP file")
    place.run("orders", "send", "--supplier", "S-1", "--place", "DFW", "--user", "kim", code=7)
    check(not list(place.store.glob("outgoing/*.csv")), "an order left while STOP held")
    place.run("stop", "release", "--reason", "done", "--user", "kim")
    place.run("orders", "send", "--supplier", "S-1", "--place", "DFW", "--user", "kim")
    equal(len(list(place.store.glob("outgoing/*.csv"))), 1, "order files")


@journey
def one_click_takes_a_one_off_sale_out(place):
    tiny(place)
    big = f"doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status\nSOX,1,C-1,0042,DFW,900,{day(-20)},{day(-20)},20.00,USD,open\n"
    place.run("import", place.write("big.csv", big), "--map", "standard/order-lines")
    place.run("import", place.write("bigship.csv", f"doc,line,ref_doc,ref_line,item,place,customer,qty,shipped_day\nSHX,1,SOX,1,0042,DFW,C-1,900,{day(-20)}\n"), "--map", "standard/shipments")
    place.run("plan")
    view = place.json("item", "0042@DFW")
    sale = [sale for sale in view["demand"]["exceptional"] if sale["qty"] == 900]
    equal(len(sale), 1, "the sale stands out")
    words = ("item", "exceptional", "0042", "DFW", "--row", str(sale[0]["row"]), "--reason", "project", "--user", "kim")
    place.run(*words)
    demand = place.json("item", "0042@DFW")["demand"]
    check([one for one in demand["exceptional"] if one["row"] == sale[0]["row"]][0]["marked"], "the mark does not show")
    check(max(value or 0 for value in demand["values"]) < 900, "it is still in the history")
    place.run(*words, "--mark=false")
    demand = place.json("item", "0042@DFW")["demand"]
    check(not [one for one in demand["exceptional"] if one["row"] == sale[0]["row"]][0]["marked"], "the mark cannot be taken away")


@journey
def an_item_tells_what_was_expected_before_and_what_came(place):
    """The last weeks as they were told 1, 4 and 8 weeks before, the same by command line and for screens, and the case that froze its expectation."""
    case = planned(place)
    told = place.json("item", "told", "0042@DFW")
    equal([score["weeks_ahead"] for score in told["scores"]], [1, 4, 8], "how long before")
    equal(len(told["rows"]), told["total"], "weeks")
    last = told["rows"][-1]
    check(last["came"] is not None and last["told_1_p10"] <= last["told_1"] <= last["told_1_p90"], f"the last week: {last}")
    equal(len(place.run("item", "told", "0042@DFW", "-o", "csv").out.splitlines()), 1 + told["total"], "lines of the table")
    equal([one["case"] for one in told["frozen"]], [case["id"]], "the case that froze it")
    equal([one["came"] for one in told["frozen"]], [None], "nothing came of it yet")
    place.run("item", "told", "0042@NOWHERE", code=5)


@journey
def what_departed_from_a_proposal_is_listed_until_it_is_taken_back(place):
    """A change on top of a change counts once, against what planning proposed; it can be told when its order has come, not before."""
    case = planned(place)
    number, proposed = str(case["id"]), place.json("queue", "show", str(case["id"]))["case"]["action"]["qty"]
    equal(place.json("outcomes"), {"total": 0, "rows": []}, "nobody departed yet")
    place.run("queue", "change", number, "--qty", str(proposed * 2), "--reason", "fair", "--user", "kim")
    place.run("queue", "change", number, "--qty", str(proposed * 3), "--reason", "larger fair", "--user", "ana")
    rows = place.rows("outcomes")
    equal([(row["case"], row["by"], row["way"], row["proposed"], row["decided"], row["state"], row["gain"]) for row in rows],
          [(case["id"], "ana", "raised", proposed, proposed * 3, "not over yet", None)], "the last counts")
    check(rows[0]["over"] > day(10), f"it can be told on {rows[0]['over']}")
    equal([(row["name"], row["decisions"], row["seen_through"], row["gain"]) for row in place.rows("outcomes", "by", "reason")], [("larger fair", 1, 0, None)], "by reason")
    equal(place.rows("outcomes", "rules"), [], "nothing to learn yet")
    equal(place.json("queue", "like", number)["rows"], [], "a case is not like itself")
    place.run("outcomes", "by", "weather", code=2)
    place.run("queue", "undo", number, "--user", "ana")
    equal([(row["by"], row["decided"]) for row in place.rows("outcomes")], [("kim", proposed * 2)], "taken back, the one before stands")
    place.run("queue", "undo", number, "--user", "kim")
    place.run("queue", "reject", number, "--reason", "enough", "--user", "kim")
    equal([(row["way"], row["decided"]) for row in place.rows("outcomes")], [("declined", 0)], "declined")


@journey
def scarce_stock_is_shared_around_what_a_person_locked(place):
    """A contract's minimum is kept, what is locked stays, the rest is shared again; what cannot be given is refused with the reason."""
    tiny(place)
    place.run("import", place.write("who.csv", "customer,description,tier,service_target,minimum_share\nC-1,First customer,A,,\nC-2,Second,A,0.95,0.5\n"), "--map", "standard/customers")
    head = "doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status\n"
    orders = f"BIG1,1,C-1,0042,DFW,12,{day(-1)},{day(1)},20.00,USD,open\nBIG2,1,C-2,0042,DFW,14,{day(0)},{day(1)},26.00,USD,open\n"
    place.run("import", place.write("big.csv", head + orders), "--map", "standard/order-lines")
    place.run("plan")
    case = place.rows("queue", "--kind", "allocate")[0]
    number = str(case["id"])
    check(case["due_day"] >= day(0), f"to be decided by {case['due_day']}")
    board = place.json("queue", "shares", number)
    rows = {row["customer"]: row for row in board["rows"]}
    equal(rows["C-2"]["minimum"], 7, "half of what was ordered is guaranteed, whatever the service level")
    there = sum(row["proposed"] for row in board["rows"])
    again = {row["customer"]: row["proposed"] for row in place.json("queue", "shares", number, "--locked", f"{rows['C-1']['row']}=5")["rows"]}
    equal(again, {"C-1": 5, "C-2": min(14, there - 5)}, "shared around what was locked")
    place.run("queue", "shares", number, "--locked", f"{rows['C-1']['row']}=13", code=1)
    place.run("queue", "shares", number, "--locked", f"{rows['C-1']['row']}=12,{rows['C-2']['row']}=14", code=1)


@journey
def what_a_planner_puts_over_the_forecast_ends_or_is_taken_away(place):
    tiny(place)
    place.run("plan")
    base = place.json("item", "0042@DFW")
    put = ("override", "put", "--item", "0042", "--place", "DFW", "--to", day(20), "--reason", "trade fair")
    place.run(*put, "--factor", "3", code=4)
    place.run(*put, "--factor", "3", "--user", "kim")
    view = place.json("item", "0042@DFW")
    check(view["facts"]["demand_mean_day"] > 1.5 * base["facts"]["demand_mean_day"], "the override does not hold")
    check(abs(view["base_mean_day"] - base["base_mean_day"]) < 1e-6, "the baseline moved")
    equal([note["code"] for note in view["notes"] if note["code"] == "override"], ["override"], "it is told")
    row = place.rows("override", "ls")[0]
    equal((row["state"], row["by"], row["factor"]), ("coming", "kim", 3), "the list")
    check(abs(row["with"] - 3 * row["without"]) < 1e-4, "with is three times without")
    check("trade fair" in place.run("why", str(row["row"])).out, "why does not show it")
    place.run("override", "clear", str(row["row"]), "--user", "kim")
    equal(place.json("item", "0042@DFW")["facts"]["demand_mean_day"], base["facts"]["demand_mean_day"], "cleared is as it was")
    equal(place.rows("override", "ls")[0]["state"], "cleared", "it stays in the list")
    for words in (("--factor", "2", "--group", "nothing"), ("--qty", "5", "--factor", "2"), ()):
        check(place.run(*put, *words, "--user", "kim", code=None).code != 0, f"{words} should be refused")


def fed(place):
    """The tiny distributor with a branch that Dallas feeds: it sells five a day too and has ten left."""
    tiny(place)
    orders = ["doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status"]
    shipments = ["doc,line,ref_doc,ref_line,item,place,customer,qty,shipped_day"]
    for offset in range(-365, 0):
        orders.append(f"BO{offset + 1000},1,C-1,0042,AUS,5,{day(offset)},{day(offset)},20.00,USD,open")
        shipments.append(f"BH{offset + 1000},1,BO{offset + 1000},1,0042,AUS,C-1,5,{day(offset)}")
    files = {
        "places": "place,description,zone\nAUS,Austin,UTC\n", "lanes": "from_place,place,lead_days\nDFW,AUS,2\n",
        "item-places": "item,place,from_place,review_days\n0042,AUS,DFW,7\n", "order-lines": "\n".join(orders) + "\n", "shipments": "\n".join(shipments) + "\n",
        "stock": f"item,place,as_of_day,on_hand\n0042,AUS,{day(-1)},10\n0042,DFW,{day(-1)},900\n",
    }
    for name, text in files.items():
        place.run("import", place.write("branch-" + name + ".csv", text), "--map", "standard/" + name)
    place.run("plan")
    rows = place.rows("queue", "--kind", "move")
    equal([(row["item"], row["place"]) for row in rows], [("0042", "AUS")], "move cases")
    return rows[0]


@journey
def a_transfer_leaves_once_and_its_receipt_closes_it(place):
    case = str(fed(place)["id"])
    shown = place.json("queue", "show", case)["case"]
    equal((shown["from_place"], shown["supplier"], shown["action"]["verb"]), ("DFW", "", "transfer"), "what is asked of whom")
    place.run("queue", "accept", case, "--user", "kim")
    groups = place.json("orders")["groups"]
    equal([(group["supplier"], group["from_place"], group["place"], group["lines"]) for group in groups], [("", "DFW", "AUS", 1)], "groups")
    place.run("orders", "send", "--from", "AUS", "--place", "DFW", "--user", "kim", code=5)      # nobody asked for that
    sent = place.rows("orders", "send", "--from", "DFW", "--place", "AUS", "--user", "kim")
    equal([(one["kind"], one["from_place"], one["state"]) for one in sent], [("transfer-order", "DFW", "acked")], "commands")
    files = list((place.store / "outgoing").glob("*.csv"))
    check(len(files) == 1 and files[0].name.startswith("TO-"), f"order files: {files}")
    line = list(csv.DictReader(files[0].read_text().splitlines()))[0]
    equal((line["from_place"], line["place"], line["item"], float(line["qty"])), ("DFW", "AUS", "0042", shown["action"]["qty"]), "the line")
    check("supplier" not in line and "unit_cost" not in line, "a transfer has no supplier and no price")
    place.run("orders", "pump", "--user", "kim")
    equal(len(list((place.store / "outgoing").glob("*.csv"))), 1, "order files after another pump")
    place.run("plan")
    equal(place.rows("queue", "--kind", "move"), [], "what was sent counts as on its way")
    head = "doc,line,from_place,place,item,qty,shipped_day,received_day,status,reference\n"
    place.run("import", place.write("shown.csv", head + f"T1,1,DFW,AUS,0042,{line['qty']},,,open,{line['reference']}\n"), "--map", "standard/transfers")
    place.run("plan")
    equal(place.json("queue", "show", case)["status"], "confirmed", "after the ERP showed it")
    equal(place.rows("queue", "--kind", "move"), [], "it is not counted twice, nor asked for again")
    came = head.replace("reference", "reference,version") + f"T1,1,DFW,AUS,0042,{line['qty']},{day(0)},{day(0)},received,{line['reference']},2\n"
    place.run("import", place.write("came.csv", came), "--map", "standard/transfers")
    place.run("plan")
    equal(place.json("queue", "show", case)["status"], "closed", "after it came")


def two_items(place, supplier):
    """The tiny distributor with a second item of the same supplier that has a month left; what the supplier asks stands in `supplier`."""
    tiny(place)
    head = "doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status\n"
    place.run("import", place.write("items2.csv", "item,description,uom,price,currency,lifecycle,tier,weight\n0042,Bearing,EA,12.00,USD,active,A,1.5\n0043,Seal,EA,12.00,USD,active,A,1.5\n"), "--map", "standard/items")
    place.run("import", place.write("terms2.csv", "item,supplier,lead_days,moq,multiple,price,currency\n0043,S-1,10,12,12,12.00,USD\n"), "--map", "standard/item-suppliers")
    place.run("import", place.write("rows2.csv", "item,place,min_qty,max_qty,supplier\n0043,DFW,50,120,S-1\n"), "--map", "standard/item-places")
    lines = "".join(f"SP{o + 1000},1,C-1,0043,DFW,{4 + o % 3},{day(o)},{day(o)},20.00,USD,open\n" for o in range(-365, 0))
    place.run("import", place.write("orders2.csv", head + lines), "--map", "standard/order-lines")
    shipped = "".join(f"SQ{o + 1000},1,SP{o + 1000},1,0043,DFW,C-1,{4 + o % 3},{day(o)}\n" for o in range(-365, 0))
    place.run("import", place.write("shipments2.csv", "doc,line,ref_doc,ref_line,item,place,customer,qty,shipped_day\n" + shipped), "--map", "standard/shipments")
    place.run("import", place.write("stock2.csv", f"item,place,as_of_day,on_hand\n0043,DFW,{day(-1)},150\n"), "--map", "standard/stock")
    place.run("import", place.write("suppliers2.csv", supplier), "--map", "standard/suppliers")
    place.run("plan")
    return place.json("orders", "proposal", "--supplier", "S-1", "--place", "DFW")


@journey
def an_order_is_filled_up_to_its_minimum_and_taken_whole(place):
    order = two_items(place, "supplier,description,currency,minimum_weight\nS-1,First,USD,300\n")
    equal(order["choice"], "filled", "choice")
    limit = order["limits"][0]
    equal((limit["of"], limit["unit"], limit["asked"]), ("weight", "kg", 300), "what the supplier asks")
    check(limit["own"] < 300 <= limit["filled"], "the needs alone do not reach it, the order does")
    check(abs(sum(row["qty"] for row in order["rows"]) * 1.5 - limit["filled"]) < 1e-6, "the lines weigh what the order does")
    check(any(row["item"] == "0043" and row["own"] == 0 and row["added"] == row["qty"] for row in order["rows"]), "the second item is brought forward")
    again = place.json("plan")
    equal((again["new"], again["changed"], again["closed"]), (0, 0, 0), "second plan")
    taken = place.rows("orders", "accept", "--supplier", "S-1", "--place", "DFW", "--user", "kim")
    equal([(row["ok"], row["status"]) for row in taken], [(True, "accepted")] * 2, "lines taken")
    check(place.json("orders")["groups"][0]["reaches_minimum"], "what was accepted reaches the minimum")
    place.run("orders", "send", "--supplier", "S-1", "--place", "DFW", "--user", "kim")
    place.run("plan")
    equal(place.rows("queue", "--kind", "buy"), [], "nothing is filled up twice")
    place.run("orders", "proposal", "--supplier", "S-1", "--place", "DFW", code=5)


@journey
def an_order_can_be_taken_without_what_fills_it_up(place):
    order = two_items(place, "supplier,description,currency,minimum_amount\nS-1,First,USD,2500.00\n")
    need = next(row["own"] for row in order["rows"] if row["item"] == "0042")
    place.run("orders", "accept", "--supplier", "S-1", "--place", "DFW", "--without-fill", "--user", "kim")
    group = place.json("orders")["groups"][0]
    equal((group["lines"], group["value"], group["reaches_minimum"]), (1, int(need * 1200), False), "what was accepted")
    place.run("plan")
    equal(place.rows("queue", "--kind", "buy"), [], "what was refused does not come back at once")
    place.run("orders", "send", "--supplier", "S-1", "--place", "DFW", "--user", "kim")


def stormy(place):
    """Sixty items of two groups, each sold every tenth day to whoever comes; forty of the pumps sell day after day in the last three."""
    tiny(place)
    items = ["item,description,uom,price,currency,lifecycle,tier,group"]
    customers = ["customer,description,tier"] + [f"K-{number},Customer,C" for number in range(90)]
    orders = ["doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status"]
    for number in range(60):
        items.append(f"P{number:02},Pump,EA,12.00,USD,active,B,{'pumps' if number < 45 else 'valves'}")
        for offset in range(-300, 0):
            if (offset + number) % 10 == 0 or (number < 40 and offset >= -3):
                orders.append(f"ST{number}-{offset + 1000},1,K-{(number * 7 + offset) % 90},P{number:02},DFW,2,{day(offset)},{day(offset)},20.00,USD,open")
    for name, lines in ("items", items), ("customers", customers), ("order-lines", orders):
        place.run("import", place.write("storm-" + name + ".csv", "\n".join(lines) + "\n"), "--map", "standard/" + name)
    place.run("plan")
    rows = place.rows("queue", "--kind", "review")
    equal(len(rows), 1, "events")
    return str(rows[0]["id"])


@journey
def a_storm_over_slow_items_is_one_event_and_a_person_says_what_it_is(place):
    case = stormy(place)
    shown = place.json("queue", "show", case)
    members = shown["case"]["members"]
    check(len(members) >= 38 and all(one["times"] > 3 and one["item"] < "P40" for one in members), f"members: {members}")
    check("pumps" in shown["case"]["title"], shown["case"]["title"])
    equal([option["verb"] for option in shown["case"]["options"]], ["review", "event", "one-off", "new-level"], "what it may be")
    equal({one["role"] for one in shown["case"]["evidence"]}, {"demand"}, "evidence")
    place.run("queue", "event", case, "--as", "storm", "--user", "kim", code=2)
    refused = place.run("queue", "accept", case, "--user", "kim", code=2)
    check("queue event " + case in refused.err, f"an event is answered, not accepted: {refused.err}")
    check("accept" not in shown["may"], shown["may"])
    place.run("queue", "event", case, "--as", "event", "--to", day(6), "--factor", "4", "--row", "1", "--user", "kim", code=6)
    refused = place.run("queue", "event", case, "--as", "event", "--to", day(6), "--factor", "4", "--reason", "flood " * 80, "--user", "kim", code=None)
    check(refused.code != 0 and "longer than" in refused.err, f"a reason too long for a decision: {refused.err}")
    equal(place.rows("override", "ls"), [], "what is refused writes nothing")
    place.run("queue", "event", case, "--as", "event", "--to", day(6), "--factor", "4", "--reason", "flood", "--row", str(shown["row"]), "--user", "kim")
    put = place.rows("override", "ls")
    equal(len(put), len(members), "overrides")
    check(all(one["factor"] == 4 and one["to"] == day(6) and one["reason"] == "flood" for one in put), "each ends on the day that was said")
    after = place.json("queue", "show", case)
    equal((after["status"], after["decisions"][0]["reason"]), ("accepted", f"an event until {day(6)}: flood"), "decided")
    place.run("queue", "event", case, "--as", "one-off", "--user", "kim", code=6)
    place.run("plan")
    place.run("queue", "undo", case, "--user", "kim")
    place.run("plan")
    equal(place.rows("override", "ls"), [], "what it was said to be is taken back")


@journey
def an_event_called_a_one_off_teaches_nothing(place):
    case = stormy(place)
    lines = len(place.json("queue", "show", case)["case"]["evidence"])
    before = place.json("item", "P05@DFW")["facts"]["demand_mean_day"]
    for word, value in ("--to", day(6)), ("--factor", "4"):
        for answer in "one-off", "new-level":
            refused = place.run("queue", "event", case, "--as", answer, word, value, "--user", "kim", code=2)
            check(word[2:] in refused.err and answer in refused.err, f"what would be ignored is refused: {refused.err}")
    place.run("queue", "event", case, "--as", "one-off", "--user", "kim")
    place.run("plan")
    view = place.json("item", "P05@DFW")
    check(sum(one["marked"] for one in view["demand"]["exceptional"]) == 3, "its three lines are marked")
    check(view["facts"]["demand_mean_day"] < before, "they teach nothing")
    check(lines >= 3 * 38, f"{lines} lines")
    place.run("queue", "undo", case, "--user", "kim")
    place.run("plan")
    view = place.json("item", "P05@DFW")
    equal((sum(one["marked"] for one in view["demand"]["exceptional"]), view["facts"]["demand_mean_day"]), (0, before), "taken back, they teach again")

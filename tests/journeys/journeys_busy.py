"""A server at long work: screens are answered and verdicts taken while it imports and plans."""
import json
import time

from lib import Person, check, day, equal, journey, people, planned

ROWS, ITEMS = 500_000, 400
ANSWER_SECONDS = 10  # generous: the claim is that nobody waits for the import, not how fast the machine is


def many_lines(place):
    """Order lines of many items, enough for an import of several seconds."""
    codes = [f"B{number:04d}" for number in range(ITEMS)]
    items = "item,description,uom,price,currency,lifecycle,tier\n" + "".join(f"{code},Bolt,EA,3.00,USD,active,C\n" for code in codes)
    place.run("import", place.write("more-items.csv", items), "--map", "standard/items")
    days = [day(offset) for offset in range(-360, 0)]
    lines = ["doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status\n"]
    lines += [f"M{n},1,C-1,{codes[n % ITEMS]},DFW,{1 + n % 5},{days[n % 360]},{days[n % 360]},5.00,USD,shipped\n" for n in range(ROWS)]
    return "".join(lines)


def timed(what, call):
    started = time.monotonic()
    answer = call()
    check(time.monotonic() - started < ANSWER_SECONDS, f"{what} took {time.monotonic() - started:.1f} s")
    equal(answer[0], 200, f"{what}: {answer[2][:300]}")
    return json.loads(answer[2])


def wait_for(what, ready, seconds=170):
    for _ in range(seconds * 20):
        if ready():
            return
        time.sleep(0.05)
    check(False, "never: " + what)


@journey
def nobody_waits_for_a_long_import(place):
    case = planned(place)
    passwords = people(place)
    text = many_lines(place)
    inbox = place.folder / "inbox"
    inbox.mkdir()
    (inbox / "watch.json").write_text('{"watch":[{"files":"orders*.csv","map":"order-lines","source":"erp"}]}')
    person = Person(place.serve("--watch", str(inbox)), "planner1", passwords["planner"])
    (inbox / "orders-1.csv").write_text(text)
    work, done = inbox / "work" / "orders-1.csv", lambda: list(inbox.glob("done/*/*/*/orders-1.csv"))
    wait_for("the file is claimed", work.exists)
    url = f"/cases/{case['id']}"
    for _ in range(50):
        equal(timed("GET /queue", lambda: person.get("/queue?view=all"))["rows"][0]["id"], case["id"], "the case")
    equal(timed("decide", lambda: person.post(url + "/decide", {"verdict": "accept"}))["status"], "accepted", "the verdict")
    check(work.exists() and not done(), "the import was over before the verdict was given")
    for path in (url, "/orders", "/imports", f"/why/{case['id']}", "/me", "/items?f=0042", "/items/0042/DFW", "/home"):
        timed("GET " + path, lambda path=path: person.get(path))
    while not done():       # and all the way through, also while the step after it computes
        timed("GET /queue", lambda: person.get("/queue?view=all"))
        timed("GET /items/0042/DFW", lambda: person.get("/items/0042/DFW"))
    wait_for("a step over the new lines", lambda: timed("GET /items", lambda: person.get("/items?f=B0001"))["total"] == 1)
    equal(timed("the case", lambda: person.get(url))["status"], "accepted", "the case after the step")
    equal(timed("undo", lambda: person.post(url + "/undo", {}))["status"], "open", "taken back")
    place.stop_server()
    place.run("check", "store")


@journey
def a_server_starts_from_its_snapshot(place):
    case = planned(place)
    snapshots = place.store / "snapshots"
    names = sorted(path.name for path in snapshots.glob("plan-*.snap"))
    equal(len(names), 1, "snapshots after a full build")
    before = place.json("item", "0042@DFW")
    place.run("import", place.write("late.csv", f"item,place,as_of_day,on_hand\n0042,DFW,{day(0)},3\n"), "--map", "standard/stock")
    fast = place.json("item", "0042@DFW")
    path = snapshots / names[0]
    path.write_bytes(path.read_bytes()[:-200] + bytes(200))
    slow = place.json("item", "0042@DFW")
    equal(before["facts"]["on_hand"], 15, "before")
    equal(slow["facts"], fast["facts"], "without and with the snapshot")
    equal(slow["facts"]["on_hand"], 3, "the tail counts")
    passwords = people(place)
    person = Person(place.serve(), "planner1", passwords["planner"])
    equal(timed("the case", lambda: person.get(f"/cases/{case['id']}"))["id"], case["id"], "from the log")

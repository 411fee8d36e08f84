"""Replay: the decision comes out of the raw documents again, whatever happened to them on the way in, and no changed byte stays unseen."""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time

import lib
from lib import Wrong, check, day, equal, journey, people, planned, tiny


def proved(place, row):
    answer = place.json("replay", str(row))
    check(answer["same"], answer["difference"])
    return answer


@contextlib.contextmanager
def tampered(place, *statements):
    """The place on a copy of its store in which somebody changed something without asking."""
    copy = place.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(place.store, copy, ignore=shutil.ignore_patterns("lock", "sock", "snapshots"))
    base = sqlite3.connect(copy / "log.db")
    base.executescript("DROP TRIGGER log_no_update; DROP TRIGGER log_no_delete;")
    for statement in statements:
        check(base.execute(statement).rowcount > 0, "nothing was changed by " + statement)
    base.commit()
    base.close()
    original, place.store = place.store, copy
    try:
        yield
    finally:
        place.store = original



CHUNK = ("UPDATE chunk SET packed = CAST(substr(packed, 1, length(packed) - 1) || x'00' AS BLOB) WHERE id >> 20 ="
         " (SELECT b.id FROM blob b JOIN log l ON lower(hex(b.hash)) = json_extract(l.payload, '$.{1}') WHERE {0})")


@journey
def replay_names_whatever_byte_was_changed(place):
    case = planned(place)
    place.run("queue", "accept", str(case["id"]), "--user", "kim")
    place.run("plan")
    decision = place.json("queue", "show", str(case["id"]))["decisions"][0]["row"]
    equal(proved(place, decision)["case_row"], case["row"], "what kim decided on")
    kinds = "UPDATE log SET {} WHERE id = (SELECT min(id) FROM log WHERE kind = {} AND payload LIKE '%{}%')"
    check(proved(place, case["id"])["rows_compared"] > 700, "too few rows were compared")
    for what, statement, words in [
        ("a fact's number", kinds.format("payload = replace(payload, '\"on_hand\":15', '\"on_hand\":16')", 2, '"on_hand":15'), ["stock.csv", "line 2", '"on_hand":15', '"on_hand":16']),
        ("a fact's key", kinds.format("key = replace(key, 'SO', 'SP')", 2, '"doc":"SO'), ["says nothing of"]),
        ("a fact's day", kinds.format("known_us = known_us - 86400000000", 2, '"on_hand":15'), ["another time"]),
        ("a fact's line", kinds.format("line = line + 1", 2, '"doc":"SO'), ["line"]),
        ("a document's bytes", CHUNK.format("l.kind = 1 AND json_extract(l.payload, '$.name') = 'stock.csv'", "sha256"), ["stock|"]),
        ("a map's bytes", CHUNK.format("l.kind = 1 AND json_extract(l.payload, '$.name') = 'stock.csv'", "map_sha256"), ["stock|"]),
        ("a policy's bytes", CHUNK.format("l.kind = 7", "blob"), ["row 1 "]),
        ("a verdict", kinds.format("payload = replace(payload, 'accept', 'accepT')", 5, "accept"), ["log"]),
        ("a policy's name", kinds.format("payload = replace(payload, '.json', '.jsom')", 7, "json"), ["row 1 "]),
        ("the case", kinds.format("payload = replace(payload, '\"p1\":', '\"p1\": ')", 4, '"kind":"buy"'), ["another case"]),
    ]:
        with tampered(place, statement):
            answer = place.run("replay", str(case["row"]), "-o", "json", code=1).json()
            check(not answer["same"], what + " changed and replay says: the same")
            for word in words:
                check(word in answer["difference"], f"{what} changed: {word!r} is not in {answer['difference']!r}")
    proved(place, case["id"])
    with tampered(place, "UPDATE log SET payload = replace(payload, '\"on_hand\":15', '\"on_hand\":16') WHERE kind = 2 AND payload LIKE '%\"on_hand\":15%'"):
        check("critical" in place.run("check", "store", "-o", "json", code=2).out, "check does not see it either")
    place.run("import", place.write("more.csv", f"item,place,as_of_day,on_hand\n0042,DFW,{day(0)},11\n"), "--map", "standard/stock")
    now = place.run("replay", str(case["id"]), "--now", "-o", "json", code=10).json()
    equal(now["stored"]["facts"]["on_hand"], 15, "what was decided on")
    check(not now["same"] and now.get("computed", {}).get("facts", {}).get("on_hand", 11) == 11, "what today's facts say")


@journey
def replay_goes_through_retractions_and_facts_that_waited(place):
    tiny(place)
    # The same level twice, the first told wrong by another file; a fact that waits for its item; a file told again in full.
    stock = "item,place,as_of_day,on_hand\n"
    late = place.json("import", place.write("waits.csv", stock + f"0099,DFW,{day(-1)},7\n0042,DFW,{day(-2)},20\n0098,DFW,{day(-1)},9\n"), "--map", "standard/stock")
    equal(late["parked"], 2, "parked")
    first = place.json("import", place.write("first.csv", stock + f"0042,DFW,{day(-3)},25\n0042,DFW,{day(-4)},30\n"), "--map", "standard/stock")
    again = place.json("import", place.write("again.csv", stock + f"0042,DFW,{day(-4)},30\n0042,DFW,{day(-3)},25\n0042,DFW,{day(-5)},35\n"), "--map", "standard/stock")
    equal(again["duplicate"], 2, "repeated")
    items = "item,description,uom,price,currency\n"
    place.run("import", place.write("item98.csv", items + "0098,Ring,EA,1.00,USD\n"), "--map", "standard/items")
    place.run("import", place.write("item99.csv", items + "0099,Seal,EA,1.00,USD\n"), "--map", "standard/items")
    place.run("import", "retract", str(first["document"]), "--reason", "wrong warehouse", "--user", "kim")
    place.run("plan")
    equal(place.json("item", "0099@DFW")["facts"]["on_hand"], 7, "what had waited")
    cases = place.rows("queue")
    check(cases, "no case")
    for case in cases:
        proved(place, case["id"])
    place.run("import", "retract", str(late["document"]), "--reason", "later", "--user", "kim")
    place.run("plan")
    proved(place, cases[0]["row"])                            # at its step the document still counted


@journey
def replay_knows_when_a_refused_file_was_taken_after_all(place):
    tiny(place)
    head = "doc,line,customer,item,place,qty,uom,order_day,requested_day,price,currency,status\n"
    path = place.write("cases.csv", head + f"SOC,1,C-1,0042,DFW,2,CS,{day(-9)},{day(-9)},20.00,USD,open\n")
    words = ("import", path, "--map", "standard/order-lines", "--atomic", "file")
    refused = place.run(*words, code=1)
    check("CS" in refused.err, "the unknown unit is not named: " + refused.err)
    place.run("import", place.write("uoms.csv", "item,uom,factor\n0042,CS,12\n"), "--map", "standard/uoms")
    equal(place.json(*words)["new"], 1, "with the unit known")
    place.run("plan")
    proved(place, place.rows("queue")[0]["id"])


def facts_so_far(place):
    with contextlib.closing(sqlite3.connect(f"file:{place.store / 'log.db'}?mode=ro", uri=True)) as base:
        return base.execute("SELECT id FROM head").fetchone()[0]


def cut_off(place, path, least):
    """Imports the file and kills the process once `least` more rows are in."""
    before = facts_so_far(place)
    process = subprocess.Popen([lib.BINARY, "import", path, "--map", "standard/order-lines", "--quiet", "--store", str(place.store)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and facts_so_far(place) < before + least:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@journey
def an_import_that_was_killed_goes_on_and_replays(place):
    tiny(place)
    count = 30000
    lines = [f"B{n},1,C-1,0042,DFW,0.0{1 + n % 3},{day(-30 - n % 300)},{day(-30 - n % 300)},20.00,USD,shipped" for n in range(count)]
    path = place.write("many.csv", "doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status\n" + "\n".join(lines) + "\n")
    cut_off(place, path, 10000)
    kept = facts_so_far(place)
    place.run("plan")                                         # on the part that is there
    case = place.rows("queue")[0]
    answer = place.json("import", path, "--map", "standard/order-lines")
    if not answer["resumed"]:
        raise Wrong("the import was over before it could be killed: this journey proved nothing")
    check(kept >= 10000, "what was committed is gone")
    equal(answer["new"], count, "every line once")
    check(place.json("import", path, "--map", "standard/order-lines")["already"], "a third time")
    place.run("plan")
    place.run("check", "store")
    proved(place, case["row"])
    proved(place, place.rows("queue")[0]["id"])


@journey
def a_server_killed_while_it_imports_loses_nothing_acknowledged(place):
    case = planned(place)
    passwords = people(place)
    person = lib.Person(place.serve(), "planner1", passwords["planner"])
    equal(person.post(f"/cases/{case['id']}/decide", {"verdict": "accept"})[0], 200, "accept")
    lines = [f"B{n},1,C-1,0042,DFW,1,{day(-30 - n % 300)},{day(-30 - n % 300)},20.00,USD,open" for n in range(60000)]
    path = place.write("many.csv", "doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status\n" + "\n".join(lines) + "\n")
    before = facts_so_far(place)
    client = subprocess.Popen([lib.BINARY, "import", path, "--map", "standard/order-lines", "--store", str(place.store)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while client.poll() is None and facts_so_far(place) < before + 10000:
        time.sleep(0.005)
    place.server.kill()
    place.server.wait()
    place.server = None
    check(client.wait() != 0, "the import was over before the server could be killed: this journey proved nothing")
    equal(place.json("queue", "show", str(case["id"]))["status"], "accepted", "what was acknowledged")
    place.run("check", "store")
    place.serve()
    answer = place.json("import", path, "--map", "standard/order-lines")
    check(answer["resumed"], "it begins anew")
    equal(answer["new"], 60000, "every line once")
    held = place.run("replay", str(case["id"]), "-o", "json")          # reads beside the server
    check(json.loads(held.out)["same"], held.out)

"""What lies beside the road: other methods, verdicts above one's role, a held store."""
import json

from lib import Person, check, day, equal, journey, people, planned, request


@journey
def a_route_takes_its_own_method_only(place):
    case = planned(place)
    passwords = people(place)
    port = place.serve()
    person = Person(port, "admin1", passwords["admin"])
    for method, path in [("DELETE", "/queue"), ("PUT", f"/cases/{case['id']}/decide"), ("GET", "/orders/send"), ("POST", "/home")]:
        status, headers, _ = request(port, method, "/api/v1" + path, {} if method != "GET" else None, person.headers)
        equal(status, 405, f"{method} {path}")
        headers = {name.lower(): value for name, value in headers.items()}
        check("content-security-policy" in headers and headers["content-type"].startswith("application/problem+json"), f"{method} {path}: {headers}")
    equal(person.get("/nothing")[0], 404, "no such route")
    equal(person.get("/cases/999999")[0], 404, "no such case")
    equal(person.get("/metrics")[0], 404, "metrics stand at the root")
    equal(request(port, "GET", "/metrics", headers=person.headers)[0], 200, "metrics for who is signed in")


@journey
def the_common_door_asks_for_each_verdicts_own_right(place):
    case = planned(place)
    passwords = people(place)
    port = place.serve()
    path = f"/cases/{case['id']}/decide"
    equal(Person(port, "viewer1", passwords["viewer"]).post(path, {"verdict": "accept"})[0], 403, "a viewer accepts")
    planner = Person(port, "planner1", passwords["planner"])
    equal(planner.post(path, {"verdict": "approve"})[0], 403, "a planner approves")
    status, _, body = planner.post("/cases/decide", {"verdict": "approve", "cases": [{"id": case["id"], "row": case["row"]}]})
    equal((status, json.loads(body)["rows"][0]["ok"]), (207, False), "a planner approves many")
    equal(place.json("queue", "show", str(case["id"]))["status"], "open", "the case")
    equal(planner.post(path, {"verdict": "accept"})[0], 200, "a planner accepts")


@journey
def a_held_store_answers_the_same_and_is_not_written_past(place):
    case = str(planned(place)["id"])
    place.run("user", "add", "kim", "--role", "planner")
    place.run("backup", str(place.folder / "copy"))
    direct = [place.json(*words) for words in (("queue",), ("queue", "show", case), ("why", case), ("orders",), ("import", "list"))]
    place.serve()
    through = [place.json(*words) for words in (("queue",), ("queue", "show", case), ("why", case), ("orders",), ("import", "list"))]
    equal(through, direct, "through the socket")
    refused = place.run("restore", str(place.folder / "copy"), code=None)
    check(refused.code != 0 and "hint" in refused.err, "a store that is served was restored over: " + refused.err)
    place.run("init", code=6)
    place.run("queue", "accept", case, "--user", "kim")
    equal(place.json("queue", "show", case)["status"], "accepted", "through the socket")
    check(place.json("replay", case)["same"], "replay beside the server")


@journey
def a_code_with_a_slash_is_a_code_like_any_other(place):
    planned(place)
    passwords = people(place)
    code = "1/2;50%~2F"
    place.run("import", place.write("odd.csv", f"item,description,uom,price,currency,lifecycle,tier\n{code},Odd,M,1.00,USD,active,C\n"), "--map", "items")
    place.run("import", place.write("odd-stock.csv", f"item,place,as_of_day,on_hand\n{code},DFW,{day(-1)},7\n"), "--map", "stock")
    place.run("plan")
    port = place.serve()
    person = Person(port, "viewer1", passwords["viewer"])
    path = "/1~2F2~3B50~25~7E2F/DFW"
    status, _, body = person.get("/items" + path)
    equal((status, json.loads(body).get("item")), (200, code), "its page")
    equal(place.json("item", code, "DFW")["item"], code, "by the command line, through the server")
    equal(request(port, "GET", "/il" + path)[0], 200, "the workbench's address of it")
    rows = json.loads(person.get("/items")[2])["rows"]
    equal({row["item"]: row["uom"] for row in rows}, {"0042": "EA", code: "MTR"}, "units of the list")


@journey
def a_case_that_went_back_and_forth_shows_every_version(place):
    case, passwords = planned(place), people(place)
    person = Person(place.serve(), "planner1", passwords["planner"])
    path = f"/cases/{case['id']}"
    for _ in range(110):
        equal(person.post(path + "/snooze", {"until": day(3)})[0], 200, "snooze")
        equal(person.post(path + "/undo", {})[0], 200, "undo")
    shown = json.loads(person.get(path)[2])
    equal((len(shown["versions"]), len(shown["decisions"])), (221, 220), "versions and verdicts")
    equal(shown["versions"][-1]["row"], shown["row"], "the newest is among them")

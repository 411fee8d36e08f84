"""The server: who may what, the stream, the same verbs through the socket, a kill in the middle."""
import http.client
import json
import os
import signal
import time

from lib import Person, check, day, equal, journey, people, planned, request, tiny


@journey
def every_route_is_open_exactly_to_who_may(place):
    case = planned(place)
    passwords = people(place)
    port = place.serve()
    paths = json.loads(place.run("openapi", store=False).out)["paths"]
    order = ["viewer", "planner", "approver", "admin"]
    needs = {"see": 0, "decide": 1, "import": 1, "approve": 2, "send": 2, "stop": 2, "rule": 3, "admit": 3}
    callers = [(role, Person(port, role + "1", passwords[role])) for role in order]
    for path, operations in paths.items():
        for method, operation in operations.items():
            url = "/api/v1" + path.replace("{id}", str(case["id"])).replace("{item}", "0042").replace("{place}", "DFW").replace("{", "").replace("}", "")
            status = request(port, method.upper(), url, {} if method == "post" else None)[0]
            equal(status, 401, f"{method} {url} for nobody")
            for level, (role, person) in enumerate(callers):
                if method == "post":
                    status = person.post(url[len("/api/v1"):], {})[0]
                else:
                    status = person.get(url[len("/api/v1"):])[0]
                may = level >= needs[operation["x-right"]]
                if may and operation.get("x-socket-only"):
                    equal(status, 403, f"{method} {url}: reads this machine's files, so only its socket may")
                elif may:
                    check(status not in (401, 403), f"{method} {url}: {role} may, yet {status}")
                else:
                    equal(status, 403, f"{method} {url}: {role} may not")


@journey
def sign_in_keeps_strangers_out(place):
    tiny(place)
    passwords = people(place)
    port = place.serve()
    equal(request(port, "POST", "/api/v1/login", {"name": "planner1", "password": "wrong-wrong"})[0], 401, "a wrong password")
    equal(request(port, "POST", "/api/v1/login", {"name": "nobody", "password": "wrong-wrong"})[0], 401, "an unknown name")
    person = Person(port, "planner1", passwords["planner"])
    cookie_only = {"Cookie": person.headers["Cookie"]}
    equal(request(port, "POST", "/api/v1/stop", {"reason": "x"}, cookie_only)[0], 403, "no CSRF token")
    equal(person.post("/logout", {}, Origin="http://elsewhere.example")[0], 403, "another site's page")
    equal(person.get("/me")[0], 200, "still signed in")
    equal(person.post("/logout", {})[0], 200, "logout")
    equal(person.get("/me")[0], 401, "a session that ended")
    answers = [request(port, "POST", "/api/v1/login", {"name": "viewer1", "password": "guess-guess"})[0] for _ in range(12)]
    check(429 in answers, f"guessing goes on for ever: {answers}")


@journey
def every_answer_carries_its_armour(place):
    tiny(place)
    port = place.serve()
    for method, path in [("GET", "/"), ("GET", "/api/v1/me"), ("GET", "/nothing"), ("GET", "/x/1"), ("POST", "/api/v1/login"), ("GET", "/healthz"), ("GET", "/api/v1/a%2e")]:
        headers = {name.lower(): value for name, value in request(port, method, path, {} if method == "POST" else None)[1].items()}
        if path != "/api/v1/a%2e":
            check("default-src 'none'" in headers.get("content-security-policy", ""), f"{path}: no CSP")
            equal(headers.get("x-content-type-options"), "nosniff", path)
    equal(request(port, "GET", "/api/v1/a%2e")[0], 400, "an ambiguous path")
    equal(request(port, "GET", "/nothing")[0], 404, "nothing there")
    equal(request(port, "GET", "/metrics")[0], 401, "metrics for nobody")
    equal(request(port, "GET", "/healthz")[0], 200, "healthz")


@journey
def one_key_gives_one_answer(place):
    case = planned(place)
    passwords = people(place)
    person = Person(place.serve(), "planner1", passwords["planner"])
    path, body = f"/cases/{case['id']}/decide", {"verdict": "accept"}
    first = person.post(path, body, **{"Idempotency-Key": "abc"})
    equal(first[0], 200, "the first")
    equal(person.post(path, body, **{"Idempotency-Key": "abc"})[2], first[2], "the same again")
    equal(person.post(path, {"verdict": "reject", "reason": "x"}, **{"Idempotency-Key": "abc"})[0], 422, "the key with another request")
    equal(person.post(path, {"verdict": "accept", "row": case["row"]})[0], 409, "a screen that is behind")


@journey
def open_workbenches_hear_of_decisions(place):
    case = planned(place)
    passwords = people(place)
    port = place.serve()
    person = Person(port, "planner1", passwords["planner"])
    stream = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    stream.request("GET", "/api/v1/changes", headers=person.headers)
    answer = stream.getresponse()
    equal(answer.getheader("Content-Type"), "text/event-stream", "stream")
    person.post(f"/cases/{case['id']}/decide", {"verdict": "accept"})
    seen = b""
    for _ in range(20):
        seen += answer.readline()
        if b"event: decision" in seen:
            break
    check(b"event: decision" in seen, "nobody heard of the decision")
    stream.close()


@journey
def commands_go_through_the_server_that_holds_the_store(place):
    case = planned(place)
    place.run("user", "add", "kim", "--role", "approver")
    direct = place.rows("queue")
    place.serve()
    equal(place.rows("queue"), direct, "the queue through the socket")
    place.run("queue", "accept", str(case["id"]), "--user", "kim")
    equal(len(place.json("orders")["groups"]), 1, "ready to send")
    place.run("queue", "accept", str(case["id"]), "--user", "stranger", code=None)
    answer = place.json("import", place.write("s.csv", f"item,place,as_of_day,on_hand\n0042,DFW,{day(0)},11\n"), "--map", "standard/stock")
    equal(answer["new"], 1, "an import through the socket")
    metrics = place.folder / "store" / "sock"
    check(metrics.is_socket(), "no socket")
    place.stop_server()
    equal(place.json("queue", "show", str(case["id"]))["status"], "accepted", "after the server ended")


@journey
def a_folder_is_watched(place):
    tiny(place)
    inbox = place.folder / "inbox"
    inbox.mkdir()
    (inbox / "watch.json").write_text('{"watch":[{"files":"stock*.csv","map":"stock","source":"erp"}]}')
    place.serve("--watch", str(inbox))
    (inbox / "stock-1.csv").write_text(f"item,place,as_of_day,on_hand\n0042,DFW,{day(0)},77\n")
    for _ in range(300):
        if list(inbox.glob("done/*/*/*/stock-1.csv")):
            break
        time.sleep(0.1)
    check(list(inbox.glob("done/*/*/*/stock-1.csv")), "the file was not taken")
    equal(place.json("item", "0042@DFW")["facts"]["on_hand"], 77, "its level")


@journey
def a_killed_server_keeps_what_it_acknowledged(place):
    case = planned(place)
    passwords = people(place)
    person = Person(place.serve(), "planner1", passwords["planner"])
    equal(person.post(f"/cases/{case['id']}/decide", {"verdict": "accept"})[0], 200, "accept")
    os.kill(place.server.pid, signal.SIGKILL)
    place.server.wait()
    place.server = None
    equal(place.json("queue", "show", str(case["id"]))["status"], "accepted", "after kill -9")
    place.run("check", "store")

"""lib.py - what journeys share: a store in a temporary folder, the built binary, a tiny distributor, a server on a free port."""
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

BINARY = ""
JOURNEYS = []


def journey(function):
    JOURNEYS.append(function)
    return function


class Wrong(AssertionError):
    pass


def check(condition, what):
    if not condition:
        raise Wrong(what)


def equal(left, right, what=""):
    check(left == right, f"{what}: {left!r} is not {right!r}")


class Answer:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def json(self):
        return json.loads(self.out)


class Place:
    """A folder of its own with a store in it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="journey-"))
        self.store = self.folder / "store"
        self.server = None

    def run(self, *words, code=0, store=True, env=None):
        command = [BINARY, *words] + (["--store", str(self.store)] if store else [])
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=170, env={**os.environ, **(env or {})}, check=False)
        if code is not None and done.returncode != code:
            raise Wrong(f"{' '.join(words)}: exit {done.returncode} instead of {code}\n{done.stdout[-800:]}{done.stderr[-800:]}")
        return Answer(done)

    def json(self, *words, **more):
        return self.run(*words, "-o", "json", **more).json()

    def rows(self, *words, **more):
        answer = self.json(*words, **more)
        return answer["rows"] if isinstance(answer, dict) else answer

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def log_rows(self):
        return int(re.search(r"(\d+) rows", self.run("check", "store", "-o", "json", code=None).out).group(1))

    def serve(self, *words):
        port = free_port()
        self.server = subprocess.Popen([BINARY, "serve", "--store", str(self.store), "--listen", f"127.0.0.1:{port}", *words], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=(self.folder / "serve.log").open("w"))
        for _ in range(600):
            if self.server.poll() is not None:
                raise Wrong("the server ended: " + (self.folder / "serve.log").read_text()[-500:])
            try:
                if request(port, "GET", "/readyz")[0] == 200:
                    return port
            except OSError:
                pass
            time.sleep(0.1)
        raise Wrong("the server is not ready after a minute")

    def stop_server(self, number=15):
        if self.server and self.server.poll() is None:
            self.server.send_signal(number)
            self.server.wait(timeout=60)
        self.server = None

    def end(self):
        self.stop_server(9)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def request(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


class Person:
    """Signed in over HTTP."""

    def __init__(self, port, name, password):
        self.port = port
        status, headers, body = request(port, "POST", "/api/v1/login", {"name": name, "password": password})
        equal(status, 200, "login")
        self.headers = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}

    def get(self, path):
        return request(self.port, "GET", "/api/v1" + path, headers=self.headers)

    def post(self, path, body, **extra):
        return request(self.port, "POST", "/api/v1" + path, body, {**self.headers, **extra})


# ---- a tiny distributor: one item sells five a day at one place and has three days left -----------------------------

TODAY = time.time() // 86400


def day(offset):
    return time.strftime("%Y-%m-%d", time.gmtime((TODAY + offset) * 86400))


def tiny(place):
    """Masters, a year of order lines and receipts, one stock level; the policy sends files."""
    orders = ["doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status"]
    shipments = ["doc,line,ref_doc,ref_line,item,place,customer,qty,shipped_day"]
    po_lines = ["doc,line,supplier,item,place,qty,price,currency,order_day,requested_day,promised_day,status"]
    receipts = ["doc,line,ref_doc,ref_line,supplier,item,place,qty,received_day"]
    for offset in range(-365, 0):
        orders.append(f"SO{offset + 1000},1,C-1,0042,DFW,{4 + offset % 3},{day(offset)},{day(offset)},20.00,USD,open")
        shipments.append(f"SH{offset + 1000},1,SO{offset + 1000},1,0042,DFW,C-1,{4 + offset % 3},{day(offset)}")
    for number, offset in enumerate(range(-350, -30, 20)):
        po_lines.append(f"PO{number},1,S-1,0042,DFW,100,12.00,USD,{day(offset)},{day(offset + 9)},{day(offset + 9)},closed")
        receipts.append(f"RC{number},1,PO{number},1,S-1,0042,DFW,100,{day(offset + 9 + number % 3)}")
    files = {
        "places": "place,description,zone\nDFW,Dallas,UTC\n",
        "suppliers": "supplier,description,currency,minimum_amount\nS-1,First,USD,100.00\n",
        "customers": "customer,description,tier\nC-1,First customer,A\n",
        "items": "item,description,uom,price,currency,lifecycle,tier\n0042,Bearing,EA,12.00,USD,active,A\n",
        "item-suppliers": "item,supplier,lead_days,moq,multiple,price,currency\n0042,S-1,10,12,12,12.00,USD\n",
        "item-places": "item,place,min_qty,max_qty,supplier\n0042,DFW,50,120,S-1\n",
        "order-lines": "\n".join(orders) + "\n", "shipments": "\n".join(shipments) + "\n",
        "po-lines": "\n".join(po_lines) + "\n", "receipts": "\n".join(receipts) + "\n",
        "stock": f"item,place,as_of_day,on_hand\n0042,DFW,{day(-1)},15\n",
    }
    place.run("init")
    for name, text in files.items():
        place.run("import", place.write(name + ".csv", text), "--map", "standard/" + name)
    return files


def planned(place):
    tiny(place)
    place.run("plan")
    rows = place.rows("queue", "--kind", "buy")
    equal(len(rows), 1, "buy cases")
    return rows[0]


def people(place):
    passwords = {}
    for role in ("viewer", "planner", "approver", "admin"):
        passwords[role] = place.json("user", "add", role + "1", "--role", role)["password"]
    return passwords

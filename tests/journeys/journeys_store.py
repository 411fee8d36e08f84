"""Files in, bad input, stores, formats, help."""
import json
import os
import shutil
import subprocess

import lib
from lib import check, day, equal, journey, planned, tiny


@journey
def the_same_file_twice_changes_nothing(place):
    files = tiny(place)
    before = place.log_rows()
    answer = place.json("import", place.write("stock.csv", files["stock"]), "--map", "standard/stock")
    check(answer["already"], "the second import does not say so")
    equal(place.log_rows(), before, "rows of the log")


@journey
def a_dry_run_writes_nothing_and_shows_what_would_be(place):
    tiny(place)
    before = place.log_rows()
    path = place.write("more.csv", f"item,place,as_of_day,on_hand,colour\n0042,DFW,{day(0)},9,red\n")
    answer = place.run("import", path, "--map", "standard/stock", "--dry-run", "-o", "json", code=None)
    check("colour" in answer.out and "stock|0042|DFW" in answer.out, "the dry run shows neither the unused column nor the fact")
    equal(place.log_rows(), before, "rows of the log")


@journey
def an_import_is_taken_back_whole(place):
    tiny(place)
    place.run("plan")
    answer = place.json("import", place.write("late.csv", f"item,place,as_of_day,on_hand\n0042,DFW,{day(0)},500\n"), "--map", "standard/stock")
    place.run("plan")
    equal(place.json("item", "0042@DFW")["facts"]["on_hand"], 500, "after the import")
    place.run("import", "retract", str(answer["document"]), "--reason", "wrong file", "--user", "kim")
    equal(place.json("item", "0042@DFW")["facts"]["on_hand"], 15, "after taking it back")


@journey
def bad_rows_are_named_and_good_rows_go_on(place):
    tiny(place)
    head = "item,place,as_of_day,on_hand\n"
    path = place.write("bad.csv", head + f"0042,DFW,{day(0)},12\n0042,DFW,yesterday,12\n0042,DFW,{day(0)}\n")
    answer = place.run("import", path, "--map", "standard/stock", "-o", "json", code=3)
    text = answer.out
    check("as_of_day" in text and '"line":3' in text and '"line":4' in text, "line and field are not named: " + text[:400])
    equal(place.json("item", "0042@DFW")["facts"]["on_hand"], 12, "the good row")
    for name, content in [("empty.csv", ""), ("header.csv", head)]:
        failed = place.run("import", place.write(name, content), "--map", "standard/stock", code=1)
        check(name in failed.err and "hint" in failed.err, "no remedy: " + failed.err)
    equal(place.json("item", "0042@DFW")["facts"]["on_hand"], 12, "empty is never zero")
    place.run("import", path, "--map", "standard/stok", code=5)
    place.run("import", place.write("map.csv", head), "--map", place.write("m.json", "{\"map\": 1}"), code=1)


@journey
def an_unknown_code_waits_for_its_master_row(place):
    tiny(place)
    path = place.write("new.csv", f"item,place,as_of_day,on_hand\n0099,DFW,{day(-1)},7\n")
    answer = place.json("import", path, "--map", "standard/stock")
    equal(answer["parked"], 1, "parked")
    place.run("import", place.write("item.csv", "item,description,uom,price,currency\n0099,Seal,EA,1.00,USD\n"), "--map", "standard/items")
    equal(place.json("item", "0099@DFW")["facts"]["on_hand"], 7, "after its master row came")


@journey
def a_copy_restores_to_the_same_answers(place):
    case = planned(place)
    shown = place.json("queue", "show", str(case["id"]))
    place.run("backup", str(place.folder / "copy"))
    original, place.store = place.store, place.folder / "restored"
    place.run("restore", str(place.folder / "copy"))
    equal(place.json("queue", "show", str(case["id"])), shown, "the case")
    equal(place.rows("queue")[0]["id"], case["id"], "the queue")
    place.run("check", "store")
    place.store = original
    place.run("init", code=6)


@journey
def every_format_says_the_same(place):
    case = planned(place)
    for name, wanted in [("json", '"item":"0042"'), ("jsonl", '"item":"0042"'), ("csv", "0042"), ("tsv", "\t0042\t"), ("table", "0042")]:
        check(wanted in place.run("queue", "-o", name).out, f"{name} does not show the item")
    equal(place.run("queue", "--kind", "excess", "-o", "jsonl").out, "", "no rows as jsonl")
    equal(place.json("orders")["groups"], [], "nothing to send")
    equal(place.run("queue", "--fields", "id,item", "-o", "csv").out.splitlines()[0], "id,item", "chosen columns")
    export = place.run("export", "queue").out.splitlines()
    equal(len(export), 2, "exported rows")
    sheet = subprocess.run([lib.BINARY, "export", "queue-xlsx", "--store", str(place.store)], capture_output=True, check=True).stdout
    equal(sheet[:2], b"PK", "a workbook")
    check(str(case["id"]) in place.run("why", str(case["id"]), "-o", "json").out, "why")


@journey
def wrong_words_say_what_was_meant(place):
    equal("queue" in place.run("quue", code=2, store=False).err, True, "did you mean")
    place.run("queue", "--limt", "3", code=2)
    place.run("queue", code=5)                                                  # no store here
    place.run("policy", "apply", place.write("p.json", "{\"policy\":1,\"name\":\"x\",\"curency\":\"USD\"}"), code=5)
    tiny(place)
    wrong = place.run("policy", "apply", place.write("p.json", "{\"policy\":1,\n\"name\":\"x\",\"curency\":\"USD\"}"), code=1)
    check("line 2" in wrong.err and "currency" in wrong.err, "the policy's error does not name line and key: " + wrong.err)
    shipped = place.run("policy", "--shipped").out
    place.run("policy", "diff", place.write("q.json", shipped.replace('"horizon_days": 60', '"horizon_days": 61')), code=10)
    place.run("policy", "diff", place.write("same.json", shipped), code=0)


@journey
def help_completion_and_man_page_agree(place):
    names = []
    for line in place.run("help", store=False).out.splitlines():
        check(len(line) <= 80, f"longer than 80 columns: {line}")
    described = place.run("openapi", store=False).out
    routes = json.loads(described)["paths"]
    check("/cases/{id}/decide" in routes and len(routes) > 25, "the description lacks routes")
    man = place.run("man", store=False).out
    for operations in routes.values():
        names += [operation["operationId"] for operation in operations.values()]
    for name in names:
        check(f".It Ic {name}" in man, f"{name} is not in the manual page")
        for line in place.run(*name.split(), "--help", store=False).out.splitlines():
            check(len(line) <= 80, f"{name}: longer than 80 columns: {line}")
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning"], input=man, capture_output=True, text=True, check=False)
        equal(lint.stdout.strip(), "", "mandoc")
    script = place.write("complete.bash", place.run("completion", "bash", store=False).out + "\ncomplete -p stockwright\n")
    equal(subprocess.run(["bash", script], capture_output=True, check=False).returncode, 0, "completion in bash")
    equal(place.run("__complete", "que", store=False).out, "queue\n", "completion")


@journey
def forecasts_and_proposals_are_files_for_a_judge(place):
    tiny(place)
    out = str(place.folder / "p.csv")
    place.run("plan", "--as-of", day(-1), "--proposals", out)
    with open(out, encoding="utf-8") as file:
        lines = file.read().splitlines()
    equal(len(lines), 2, "one row per item-place")
    check(lines[1].startswith("0042,DFW,S-1,"), lines[1])
    forecast = place.run("forecast", "--horizon", "4", "--quantiles", "0.5,0.9").out.splitlines()
    equal((forecast[0], len(forecast)), ("item,place,from_day,bucket_days,mean,q0.5,q0.9", 5), "forecast")
    check("nan" not in "".join(forecast).lower(), "NaN")
    backtest = place.json("backtest", "--from", day(-60), "--periods", "42", "--warm", "7", "--review", "7", "--html", str(place.folder / "r.html"))
    equal([row["policy"] for row in backtest["rows"]], ["stockwright", "erp-min-max", "naive"], "policies")
    check("<svg" in (place.folder / "r.html").read_text(), "the report has no chart")


@journey
def the_sample_distributor_is_made_once(place):
    words = ("demo", "--directory", "sample", "--scale", "0.02", "--no-serve", "--quiet")
    place.run(*words, store=False)
    log = place.folder / "sample" / "store" / "log.db"
    changed = os.stat(log).st_mtime_ns
    place.run(*words, store=False)
    equal(os.stat(log).st_mtime_ns, changed, "a second demo reuses the file")
    (place.folder / "sample" / "truth.json").unlink()                           # what was planted is for judges only
    place.store = place.folder / "sample" / "store"
    check(len(place.rows("queue")) > 3, "an empty queue")
    shutil.rmtree(place.store / "snapshots", ignore_errors=True)
    equal(place.json("plan")["item_places"] > 100, True, "planned from the log alone")
    os.makedirs(place.folder / "mine")
    place.run("demo", "--directory", "mine", "--rm", store=False, code=6)
    place.run("demo", "--directory", "sample", "--rm", store=False)
    check(not (place.folder / "sample").exists(), "--rm leaves it there")

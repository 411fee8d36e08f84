"""Teaching the learner as a process of its own: too little history, a kill in the middle, what is kept and shown."""
import pathlib
import random
import shutil
import signal
import subprocess
import time

import lib
from lib import check, day, equal, journey, planned


def sellers(place, items=60, days=420):
    """Items that sell every day, besides the tiny distributor's."""
    chance = random.Random(4)
    master = ["item,description,uom,price,currency,lifecycle,tier"] + [f"X{i},Thing,EA,10.00,USD,active,A" for i in range(items)]
    where = ["item,place,min_qty,max_qty,supplier"] + [f"X{i},DFW,5,50,S-1" for i in range(items)]
    sales = ["item,place,from_day,bucket_days,qty"]
    for offset in range(-days, 0):
        sales += [f"X{i},DFW,{day(offset)},1,{chance.randint(0, 2 + i % 5)}" for i in range(items)]
    place.run("import", place.write("x-items.csv", "\n".join(master) + "\n"), "--map", "standard/items")
    place.run("import", place.write("x-places.csv", "\n".join(where) + "\n"), "--map", "standard/item-places")
    place.run("import", place.write("x-sales.csv", "\n".join(sales) + "\n"), "--map", "standard/sales")


@journey
def too_little_history_is_no_lesson(place):
    planned(place)
    before = place.log_rows()
    failed = place.run("model", "train", "--user", "kim", code=None)
    check(failed.code != 0 and "moments to learn from" in failed.err and "hint" in failed.err, "the reason is not told: " + failed.err)
    equal(place.log_rows(), before, "rows of the log")
    equal(place.rows("model", "ls"), [], "models")


@journey
def a_killed_lesson_goes_on_to_the_same_model(place):
    case = planned(place)
    sellers(place)
    folder = place.store / "learning"
    for _ in range(20):                    # a lesson may be over before the kill arrives: then it is begun anew
        shutil.rmtree(folder, ignore_errors=True)
        child = subprocess.Popen([lib.BINARY, "--store", str(place.store), "--quiet", "model", "teach", str(folder)], cwd=place.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (folder / "forest-0").exists() and child.poll() is None:
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=60)
        if (folder / "forest-0").exists() and not (folder / "model").exists():
            break
    check((folder / "forest-0").exists() and not (folder / "model").exists(), "it was not killed in the middle")
    whole = place.json("model", "teach", str(pathlib.Path(place.folder) / "aside"))
    trained = place.json("model", "train", "--user", "kim")
    equal(trained["model"]["blob"], whole["blob"], "the forest that went on and the one that was never stopped")
    check(not folder.exists(), "the lesson's folder is left behind")
    rows = place.rows("model", "ls")
    equal((len(rows), rows[0]["row"], rows[0]["by"]), (1, trained["row"], "kim"), "model ls")
    equal(place.json("model", "show", str(trained["row"]))["model"], trained["model"], "model show")
    place.run("model", "show", "1", code=5)
    place.run("check", "store")
    place.run("plan")
    check(place.json("replay", str(case["id"]))["same"], "a replay past a model")


@journey
def a_record_of_confidence_fitted_here_is_kept_and_told_with_its_reason(place):
    case = planned(place)
    sellers(place, items=20)
    equal(place.json("confidence")["policy"], "shipped", "the policy's word")
    before = place.log_rows()
    tried = place.json("confidence", "fit", "--days", "2", "--dry-run")
    equal((place.log_rows(), "row" in tried), (before, False), "a dry run")
    kept = place.json("confidence", "fit", "--days", "2", "--user", "kim")
    equal(kept["version"], tried["version"], "the record")
    rows = place.rows("confidence")
    equal([(row["row"], row["by"], row["champion"], row["reason"]) for row in rows], [(kept["row"], "kim", False, kept["reason"])], "records")
    check("fewer than 200 labels" in kept["reason"], kept["reason"])
    equal(place.json("model", "show", str(kept["row"]))["model"]["blob"], kept["blob"], "its labels")
    place.run("check", "store")
    place.run("plan")
    check(place.json("replay", str(case["id"]))["same"], "a replay past a record")

"""What the judges of forecasts share: data that may be absent, the program that forecasts, R beside it, tables."""
import csv
import gzip
import os
import shutil
import subprocess
import sys
import tempfile


class Stretch:
    """Mean, standard deviation, quantiles in the order asked, and P(Y < y), P(Y <= y) where what happened was given."""

    def __init__(self, text, quantiles):
        numbers = [float(w) for w in text.split()]
        self.mean, self.sd, self.quantile, self.below = numbers[0], numbers[1], numbers[2:2 + quantiles], numbers[2 + quantiles:]


class Forecast:
    """One row of forecast-rows."""

    def __init__(self, line, quantiles):
        head, means, *stretches = line.split("|")
        self.id, self.kind, season, self.poor = head.split()
        self.season = int(season)
        self.means = [float(w) for w in means.split()]
        self.stretch = [Stretch(s, quantiles) for s in stretches]


def folder(data, name):
    path = os.path.join(data, name)
    if not os.path.isdir(path):
        print(f"{name}: skipped, {path} is not there (--data is the folder that holds {name}/)")
        sys.exit(0)
    return path


def opened(path, name):
    plain = os.path.join(path, name)
    return open(plain, newline="") if os.path.exists(plain) else gzip.open(plain + ".gz", "rt", newline="")


def rows(path, name):
    with opened(path, name) as file:
        yield from csv.DictReader(file)


def forecast(program, lines, quantiles=(.5, .8, .9, .95), *options):
    if not os.path.exists(program):
        raise SystemExit(f"{program} is not built: ninja -C build bench/forecast-rows")
    words = [program, "-q", ",".join(str(p) for p in quantiles), *options]
    done = subprocess.run(words, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    if done.stderr:
        print(f"  {done.stderr.strip()}")
    return [Forecast(line, len(quantiles)) for line in done.stdout.splitlines()]


def ask_alone(parser):
    parser.add_argument("--alone", action="store_true", help="every item for itself: no width learned from the set's own past sums")


def together(args):
    """Options of forecast-rows: the series of one call are one assortment."""
    return [] if args.alone else ["-p"]


R_SCRIPT = """
suppressPackageStartupMessages(library(forecast))
args <- commandArgs(TRUE)
lines <- strsplit(readLines(args[2]), " ")
for (w in lines) {
  h <- as.integer(w[5]); m <- as.integer(w[3]); y <- ts(as.numeric(w[-(1:5)]), frequency = max(1, m))
  f <- switch(args[1], thetaf = thetaf(y, h), ets = forecast(ets(y), h))
  cat(w[1], as.numeric(f$mean), "\\n")
}
"""


def r_run(script_text, method, lines):
    """The rows, as forecast() takes them, through a script in R; what it prints by id. Nothing where R is not there."""
    if not shutil.which("Rscript"):
        print(f"R {method}: skipped, Rscript is not there (Debian: r-cran-forecast)")
        return {}
    with tempfile.TemporaryDirectory() as work:
        script, data = os.path.join(work, "run.R"), os.path.join(work, "rows")
        with open(script, "w") as file:
            file.write(script_text)
        with open(data, "w") as file:
            file.write("\n".join(lines) + "\n")
        done = subprocess.run(["Rscript", script, method, data], capture_output=True, text=True, check=True)
    return {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}


def r_forecast(method, series):
    """Means by R's forecast package."""
    return r_run(R_SCRIPT, method, [f"{name} {days} {season} 0 {horizon} " + " ".join(values[:train]) for (name, _, days, season, horizon, train, values) in series])


def pinball(quantile, actual, p):
    return p * (actual - quantile) if actual >= quantile else (1 - p) * (quantile - actual)


def print_table(head, table):
    cells = [[c if isinstance(c, str) else f"{c:.4f}" for c in row] for row in [head, *table]]
    width = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        print(row[0].ljust(width[0]), *(c.rjust(w) for c, w in zip(row[1:], width[1:])))


def bar(name, value, most):
    print(f"{name}: {value:.4f}, bar {most} {'met' if value <= most else 'MISSED'}")

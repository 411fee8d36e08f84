#!/usr/bin/env python3
"""Writes a C file that holds the bytes of files.

    embed.py OUT.c SYMBOL ROOT FILE...
    embed.py OUT.c SYMBOL ROOT --tree DEPFILE     every file below ROOT; DEPFILE tells the build what it read

OUT.c defines `const EmbeddedFile SYMBOL[]` (base/embed.h), sorted by name, ended by an entry without a name. Names are
the paths below ROOT."""
import os
import sys


def main(out_path, symbol, root, paths):
    names = {os.path.relpath(path, root).replace(os.sep, "/"): path for path in paths}
    lines = ['/* written by tools/embed.py */', '#include "base/embed.h"', f"extern const EmbeddedFile {symbol}[];"]
    rows = []
    for number, name in enumerate(sorted(names)):
        with open(names[name], "rb") as file:
            data = file.read()
        lines.append(f"static const unsigned char file_{number}[] = {{")
        for at in range(0, len(data), 24):
            lines.append("".join(f"{byte}," for byte in data[at:at + 24]))
        lines.append("0};")
        rows.append(f'    {{ "{name}", file_{number}, {len(data)} }},')
    lines.append(f"const EmbeddedFile {symbol}[] = {{")
    lines += rows
    lines.append("    { 0, 0, 0 },")
    lines.append("};")
    with open(out_path, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def tree(out_path, root, depfile):
    paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)
    folders = sorted(folder for folder, _, _ in os.walk(root))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(out_path + ": " + " ".join(path.replace(" ", "\\ ") for path in paths + folders) + "\n")
    return paths


if __name__ == "__main__":
    out, symbol, root = sys.argv[1:4]
    main(out, symbol, root, tree(out, root, sys.argv[5]) if sys.argv[4:5] == ["--tree"] else sys.argv[4:])

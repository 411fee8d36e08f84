/* The committed bundle is what the source gives, and small. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ROOT } from "./browser.mjs";

const WEB = join(ROOT, "web"), DIST = join(WEB, "dist");
const MOST_GZ = 60 * 1024, LINES_MOST = 300;

test("types agree", () => {
  execFileSync(process.execPath, [join(WEB, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", WEB], { stdio: "pipe" });
});

test("dist is rebuilt byte for byte", () => {
  const again = mkdtempSync(join(tmpdir(), "stockwright-web-"));
  try {
    execFileSync(process.execPath, [join(WEB, "build.mjs"), again], { stdio: "pipe" });
    assert.deepEqual(readdirSync(again).sort(), readdirSync(DIST).sort());
    for (const name of readdirSync(DIST)) assert.ok(readFileSync(join(again, name)).equals(readFileSync(join(DIST, name))), name);
  } finally { rmSync(again, { recursive: true }); }
});

test("script and style stay within 60 kB gzipped", () => {
  const size = readdirSync(DIST).filter((name) => /\.(js|css)$/.test(name)).reduce((sum, name) => sum + gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length, 0);
  assert.ok(size <= MOST_GZ, `${size} bytes`);
});

test("the page holds nothing inline, so the content policy needs no exception", () => {
  const page = readFileSync(join(DIST, "index.html"), "utf8");
  assert.doesNotMatch(page, /\sstyle=|\son\w+=|<style|<script>(?!<)|javascript:/);
});

test("source files stay short enough to be read", () => {
  for (const folder of ["src", "src/pages", "src/parts", "src/charts", "src/style"]) {
    for (const name of readdirSync(join(WEB, folder)).filter((one) => /\.(tsx?|css)$/.test(one))) {
      const lines = readFileSync(join(WEB, folder, name), "utf8").split("\n").length;
      assert.ok(lines <= LINES_MOST, `${folder}/${name} has ${lines} lines`);
    }
  }
});

test("every flag of a case and every demand model has its words", () => {
  const words = readFileSync(join(WEB, "src/words.ts"), "utf8");
  const flags = [...readFileSync(join(ROOT, "src/domain/case.h"), "utf8").matchAll(/^ +X\([A-Z_]+, *"([a-z-]+)"/gm)];
  const models = [...readFileSync(join(ROOT, "src/maths/demand.c"), "utf8").matchAll(/\[DEMAND_(?!POOR_)[A-Z_]+\] = "([a-z-]+)"/g)];
  assert.ok(flags.length >= 24 && models.length >= 10, `${flags.length} flags, ${models.length} models`);
  for (const [, code] of [...flags, ...models]) assert.match(words, new RegExp(`[ "{]"?${code}"?: "`), code);
  const gates = [...readFileSync(join(ROOT, "src/domain/case.h"), "utf8").match(/#define CASE_GATES \([^\n]*\n[^\n]*/)[0].matchAll(/CASE_FLAG_BIT\(([A-Z_]+)\)/g)].map(([, name]) => name);
  const named = words.match(/GATES = \[([^\]]*)\]/)[1].match(/[a-z-]+/g), codes = new Map([...readFileSync(join(ROOT, "src/domain/case.h"), "utf8").matchAll(/X\(([A-Z_]+), *"([a-z-]+)"/g)].map(([, name, code]) => [name, code]));
  assert.deepEqual(named.sort(), gates.map((name) => codes.get(name)).sort());
});

test("every screen of the router is a page the server hands out", () => {
  const api = readFileSync(join(ROOT, "src/api/api.c"), "utf8"), routes = [...readFileSync(join(WEB, "src/app.tsx"), "utf8").matchAll(/\{ path: "([^"]+)"/g)].map(([, path]) => path);
  assert.ok(routes.length >= 12, `${routes.length} routes`);
  for (const path of routes) assert.ok(api.includes(`"${path.replace(/:.*/, "")}"`), path);
});

/* build.mjs [DIRECTORY] - bundles src into dist: app.<hash>.js, app.<hash>.css, index.html, icon.svg. The same source gives the same
 * bytes; the hash in a name is of its content, so that browsers may keep it forever. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(root, "dist");
const MOST_GZ = 60 * 1024;

async function bundle(entry, kind) {
  const result = await build({
    absWorkingDir: root, entryPoints: [entry], bundle: true, minify: true, write: false, charset: "utf8", legalComments: "none",
    format: kind === "js" ? "esm" : undefined, target: ["chrome111", "firefox113", "safari16.4"], jsx: "automatic", jsxImportSource: "preact", logLevel: "warning",
  });
  const bytes = result.outputFiles[0].contents;
  return { name: `app.${createHash("sha256").update(bytes).digest("hex").slice(0, 10)}.${kind}`, bytes };
}

const js = await bundle("src/app.tsx", "js"), css = await bundle("src/style/style.css", "css");
const page = readFileSync(join(root, "src/index.html"), "utf8").replace("{{css}}", css.name).replace("{{js}}", js.name);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, js.name), js.bytes);
writeFileSync(join(out, css.name), css.bytes);
writeFileSync(join(out, "index.html"), page);
writeFileSync(join(out, "icon.svg"), readFileSync(join(root, "src/icon.svg")));

const size = gzipSync(js.bytes, { level: 9 }).length + gzipSync(css.bytes, { level: 9 }).length;
console.log(`${js.name} ${js.bytes.length} bytes, ${css.name} ${css.bytes.length} bytes, ${size} bytes gzipped of ${MOST_GZ}`);
if (size > MOST_GZ) { console.error("too large"); process.exit(1); }

// Builds the css and js of the pages: node registry/static/build.mjs OUT_DIR SOURCES_DIGEST
// Out: content-hashed files with .gz and .br beside them, manifest.json, LICENSES.txt of what is inside.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "node_modules");
const [out, digest = ""] = process.argv.slice(2);
const target = "chrome86";
const bundled = ["govuk-frontend", "htmx.org"];

async function css() {
  const made = sass.compile(join(here, "scss", "main.scss"), { loadPaths: [modules], quietDeps: true, style: "expanded" });
  return (await esbuild.transform(made.css, { loader: "css", minify: true, target })).code;
}

async function js() {
  const made = await esbuild.build({
    entryPoints: [join(here, "js", "main.js")],
    bundle: true, minify: true, write: false, format: "esm", target, nodePaths: [modules], legalComments: "none",
  });
  return made.outputFiles[0].text;
}

function licences() {
  return bundled.map((name) => {
    const folder = join(modules, name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const text = [join(here, "licenses", `${name}.txt`), join(folder, "LICENSE")].filter(existsSync).map((path) => readFileSync(path, "utf8"))[0];
    if (!text) throw new Error(`no licence text for ${name}: put one into registry/static/licenses`);
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

function put(name, content) {
  const body = Buffer.from(content);
  const { name: stem, ext } = parse(name);
  const hashed = `${stem}.${createHash("sha256").update(body).digest("hex").slice(0, 12)}${ext}`;
  writeFileSync(join(out, hashed), body);
  writeFileSync(join(out, `${hashed}.gz`), gzipSync(body, { level: 9 }));
  writeFileSync(join(out, `${hashed}.br`), brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  return hashed;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const files = {
  "app.css": put("app.css", await css()),
  "app.js": put("app.js", await js()),
  "favicon.svg": put("favicon.svg", readFileSync(join(here, "favicon.svg"))),
};
writeFileSync(join(out, "LICENSES.txt"), licences());
writeFileSync(join(out, "manifest.json"), `${JSON.stringify({ sources: digest, files }, null, 2)}\n`);

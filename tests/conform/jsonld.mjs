// Checks the JSON-LD of pages: node jsonld.mjs DIR. Each block is taken for a schema.org value by TypeScript with schema-dts (no property that its type has not, each of a type that
// it may have), and gone through by a validator of what search engines ask of products, offers and ways. Prints what is wrong; the status is 1 when something is.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Validator from "@adobe/structured-data-validator";
import WebAutoExtractor from "@marbec/web-auto-extractor";
import ts from "typescript";

const here = dirname(fileURLToPath(import.meta.url));
const dir = process.argv[2];
let optional = 0;
const blocks = new Map(); // source → the page where it stands first
let wrong = 0;
const complain = (page, text) => {
  wrong++;
  console.log(`${page}: ${text}`);
};
for (const page of readdirSync(dir).sort()) {
  const html = readFileSync(join(dir, page), "utf8");
  let has = false;
  for (const [, text] of html.matchAll(/<script[^>]*type="application\/ld\+json"[^>]*>([\s\S]*?)<\/script>/g)) {
    try {
      JSON.parse(text);
    } catch (e) {
      complain(page, `no JSON: ${e.message}`);
      continue;
    }
    has = true;
    if (!blocks.has(text)) blocks.set(text, page);
  }
  if (!has) continue;
  const data = new WebAutoExtractor({ addLocation: true, embedSource: ["rdfa", "microdata"] }).parse(html);
  for (const issue of await new Validator().validate(data)) {
    const where = issue.path.map((p) => p.type).join(" › ");
    const none = issue.issueMessage.includes(`"image"`) && !html.includes('"image":'); // a product without any picture
    if (issue.severity === "ERROR" && !none) complain(page, `${where}: ${issue.issueMessage}`);
    else optional++;
  }
}

// "query-input" is no property, but schema.org's way of saying what an action asks for.
// One value after another, so that a complaint's line says which block it is.
const source = ['import type { Graph, Thing, WithContext } from "schema-dts";'];
const at = [];
for (const [text, page] of blocks) {
  const value = JSON.parse(text);
  for (const one of Array.isArray(value) ? value : [value]) {
    at.push([source.length, page]);
    source.push(...`export const x${at.length}: ${one["@graph"] ? "Graph" : "WithContext<Thing>"} = ${JSON.stringify(one, (key, v) => (key.endsWith("-input") ? undefined : v), 1)};`.split("\n"));
  }
}
const file = join(here, "blocks.ts");
writeFileSync(file, source.join("\n"));
const program = ts.createProgram([file], { strict: true, noEmit: true, skipLibCheck: true, moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext, types: [] });
for (const d of ts.getPreEmitDiagnostics(program)) {
  const line = d.file?.getLineAndCharacterOfPosition(d.start).line ?? 0;
  const page = at.findLast(([first]) => first <= line)?.[1] ?? file;
  const last = (m) => (typeof m === "string" ? m : m.next?.length ? last(m.next.at(-1)) : m.messageText);
  complain(page, `${source[line]?.trim()}: ${last(d.messageText)}`.slice(0, 400));
}
console.log(`${blocks.size} blocks of JSON-LD, ${wrong} complaints, ${optional} optional things unsaid`);
process.exit(wrong ? 1 : 0);

// Prints a Lighthouse report in short: node lighthouse.mjs REPORT PATH MIN. Its status is 1 when a score is below MIN.
import { readFileSync } from "node:fs";

const [file, path, min] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, "utf8"));
const scores = Object.values(report.categories).map((c) => [c.title, Math.round(c.score * 100)]);
console.log(path, scores.map(([name, n]) => `${name} ${n}`).join(" · "));
const metrics = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index"];
console.log("  " + metrics.map((m) => `${m} ${report.audits[m]?.displayValue} (${report.audits[m]?.score})`).join(" · "));
const sent = { total: 0, image: 0 };
for (const r of report.audits["network-requests"]?.details?.items ?? []) {
  sent.total += r.transferSize;
  if (r.resourceType === "Image") sent.image += r.transferSize;
  console.log(`  ${String(r.transferSize).padStart(8)} ${r.resourceType} ${new URL(r.url).pathname.split("/").pop() || "/"}`);
}
console.log(`  ${((sent.total - sent.image) / 1000).toFixed(1)} kB without images, ${(sent.total / 1000).toFixed(1)} kB in all`);
for (const a of Object.values(report.audits)) {
  if (a.score !== null && a.score < 1 && !metrics.includes(a.id)) {
    console.log(`  ${a.score} ${a.id}: ${a.title} ${a.displayValue ?? ""}`);
    for (const item of a.details?.items?.slice(0, 4) ?? []) {
      const what = item.node?.snippet ?? item.url ?? item.label ?? item.description;
      if (what) console.log(`      ${String(what).slice(0, 160)}`);
    }
  }
}
process.exit(scores.some(([, n]) => n < Number(min)) ? 1 : 0);

// Reads the written files back: node check.mjs. Exit 1 with a list where something is wrong.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
const dir = fileURLToPath(new URL('../../modules/devtools/demo/', import.meta.url)), bad = [], codes = new Set()
const parse = (s) => { const rows = [[]]; let q = false, v = ''; for (let i = 0; i < s.length; i++) { const ch = s[i]
  if (q) { if (ch === '"') { if (s[i + 1] === '"') { v += '"'; i++ } else q = false } else v += ch }
  else if (ch === '"') q = true; else if (ch === ',' || ch === '\n') { rows.at(-1).push(v); v = ''; if (ch === '\n') rows.push([]) } else v += ch }
  rows.pop(); const [h, ...b] = rows; return b.map((x, i) => { if (x.length !== h.length) bad.push(`row ${i + 2}: ${x.length} columns`); return Object.fromEntries(h.map((k, j) => [k, x[j]])) }) }
const { stores, merchants } = JSON.parse(readFileSync(dir + 'stores.json')); let all = 0
for (const s of stores) {
  const rows = parse(readFileSync(`${dir}${s.code}.csv`, 'utf8')), pics = readdirSync(`${dir}pictures/${s.code}`), used = new Set([s.hero.picture, s.logo]), skus = new Set(), handles = new Set(), titles = new Set()
  if (!merchants.some((m) => m.code === s.merchant)) bad.push(`${s.code}: merchant ${s.merchant}`)
  for (const x of rows) {
    if (x.Title) { handles.add(x.Handle); if (titles.has(x.Title)) bad.push('title ' + x.Title); titles.add(x.Title); if (!x['Image Src']) bad.push(x.Handle + ': no picture'); if (!s.categories.some((q) => q.types.includes(x.Type))) bad.push(x.Handle + ': no category') }
    if (x['Image Src']) { used.add(x['Image Src']); if (!x['Image Alt Text']) bad.push(x['Image Src'] + ': no alt text') }
    if (x['Variant Image'] && !pics.includes(x['Variant Image'])) bad.push(x['Variant Image'] + ': missing')
    if (x['Variant SKU']) { if (skus.has(x['Variant SKU'])) bad.push('SKU ' + x['Variant SKU']); skus.add(x['Variant SKU'])
      const b = x['Variant Barcode'], n = [...b].reduce((t, v, i) => t + +v * (i % 2 ? 3 : 1), 0); if (!/^2\d{12}$/.test(b) || n % 10 || codes.has(b)) bad.push('barcode ' + b); codes.add(b)
      if (!(s.currency === 'JPY' ? /^\d+$/ : /^\d+\.\d\d$/).test(x['Variant Price'])) bad.push('price ' + x['Variant Price'])
      if (x['Variant Compare At Price'] && +x['Variant Compare At Price'] <= +x['Variant Price']) bad.push('compare-at ' + x['Variant SKU']) }
  }
  for (const q of s.categories) used.add(q.picture)
  for (const f of used) if (!pics.includes(f)) bad.push(`${s.code}: ${f} is missing`)
  for (const f of pics) { const n = statSync(`${dir}pictures/${s.code}/${f}`).size; all += n; if (!used.has(f)) bad.push(`${s.code}: ${f} is not used`); if (n > (f.startsWith('hero') ? 61e3 : 30_000)) bad.push(`${f}: ${n} bytes`) }
  console.log(`${s.code}: ${handles.size} products, ${skus.size} variants, ${rows.length} rows, ${pics.length} files`)
}
console.log(`${(all / 1e6).toFixed(2)} MB`); if (all > 4e6) bad.push('more than 4 MB')
if (bad.length) { console.error(bad.join('\n')); process.exit(1) }

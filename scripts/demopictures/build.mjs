// Draws every picture of the demo and writes the CSV files: node build.mjs [--only=name,…] [--sheet] [--csv] [--store=code]
import { mkdirSync, writeFileSync, statSync, readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { writeStore, writeStores } from './csv.mjs'

const OUT = fileURLToPath(new URL('../../modules/devtools/demo/', import.meta.url))
const arg = (k) => process.argv.find((a) => a.startsWith('--' + k))?.split('=')[1] ?? (process.argv.includes('--' + k) || null)
const only = typeof arg('only') === 'string' ? arg('only').split(',') : null
sharp.concurrency(1)

const webp = async (svg, file, width, quality) => {
  const { data, info } = await sharp(Buffer.from(svg)).resize({ width }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  for (let q = quality; ; q -= 6) {
    const out = await sharp(data, { raw: info }).webp({ quality: q, effort: 5, smartSubsample: true }).toBuffer()
    if (out.length <= (width > 1000 ? 60_000 : 30_000) || q <= 45) { writeFileSync(file, out); return out.length }
  }
}

const stores = []
for (const code of (arg('store') ?? 'fjord,kaffe,hoshi').split(',')) {
  const { store, products } = await import(`./catalog/${code}.mjs`)
  const { draw, hero, logo } = await import(`./draw/${code}.mjs`)
  stores.push({ store, products })
  const dir = `${OUT}pictures/${code}/`; mkdirSync(dir, { recursive: true })
  const names = ['hero.webp', 'logo.svg'], sheet = []
  for (const prod of products) for (const pic of prod.pics) {
    names.push(pic.file)
    if (arg('csv') || (only && !only.some((o) => pic.file.startsWith(o)))) continue
    const svg = draw(pic.draw, pic.args, pic.zoom)
    if (arg('sheet')) sheet.push(await sharp(Buffer.from(svg)).resize(+arg('sheet') || 300).png().toBuffer())
    else { const n = await webp(svg, dir + pic.file, 800, 84); if (n > 22_000) console.log(pic.file, n) }
  }
  if (arg('sheet')) {
    const w = +arg('sheet') || 300, cols = +(arg('cols') ?? 6)
    await sharp({ create: { width: cols * w, height: Math.ceil(sheet.length / cols) * w, channels: 3, background: '#fff' } })
      .composite(sheet.map((input, i) => ({ input, left: (i % cols) * w, top: Math.floor(i / cols) * w }))).png().toFile(`/tmp/sheet-${code}.png`)
    continue
  }
  if (arg('hero') || (!only && !arg('csv'))) {
    writeFileSync(dir + 'logo.svg', logo())
    await webp(hero(), dir + 'hero.webp', 1600, 82)
    if (!only) for (const f of readdirSync(dir)) if (!names.includes(f)) rmSync(dir + f)
  }
  const size = readdirSync(dir).reduce((n, f) => n + statSync(dir + f).size, 0)
  console.log(code, products.length, 'products', names.length, 'files', (size / 1024).toFixed(0), 'KiB')
  writeStore(OUT, code, store, products)
}
if (stores.length === 3 && !arg('sheet')) writeStores(OUT, stores)

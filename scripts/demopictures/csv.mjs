// Writes one Shopify product CSV a store and stores.json.
import { writeFileSync } from 'node:fs'
const HEAD = 'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Alt Text,Gift Card,SEO Title,SEO Description,Google Shopping / Google Product Category,Google Shopping / Gender,Google Shopping / Age Group,Google Shopping / MPN,Google Shopping / AdWords Grouping,Google Shopping / AdWords Labels,Google Shopping / Condition,Google Shopping / Custom Product,Google Shopping / Custom Label 0,Google Shopping / Custom Label 1,Google Shopping / Custom Label 2,Google Shopping / Custom Label 3,Google Shopping / Custom Label 4,Variant Image,Variant Weight Unit'.split(',')
const cell = (v) => { v = v == null ? '' : String(v); return /[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v }
export const ean = (twelve) => twelve + (10 - [...twelve].reduce((n, x, i) => n + +x * (i % 2 ? 3 : 1), 0) % 10) % 10

export const writeStore = (out, code, store, products) => {
  const rows = [HEAD.join(',')]; let seq = 0
  const put = (o) => { for (const k of Object.keys(o)) if (!HEAD.includes(k)) throw new Error(k); rows.push(HEAD.map((h) => cell(o[h])).join(',')) }
  const money = (v) => v == null ? '' : store.decimals ? v.toFixed(2) : String(Math.round(v))
  const skus = new Set(), handles = new Set()
  products.forEach((q, pi) => {
    if (handles.has(q.handle)) throw new Error('handle ' + q.handle); handles.add(q.handle)
    const names = Object.keys(q.options), combos = names.reduce((acc, n) => acc.flatMap((a) => q.options[n].map((v) => [...a, v])), [[]])
    const n = Math.max(combos.length, q.pics.length)
    for (let i = 0; i < n; i++) {
      const row = { Handle: q.handle }, pic = q.pics[i], combo = combos[i]
      if (i === 0) Object.assign(row, { Title: q.title, 'Body (HTML)': q.body, Vendor: q.brand, Type: q.type, Tags: q.tags.join(', '), Published: q.status === 'active' ? 'true' : 'false', 'Gift Card': 'false', 'SEO Title': q.seo?.[0], 'SEO Description': q.seo?.[1] })
      if (combo) {
        if (i === 0) (names.length ? names : ['Title']).forEach((nm, k) => { row[`Option${k + 1} Name`] = nm })
        ;(names.length ? combo : ['Default Title']).forEach((v, k) => { row[`Option${k + 1} Value`] = v })
        const sku = [store.sku, q.sku, ...combo.map((v) => v.replace(/[^A-Za-z0-9]/g, '').slice(0, 4).toUpperCase())].join('-')
        if (skus.has(sku)) throw new Error('sku ' + sku); skus.add(sku)
        const d = combo.reduce((s, v) => { const x = q.delta?.[v]; return x ? { price: s.price + (x.price ?? 0), was: s.was == null ? null : s.was + (x.price ?? 0), g: s.g + (x.g ?? 0) } : s }, { price: q.price, was: q.was, g: q.g })
        const image = q.pics.find((x) => x.variant && combo.includes(x.variant))
        Object.assign(row, { 'Variant SKU': sku, 'Variant Grams': d.g, 'Variant Inventory Tracker': q.tracked === false ? '' : 'shopify', 'Variant Inventory Qty': q.stock[i % q.stock.length], 'Variant Inventory Policy': q.backorder ? 'continue' : 'deny', 'Variant Fulfillment Service': 'manual', 'Variant Price': money(d.price), 'Variant Compare At Price': money(d.was), 'Variant Requires Shipping': q.ships === false ? 'false' : 'true', 'Variant Taxable': 'true', 'Variant Barcode': ean(store.ean + String(++seq).padStart(9, '0')), 'Variant Image': image?.file, 'Variant Weight Unit': 'g' })
      }
      if (pic) Object.assign(row, { 'Image Src': pic.file, 'Image Alt Text': pic.alt })
      put(row)
    }
  })
  writeFileSync(`${out}${code}.csv`, rows.join('\n') + '\n')
}

export const writeStores = (out, list) => {
  const merchants = [
    { code: 'fjord-field', name: 'Fjord & Field ApS', email: 'hello@fjordandfield.example', owner_name: 'Signe Holm' },
    { code: 'hoshi-trading', name: 'Hoshi Trading K.K.', email: 'hello@hoshitrading.example', owner_name: 'Haruka Hoshino' },
  ]
  const stores = list.map(({ store: { sku, ean: _, decimals, ...s }, products }) => {
    const files = new Set(products.flatMap((q) => q.pics.map((x) => x.file))), types = new Set(products.map((q) => q.type)), ruled = new Set(s.categories.flatMap((x) => x.types ?? []))
    for (const x of s.categories) { if (!files.has(x.picture)) throw new Error('category picture ' + x.picture); for (const t of x.types ?? []) if (!types.has(t)) throw new Error('category type ' + t) }
    for (const t of types) if (!ruled.has(t)) throw new Error('no category for ' + t)
    return { ...s, draft: products.filter((q) => q.status === 'draft').map((q) => q.handle), archived: products.filter((q) => q.status === 'archived').map((q) => q.handle) }
  })
  writeFileSync(`${out}stores.json`, JSON.stringify({ merchants, stores }, null, 2) + '\n')
}

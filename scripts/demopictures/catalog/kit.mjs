// Shorthand for the three catalogues: P(handle, title, type, brand, price, text, points, more).
export const kit = (house) => {
  const products = []
  const P = (handle, title, type, brand, price, text, points, o) => {
    const pic = (draw, args, alt, suffix, extra = {}) => ({ file: `${o.file ?? handle}${suffix ? '-' + suffix : ''}.webp`, draw, args: args ?? {}, alt, ...extra })
    const pics = []
    if (o.vary) { const [draw, key, map, t = {}] = o.vary; for (const [name, k] of Object.entries(map)) pics.push(pic(draw, { [key]: k, ...t }, `${o.short ?? title} in ${name.toLowerCase()}, ${o.alt}`, name.toLowerCase().replace(/[^a-z0-9]+/g, '-'), { variant: name })) }
    else pics.push(pic(o.draw, o.args, `${o.short ?? title}, ${o.alt}`, ''))
    for (const [draw, args, alt, suffix, zoom] of o.more ?? []) pics.push(pic(draw, args, alt, suffix, { zoom }))
    const body = [].concat(text).map((x) => `<p>${x}</p>`).join('\n') + (points?.length ? `\n<ul>\n${points.map((x) => `<li>${x}</li>`).join('\n')}\n</ul>` : '')
    products.push({ handle, title, type, brand: brand ?? house, price, body, pics, options: o.opt ?? {}, tags: (o.tags ?? '').split(',').map((x) => x.trim()).filter(Boolean), sku: o.sku, g: o.g, was: o.was, stock: o.stock ?? [12], delta: o.delta, status: o.status ?? 'active', seo: o.seo, backorder: o.backorder, tracked: o.tracked, ships: o.ships })
  }
  return { P, products }
}

// The drawing kit: every helper returns SVG text on a 1000 × 1000 canvas, light from the upper left.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
const opentype = createRequire(import.meta.url)('opentype.js')
const font = (f) => opentype.parse(new Uint8Array(readFileSync(new URL(`node_modules/@fontsource/${f}.woff`, import.meta.url))).buffer)
const FONTS = {}
const FILES = {
  sans: 'jost/files/jost-latin-500-normal', bold: 'jost/files/jost-latin-600-normal', light: 'jost/files/jost-latin-400-normal',
  serif: 'fraunces/files/fraunces-latin-500-normal', serifb: 'fraunces/files/fraunces-latin-600-normal',
  mincho: 'zen-old-mincho/files/zen-old-mincho-japanese-500-normal', minchol: 'zen-old-mincho/files/zen-old-mincho-latin-500-normal',
}

// ---- one picture's definitions ---------------------------------------------------------------
let defs, seq, seen, ink = '#1a2230', glow = '#fffaf0'
export const begin = (i, g) => { defs = []; seq = 0; seen = new Map(); if (i) ink = i; if (g) glow = g }
export const end = (body, vb = '0 0 1000 1000', w = 800, h = 800) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${w}" height="${h}" viewBox="${vb}"><defs>${defs.join('')}</defs>${body}</svg>`
const def = (make) => { const key = make('?'); if (seen.has(key)) return seen.get(key); const id = 'd' + seq++; defs.push(make(id)); seen.set(key, id); return id }

// ---- colour ------------------------------------------------------------------------------------
const hex = (c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16) / 255)
const un = (v) => '#' + v.map((x) => Math.round(Math.max(0, Math.min(1, x)) * 255).toString(16).padStart(2, '0')).join('')
const lin = (x) => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4
const del = (x) => x <= .0031308 ? x * 12.92 : 1.055 * x ** (1 / 2.4) - .055
const lab = (c) => { const [r, g, b] = hex(c).map(lin)
  const l = Math.cbrt(.4122214708 * r + .5363325363 * g + .0514459929 * b), m = Math.cbrt(.2119034982 * r + .6806995451 * g + .1073969566 * b), s = Math.cbrt(.0883024619 * r + .2817188376 * g + .6299787005 * b)
  return [.2104542553 * l + .793617785 * m - .0040720468 * s, 1.9779984951 * l - 2.428592205 * m + .4505937099 * s, .0259040371 * l + .7827717662 * m - .808675766 * s] }
const rgb = ([L, a, b]) => { const l = (L + .3963377774 * a + .2158037573 * b) ** 3, m = (L - .1055613458 * a - .0638541728 * b) ** 3, s = (L - .0894841775 * a - 1.291485548 * b) ** 3
  return un([4.0767416621 * l - 3.3077115913 * m + .2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - .3413193965 * s, -.0041960863 * l - .7034186147 * m + 1.707614701 * s].map(del)) }
export const mix = (a, b, t) => { const x = lab(a), y = lab(b); return rgb(x.map((v, i) => v + (y[i] - v) * t)) }
export const dk = (c, t = .15) => mix(c, ink, t)
export const lt = (c, t = .15) => mix(c, glow, t)

// ---- paint -------------------------------------------------------------------------------------
const stops = (s) => s.map(([o, c, a]) => `<stop offset="${o}" stop-color="${c}"${a == null ? '' : ` stop-opacity="${a}"`}/>`).join('')
export const lg = (s, x1 = 0, y1 = 0, x2 = 1, y2 = 0, user) => `url(#${def((id) => `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"${user ? ' gradientUnits="userSpaceOnUse"' : ''}>${stops(s)}</linearGradient>`)})`
export const rg = (s, cx = .5, cy = .5, r = .5, user) => `url(#${def((id) => `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}"${user ? ' gradientUnits="userSpaceOnUse"' : ''}>${stops(s)}</radialGradient>`)})`
export const vg = (...c) => lg(c.map((x, i) => [i / (c.length - 1), x]), 0, 0, 0, 1)
export const hg = (...c) => lg(c.map((x, i) => [i / (c.length - 1), x]), 0, 0, 1, 0)
export const dg = (...c) => lg(c.map((x, i) => [i / (c.length - 1), x]), 0, 0, 1, 1)
export const round = (c, k = 1) => lg([[0, dk(c, .16 * k)], [.12, dk(c, .02 * k)], [.3, lt(c, .22 * k)], [.55, c], [.9, dk(c, .3 * k)], [1, dk(c, .2 * k)]])
export const metal = (c = '#c9ccce') => lg([[0, dk(c, .35)], [.1, dk(c, .12)], [.24, lt(c, .75)], [.36, lt(c, .2)], [.52, dk(c, .18)], [.72, lt(c, .3)], [.88, dk(c, .28)], [1, dk(c, .42)]])

// ---- marks -------------------------------------------------------------------------------------
export const p = (d, fill, x = '') => `<path d="${d}" fill="${fill}" ${x}/>`
export const r = (x, y, w, h, rx, fill, ex = '') => `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${rx}" fill="${fill}" ${ex}/>`
export const e = (cx, cy, rx, ry, fill, ex = '') => `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}" ${ex}/>`
export const c = (cx, cy, rr, fill, ex = '') => e(cx, cy, rr, rr, fill, ex)
export const l = (d, stroke, w = 4, ex = '') => `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${w}" ${ex.includes('linecap') ? '' : 'stroke-linecap="round" '}stroke-linejoin="round" ${ex}/>`
export const st = (d, stroke, w = 2.4, dash = '9 7') => l(d, stroke, w, `stroke-dasharray="${dash}" opacity=".75"`)
export const g = (body, t = '', ex = '') => `<g${t ? ` transform="${t}"` : ''} ${ex}>${body}</g>`
export const op = (o, body) => `<g opacity="${o}">${body}</g>`
export const at = (x, y, body, s = 1, rot = 0) => g(body, `translate(${x} ${y}) rotate(${rot}) scale(${s})`)
export const rot = (a, x, y, body) => g(body, `rotate(${a} ${x} ${y})`)
export const clip = (d, body) => `<g clip-path="url(#${def((id) => `<clipPath id="${id}"><path d="${d}"/></clipPath>`)})">${body}</g>`
export const blur = (n, body, ex = '') => `<g filter="url(#${def((id) => `<filter id="${id}" filterUnits="userSpaceOnUse" x="-700" y="-700" width="2900" height="2400"><feGaussianBlur stdDeviation="${n}"/></filter>`)})" ${ex}>${body}</g>`
export const rr = (x, y, w, h, q) => `M${x + q} ${y}H${x + w - q}Q${x + w} ${y} ${x + w} ${y + q}V${y + h - q}Q${x + w} ${y + h} ${x + w - q} ${y + h}H${x + q}Q${x} ${y + h} ${x} ${y + h - q}V${y + q}Q${x} ${y} ${x + q} ${y}Z`
export const ell = (cx, cy, a, b) => `M${cx - a} ${cy}A${a} ${b} 0 1 1 ${cx + a} ${cy}A${a} ${b} 0 1 1 ${cx - a} ${cy}Z`
export const many = (n, f) => Array.from({ length: n }, (_, i) => f(i, n > 1 ? i / (n - 1) : 0)).join('')
export const rnd = (seed) => { let s = seed * 2654435761 >>> 0; return () => (s = Math.imul(s ^ s >>> 15, 2246822507) + 0x9e3779b9 >>> 0, (s ^ s >>> 13) >>> 0) / 4294967296 }

// The right half from the top centre to the bottom centre, absolute M L C Q only, closed by its mirror.
export const sym = (d, m = 500) => {
  const t = d.match(/[MLCQ]|-?[\d.]+/g), segs = []; let cmd, cur, i = 0, start
  while (i < t.length) { if (/[MLCQ]/.test(t[i])) cmd = t[i++]
    const n = { M: 1, L: 1, C: 3, Q: 2 }[cmd], pts = []; for (let k = 0; k < n; k++) pts.push([+t[i++], +t[i++]])
    if (cmd === 'M') { cur = start = pts[0]; cmd = 'L'; continue }
    segs.push([cmd, cur, ...pts]); cur = pts[n - 1] }
  const f = ([x, y]) => `${2 * m - x} ${y}`
  return d + `L${f(cur)}` + segs.reverse().map(([k, ...q]) => { q.reverse(); return k + q.slice(1).map(f).join(' ') }).join('') + 'Z'
}
export const mirror = (body, m = 500) => body + g(body, `translate(${2 * m} 0) scale(-1 1)`)

// A shape with body: diagonal light, `o.in` clipped inside, a dark rim lower right, a light one upper left.
export const form = (d, col, o = {}) => { const s = o.s ?? 22, k = o.k ?? 1
  return p(d, o.fill ?? lg([[0, lt(col, .12 * k)], [.5, col], [1, dk(col, .16 * k)]], .1, 0, .9, 1)) + clip(d, (o.in ?? '') +
    blur(s * .8, l(d, dk(col, .75), s * 1.7), `opacity="${.36 * k}" transform="translate(${-s * .55} ${-s * .65})"`) +
    (o.nl ? '' : blur(s * .35, l(d, lt(col, .75), s * .7), `opacity="${.4 * k}" transform="translate(${s * .25} ${s * .3})"`))) }
// An upright cylinder or cone: x, y is the middle of its top rim; wt, wb full widths; b the rim's half height.
export const cylD = (x, y, wt, wb, h, b = 18, q = 0) => `M${x - wt / 2} ${y}A${wt / 2} ${b} 0 0 1 ${x + wt / 2} ${y}L${x + wb / 2} ${y + h - q}${q ? `Q${x + wb / 2} ${y + h} ${x + wb / 2 - q} ${y + h + b * .5}` : ''}A${wb / 2 - q} ${b * (wb - q) / wt} 0 0 1 ${x - wb / 2 + q} ${y + h + (q ? b * .5 : 0)}${q ? `Q${x - wb / 2} ${y + h} ${x - wb / 2} ${y + h - q}` : ''}Z`
export const cyl = (x, y, wt, wb, h, col, o = {}) => { const b = o.b ?? 18, d = cylD(x, y, wt, wb, h, b, o.q ?? 0)
  return p(d, o.fill ?? round(col, o.k ?? 1)) + clip(d, (o.in ?? '') + (o.flat ? '' : r(x - Math.max(wt, wb) / 2, y + h * .55, Math.max(wt, wb), h * .6, 0, lg([[0, dk(col, .6), 0], [1, dk(col, .6), .28]], 0, 0, 0, 1)))) +
    (o.top ? e(x, y, wt / 2, b, o.top) : '') }

// ---- shadows -----------------------------------------------------------------------------------
export const ground = (x, y, w, o = .3, col = ink) => blur(26, e(x + w * .12, y + 6, w * .62, 22, col), `opacity="${o * .75}"`) + blur(7, e(x, y, w * .5, 9, col), `opacity="${o * 1.5}"`)
export const drop = (d, o = {}) => blur(o.b ?? 18, p(d, o.c ?? ink), `opacity="${o.o ?? .26}" transform="translate(${o.x ?? 16} ${o.y ?? 24})"`) + blur(4, p(d, o.c ?? ink), `opacity="${(o.o ?? .26) * .8}" transform="translate(3 5)"`)

// ---- lettering as outlines -----------------------------------------------------------------------
// opentype.js's own toPathData writes NaN for coordinates near zero.
const outline = (path) => path.commands.map((m) => m.type + ['x1', 'y1', 'x2', 'y2', 'x', 'y'].filter((k) => k in m).map((k) => +m[k].toFixed(1)).join(' ')).join('')
export const txt = (s, x, y, size, fill, o = {}) => {
  const f = FONTS[o.f ?? 'sans'] ??= font(FILES[o.f ?? 'sans']); const ls = (o.ls ?? 0) * size
  const glyphs = f.stringToGlyphs(s), k = size / f.unitsPerEm; let w = 0
  glyphs.forEach((gl, i) => { w += gl.advanceWidth * k + (i < glyphs.length - 1 ? ls + f.getKerningValue(gl, glyphs[i + 1]) * k : 0) })
  let cx = o.a === 'start' ? x : o.a === 'end' ? x - w : x - w / 2; let d = ''
  glyphs.forEach((gl, i) => { d += outline(gl.getPath(cx, y, size)); cx += gl.advanceWidth * k + ls + (glyphs[i + 1] ? f.getKerningValue(gl, glyphs[i + 1]) * k : 0) })
  return p(d, fill, o.x ?? '')
}
// Characters one below the other.
export const tate = (s, x, y, size, fill, o = {}) => [...s].map((ch, i) => txt(ch, x, y + i * size * (o.lh ?? 1.12), size, fill, { f: 'mincho', ...o })).join('')

// ---- materials -----------------------------------------------------------------------------------
export const grain = (x, y, w, h, col, seed = 1, n = 9, o = .35) => { const q = rnd(seed)
  return op(o, many(n, (i) => { const yy = y + h * (i + q()) / n, a = (q() - .5) * 18; return l(`M${x} ${yy}C${x + w * .3} ${yy + a} ${x + w * .6} ${yy - a} ${x + w} ${yy + a * .4}`, dk(col, .3 + q() * .3), 1.5 + q() * 2) })) }
export const vgrain = (x, y, w, h, col, seed = 1, n = 7, o = .3) => { const q = rnd(seed)
  return op(o, many(n, (i) => { const xx = x + w * (i + q()) / n, a = (q() - .5) * 12; return l(`M${xx} ${y}C${xx + a} ${y + h * .3} ${xx - a} ${y + h * .6} ${xx + a * .4} ${y + h}`, dk(col, .3 + q() * .3), 1.4 + q() * 1.6) })) }
export const steam = (x, y, s = 1, col = '#ffffff', o = .6) => blur(5, many(2, (i) => l(`M${x - 18 * s + i * 40 * s} ${y}c${-22 * s} ${-34 * s} ${26 * s} ${-62 * s} ${2 * s} ${-104 * s}s${20 * s} ${-52 * s} ${4 * s} ${-80 * s}`, lg([[0, col, 0], [.45, col, .9], [1, col, 0]], 0, 1, 0, 0), 12 * s)), `opacity="${o}"`)

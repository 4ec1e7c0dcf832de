// Cuts fonts down to what pages use and writes them to ui/fonts, from where the asset build takes them: texts from 400 to 700 only, headings at the one
// weight that their theme has (--heading-weight in ui/tokens/themes.css), with all characters of the subset and all features. Run when
// @fontsource-variable or a theme's weight changes:
//   npm install --no-save --prefix .cache/fonts subset-font@2 && NODE_PATH=$PWD/.cache/fonts/node_modules node scripts/fonts.mjs
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const subset = createRequire(process.env.NODE_PATH ? process.env.NODE_PATH + "/x.js" : import.meta.url)("subset-font");
const sheets = readFileSync("ui/tokens/fonts.css", "utf8") + readFileSync("ui/tokens/shop-fonts.css", "utf8");
mkdirSync("ui/fonts", { recursive: true });
const weights = { inter: { min: 400, max: 700 }, "hanken-grotesk": { min: 400, max: 700 }, outfit: 600, fraunces: 560 };
for (const [name, wght] of Object.entries(weights)) {
  for (const part of ["latin", "latin-ext"]) {
    const rule = sheets.split("@font-face").find((r) => r.includes(`${name}-${part}.woff2`));
    let text = "";
    for (const [, from, to] of rule.split("unicode-range:")[1].matchAll(/U\+([0-9A-F]+)(?:-([0-9A-F]+))?/g)) {
      for (let c = parseInt(from, 16); c <= parseInt(to ?? from, 16); c++) text += String.fromCodePoint(c);
    }
    const font = readFileSync(`ui/node_modules/@fontsource-variable/${name}/files/${name}-${part}-wght-normal.woff2`);
    const small = await subset(font, text, { targetFormat: "woff2", variationAxes: { wght } });
    writeFileSync(`ui/fonts/${name}-${part}.woff2`, small);
    console.log(`${name}-${part}: ${font.length} bytes, now ${small.length}`);
  }
}

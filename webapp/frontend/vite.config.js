// Builds everything the browser loads into ../static/built, with a manifest that webapp/assets.py reads.
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

// Current browsers as of the pinned versions. An older target makes the minifier rewrite light-dark() and
// :is() in Tabler's style sheet, after which its dark bars turn white on white.
const BROWSERS = ["chrome123", "edge123", "firefox128", "safari17.5"];

// One sprite with the icons named in src/icons.txt, so that a page asks for a few kilobytes once.
function sprite() {
  const names = readFileSync("src/icons.txt", "utf8").split(/\s+/).filter(Boolean);
  const symbol = (name) => {
    const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
    const paths = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none"[^>]*\/>/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths.replace(/\s+/g, " ").trim()}</symbol>`;
  };
  return {
    name: "icon-sprite",
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>`;
      // Vite lists the licences of scripts only; these are of the style sheet and the icons.
      const banner = readFileSync("node_modules/@tabler/core/dist/css/tabler.css", "utf8").match(/\/\*![\s\S]*?\*\//)[0];
      const licence = readFileSync("node_modules/@tabler/icons/LICENSE", "utf8");
      this.emitFile({ type: "asset", fileName: "licenses-tabler.txt", source: `${banner}\n\n${licence}` });
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}

export default defineConfig({
  base: "/static/built/",
  publicDir: false,
  plugins: [sprite()],
  build: {
    outDir: "../static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    license: { fileName: "licenses.md" },
    target: BROWSERS,
    cssTarget: BROWSERS,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: { main: "src/main.js", theme: "src/theme.js", style: "src/style.css" } },
  },
});

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import preact from "@preact/preset-vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The page is served by the API itself; `npm run dev` sends what is not the page's to a running one (CINTILLO_API).
const api = process.env.CINTILLO_API ?? "http://127.0.0.1:8080";

/** Beside each file of `assets` its compressed forms, so that the server, which also bridges calls, packs nothing. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle({ dir = "dist" }) {
      const assets = join(dir, "assets");
      for (const name of readdirSync(assets)) {
        const whole = readFileSync(join(assets, name));
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
        writeFileSync(join(assets, `${name}.gz`), gzipSync(whole, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [preact(), packed()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { output: { manualChunks: (id) => (id.includes("node_modules/jssip") ? "jssip" : undefined) } },
  },
  server: { proxy: { "/api": api, "/ws": { target: api, ws: true } } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], passWithNoTests: true },
});

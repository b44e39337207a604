import preact from "@preact/preset-vite";
import { defineConfig } from "vitest/config";

// The page is served by the API itself; `npm run dev` sends what is not the page's to a running one (CINTILLO_API).
const api = process.env.CINTILLO_API ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [preact()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { output: { manualChunks: (id) => (id.includes("node_modules/jssip") ? "jssip" : undefined) } },
  },
  // metrics/words.py is read by a test: the page says what the boards and reports say.
  server: { fs: { allow: ["../.."] }, proxy: { "/api": api, "/ws": { target: api, ws: true } } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});

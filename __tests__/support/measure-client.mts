import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// A process of its own: esbuild does not run in jest's. Says how many bytes the client sends to a browser.
const { outputFiles } = await build({
  entryPoints: ['src/client/index.ts'],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  // Anything of Node would fail here.
  platform: 'browser',
  target: 'es2022',
})
process.stdout.write(String(gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length))

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import tailwind from '@tailwindcss/postcss'
import { build, type Plugin } from 'esbuild'
import postcss, { type AcceptedPlugin } from 'postcss'

const ROOT = path.resolve(__dirname, '..')

/** The components know three things of the framework, which stands behind them no more than a server does. */
const FRAMEWORK = {
  'next/link': path.join(__dirname, 'framework/link.tsx'),
  'next/navigation': path.join(__dirname, 'framework/navigation.ts'),
  'next/dynamic': path.join(__dirname, 'framework/dynamic.tsx'),
}

const stylesheets: Plugin = {
  name: 'tailwind',
  setup: (made) =>
    made.onLoad({ filter: /gallery\.css$/ }, async ({ path: file }) => {
      // Its types are those of another copy of postcss.
      const plugin = tailwind({ base: ROOT }) as unknown as AcceptedPlugin
      const { css } = await postcss([plugin]).process(await readFile(file), { from: file })
      return { contents: css, loader: 'css' }
    }),
}

export type Bundle = {
  /** By the path at which each is served. */
  files: ReadonlyMap<string, Uint8Array>
  /** Every module that is in it, from the root of the repository. */
  modules: readonly string[]
}

/** All of the gallery, as a browser loads it. */
export async function bundle(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { gallery: 'gallery/page.tsx' },
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    outdir: '/gallery',
    write: false,
    metafile: true,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: FRAMEWORK,
    loader: { '.woff2': 'file' },
    plugins: [stylesheets],
  })
  return {
    files: new Map(outputFiles.map(({ path: file, contents }) => [file.replace('/gallery/', '/'), contents])),
    modules: Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([module]) => module),
  }
}

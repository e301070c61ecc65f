const { PHASE_PRODUCTION_BUILD } = require('next/constants')

/** @returns {import('next').NextConfig} */
module.exports = (phase) => ({
  poweredByHeader: false,
  // Beside the build, all that an image needs. Not said to `next start`, which would warn that it is not meant.
  ...(phase === PHASE_PRODUCTION_BUILD && { output: 'standalone' }),
  // No page shows pictures: the optimiser would fetch and convert what anyone asks it to.
  images: { unoptimized: true },
  // Native and dynamic requires of these break when bundled.
  serverExternalPackages: ['pg', 'pino', '@prisma/adapter-pg'],
  // `npm test` does it, and says more.
  typescript: { ignoreBuildErrors: true },
  // The docs of the app are those of the repository, built into the server.
  turbopack: { rules: { '*.md': { type: 'text' } } },
  // The framework keeps what it has read of a body while the middleware decides, for anyone. Ours end at 64
  // KiB; far above that, so that it never cuts one that a handler would take.
  experimental: {
    preloadEntriesOnStart: false,
    proxyClientMaxBodySize: '1mb',
    serverActions: { bodySizeLimit: '64kb' },
  },
})

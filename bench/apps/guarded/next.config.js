const path = require('node:path')

/** @type {import('next').NextConfig} */
module.exports = {
  poweredByHeader: false,
  serverExternalPackages: ['pg', 'pino', '@prisma/adapter-pg'],
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: path.resolve(__dirname, '../../..') },
}

/** @type {import('next').NextConfig} */
module.exports = {
  poweredByHeader: false,
  // Native and dynamic requires of these break when bundled.
  serverExternalPackages: ['pg', 'pino', '@prisma/adapter-pg'],
  typescript: { ignoreBuildErrors: true },
}

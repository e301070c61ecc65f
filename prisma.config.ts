import { defineConfig } from 'prisma/config'

// `prisma migrate deploy` runs as the owner of the tables; the app itself connects as a role that owns none.
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations', seed: 'npm run seed' },
  datasource: { url: process.env.DATABASE_DIRECT_URL ?? process.env.DATABASE_URL ?? '' },
})

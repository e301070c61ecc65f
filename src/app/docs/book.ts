import addresses from '../../../docs/addresses.md'
import architecture from '../../../docs/architecture.md'
import auditExport from '../../../docs/audit-export.md'
import betterAuth from '../../../docs/better-auth.md'
import client from '../../../docs/client.md'
import compatibility from '../../../docs/compatibility.md'
import concepts from '../../../docs/concepts.md'
import crossOrigin from '../../../docs/cross-origin.md'
import deploying from '../../../docs/deploying.md'
import findingKeys from '../../../docs/finding-keys.md'
import githubActions from '../../../docs/github-actions.md'
import glossary from '../../../docs/glossary.md'
import idempotency from '../../../docs/idempotency.md'
import importing from '../../../docs/import.md'
import integrationGuide from '../../../docs/integration-guide.md'
import introspection from '../../../docs/introspection.md'
import keyEnds from '../../../docs/key-ends.md'
import limits from '../../../docs/limits.md'
import mcpServers from '../../../docs/mcp-servers.md'
import migrating from '../../../docs/migrating.md'
import mobileApps from '../../../docs/mobile-apps.md'
import monitoring from '../../../docs/monitoring.md'
import otherApps from '../../../docs/other-apps.md'
import policy from '../../../docs/policy.md'
import quickStart from '../../../docs/quick-start.md'
import reliability from '../../../docs/reliability.md'
import rotation from '../../../docs/rotation.md'
import runbook from '../../../docs/runbook.md'
import security from '../../../docs/security.md'
import serviceAccounts from '../../../docs/service-accounts.md'
import usage from '../../../docs/usage.md'
import versioning from '../../../docs/versioning.md'

/** A page made of a Markdown file; `name` is what the navigation calls it. */
export type Chapter = { slug: string; name: string; text: string }
/** A page that is made of something else. */
type Made = { slug: string; name: string }

const chapter = (slug: string, name: string, text: string): Chapter => ({ slug, name, text })

/**
 * Every public page, by name and in the order of reading. A file of `docs/` that does not stand here is for
 * those who work on the code.
 */
const GROUPS: readonly { title: string; pages: readonly (Chapter | Made)[] }[] = [
  {
    title: 'Start',
    pages: [
      chapter('quick-start', 'Quick start', quickStart),
      chapter('integration-guide', 'Integration guide', integrationGuide),
      chapter('concepts', 'Concepts', concepts),
    ],
  },
  {
    title: 'Guides',
    pages: [
      chapter('mobile-apps', 'Mobile apps', mobileApps),
      chapter('github-actions', 'GitHub Actions', githubActions),
      chapter('mcp-servers', 'MCP servers', mcpServers),
      chapter('introspection', 'Verifying in another service', introspection),
      chapter('rotation', 'Rotating a key', rotation),
      chapter('service-accounts', 'Service accounts', serviceAccounts),
      chapter('limits', 'Limits', limits),
      chapter('idempotency', 'Trying again safely', idempotency),
      chapter('addresses', 'Addresses', addresses),
      chapter('cross-origin', 'Pages of other origins', crossOrigin),
      chapter('key-ends', 'When keys end', keyEnds),
      chapter('finding-keys', 'Finding and ending keys', findingKeys),
      chapter('policy', 'The club’s policy', policy),
      chapter('migrating', 'Moving from another system', migrating),
      chapter('better-auth', 'Better Auth’s routes', betterAuth),
      chapter('import', 'Importing keys', importing),
      chapter('other-apps', 'In your own app', otherApps),
    ],
  },
  {
    title: 'Reference',
    pages: [
      { slug: 'api', name: 'API reference' },
      { slug: 'problems', name: 'Problems' },
      chapter('client', 'TypeScript client', client),
      chapter('versioning', 'What stays, what changes', versioning),
      chapter('usage', 'Usage', usage),
      chapter('audit-export', 'Audit export', auditExport),
      chapter('glossary', 'Words', glossary),
    ],
  },
  {
    title: 'Operating',
    pages: [
      chapter('deploying', 'Deploying', deploying),
      chapter('monitoring', 'Monitoring', monitoring),
      chapter('runbook', 'Runbook', runbook),
      chapter('compatibility', 'Compatibility', compatibility),
      chapter('reliability', 'Reliability', reliability),
    ],
  },
  {
    title: 'Design',
    pages: [
      chapter('architecture', 'Architecture', architecture),
      chapter('security', 'Security', security),
    ],
  },
]

const PAGES = GROUPS.flatMap(({ title, pages }) => pages.map((page) => ({ ...page, group: title })))
export const CHAPTERS = PAGES.filter((page): page is Chapter & { group: string } => 'text' in page)

/** What the navigation shows. */
export const NAVIGATION = GROUPS.map(({ title, pages }) => ({
  title,
  pages: pages.map(({ slug, name }) => ({ href: `/docs/${slug}`, name })),
}))

/** The page before and the page after this one. */
export function neighbours(slug: string) {
  const at = PAGES.findIndex((page) => page.slug === slug)
  const link = (page: Made | undefined) => page && { href: `/docs/${page.slug}`, name: page.name }
  return { before: link(PAGES[at - 1]), after: link(PAGES[at + 1]) }
}

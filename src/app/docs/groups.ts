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
import leaks from '../../../docs/leaks.md'
import limits from '../../../docs/limits.md'
import mail from '../../../docs/mail.md'
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
import webhooks from '../../../docs/webhooks.md'
import versioning from '../../../docs/versioning.md'
import { chapter, type Chapter, type Made } from './chapter'

/**
 * Every public page, by name and in the order of reading. A file of `docs/` that does not stand here is for
 * those who work on the code.
 */
export const GROUPS: readonly { title: string; pages: readonly (Chapter | Made)[] }[] = [
  {
    title: 'Start',
    pages: [
      chapter(
        'quick-start',
        'Quick start',
        quickStart,
        'From nothing to a first answer in five minutes.',
        'getting started',
        'tutorial',
      ),
      chapter(
        'integration-guide',
        'Integration guide',
        integrationGuide,
        'Headers, errors, retries, and what to do when it does not work.',
        'troubleshooting',
        'pagination',
      ),
      chapter('concepts', 'Concepts', concepts, 'Clubs, roles, scopes and keys, in one picture.'),
    ],
  },
  {
    title: 'Connect',
    pages: [
      chapter(
        'mobile-apps',
        'Mobile apps',
        mobileApps,
        'Keep keys out of apps that people install.',
        'ios android',
      ),
      chapter(
        'github-actions',
        'GitHub Actions',
        githubActions,
        'A key in a workflow, and how to check it first.',
        'ci',
      ),
      chapter(
        'mcp-servers',
        'MCP servers',
        mcpServers,
        'Tools for assistants that act with a club’s key.',
        'ai',
      ),
      chapter(
        'introspection',
        'Verifying in another service',
        introspection,
        'Ask what a key may do, in one call.',
        'verify',
      ),
      chapter(
        'cross-origin',
        'Pages of other origins',
        crossOrigin,
        'Let scripts of other sites call the API.',
        'cors',
      ),
      chapter(
        'limits',
        'Limits',
        limits,
        'How often one may call, and how to see what is left.',
        'rate limit',
        'rate limits',
      ),
      chapter(
        'idempotency',
        'Trying again safely',
        idempotency,
        'Send a request twice, and have it done once.',
        'retry',
      ),
    ],
  },
  {
    title: 'Manage keys',
    pages: [
      chapter(
        'rotation',
        'Rotating a key',
        rotation,
        'Change a key while the old one still works.',
        'rotate',
        'renew',
      ),
      chapter(
        'service-accounts',
        'Service accounts',
        serviceAccounts,
        'Keys that stay when people leave.',
        'offboarding',
      ),
      chapter(
        'key-ends',
        'When keys end',
        keyEnds,
        'Who is told before a key ends, and when.',
        'expiry',
        'expiration',
      ),
      chapter(
        'webhooks',
        'Webhooks',
        webhooks,
        'Hear of it when a key or a member changes.',
        'events',
        'signature',
        'standard webhooks',
      ),
      chapter(
        'finding-keys',
        'Finding and ending keys',
        findingKeys,
        'Filters, and ending many keys at once.',
        'search',
      ),
      chapter('addresses', 'Addresses', addresses, 'Where a key may be used from.', 'ip allowlist'),
      chapter('policy', 'The club’s policy', policy, 'What the keys of a club may be at most.'),
    ],
  },
  {
    title: 'Move here',
    pages: [
      chapter(
        'migrating',
        'Moving from another system',
        migrating,
        'Step by step, without a gap.',
        'migration',
      ),
      chapter('better-auth', 'Better Auth’s routes', betterAuth, 'Which of its calls is which of ours.'),
      chapter('import', 'Importing keys', importing, 'Keys that exist already go on working.'),
      chapter('other-apps', 'In your own app', otherApps, 'The key layer in another Next.js app.'),
    ],
  },
  {
    title: 'Reference',
    pages: [
      {
        slug: 'api',
        name: 'API reference',
        about: 'Every operation, which you can try with your own key.',
        also: 'openapi\nsdk\ngenerator\npython\nphp\nruby\njava\ngo\nrust',
      },
      {
        slug: 'problems',
        name: 'Problems',
        about: 'Every error by its code, and what to do about it.',
        also: 'errors\nerror codes\nerror code\nstatus codes',
      },
      chapter(
        'client',
        'TypeScript client',
        client,
        'Calls with types, which wait and try again.',
        'sdk',
        'javascript',
        'library',
      ),
      chapter(
        'versioning',
        'What stays, what changes',
        versioning,
        'What a client may rely on.',
        'deprecation',
      ),
      chapter('usage', 'Usage', usage, 'What keys do, by day and by operation.', 'analytics'),
      chapter('audit-export', 'Audit export', auditExport, 'The audit log as a file.', 'logs'),
      chapter('glossary', 'Words', glossary, 'What each word means here.'),
    ],
  },
  {
    title: 'Operating',
    pages: [
      chapter(
        'deploying',
        'Deploying',
        deploying,
        'On a server, in containers, on Kubernetes.',
        'docker',
        'install',
      ),
      chapter('mail', 'Mail', mail, 'Which mails go out, and how they arrive.', 'smtp email unsubscribe'),
      chapter('monitoring', 'Monitoring', monitoring, 'Probes, metrics, alerts and traces.', 'prometheus'),
      chapter('runbook', 'Runbook', runbook, 'What to do when something is wrong.', 'backup restore'),
      chapter('compatibility', 'Compatibility', compatibility, 'What it runs on.'),
      chapter('reliability', 'Reliability', reliability, 'What holds when a part fails.'),
    ],
  },
  {
    title: 'Design',
    pages: [
      chapter('architecture', 'Architecture', architecture, 'How a request is answered.'),
      chapter('security', 'Security', security, 'What is guaranteed, and how it is tested.'),
      chapter(
        'leaks',
        'Leaked keys',
        leaks,
        'Report a token that was found, and set traps.',
        'secret scanning',
        'gitleaks and trufflehog',
        'honeykeys and canary tokens',
      ),
    ],
  },
]

import { z } from 'zod'
import type { Operation } from './operation'

/** How many tokens one report may hold. */
const MAX_REPORTED = 100

const token = z.string().min(1)

const reportLeaksBody = z
  .strictObject({
    token: token.optional().meta({ description: 'A token that was found; any text.' }),
    tokens: z.array(token).min(1).max(MAX_REPORTED).optional().meta({ description: 'Several of them.' }),
    url: z
      .string()
      .max(2_000)
      .optional()
      .meta({
        description: 'Where it was found. Admins of the key’s club see it, as text and never as a link.',
        examples: ['https://paste.example.org/4711'],
      }),
    source: z
      .string()
      .max(100)
      .optional()
      .meta({ description: 'Who found it, in your words.', examples: ['Example Scanner'] }),
  })
  .refine(({ token, tokens }) => (token === undefined) !== (tokens === undefined), {
    path: ['token'],
    error: 'must be given, or tokens, and only one of them',
  })
  .meta({
    id: 'ReportLeaks',
    examples: [{ token: 'a token that was found', url: 'https://paste.example.org/4711' }],
  })

/** One and the same for every token, whether or not it is a key's. */
const leaksReceived = z
  .strictObject({ received: z.literal(true) })
  .meta({ id: 'LeaksReceived', examples: [{ received: true }] })

/** Of the club app, and of no resource: whoever finds a token has no other credential. */
export const leakReport = {
  method: 'POST',
  path: '/api/v1/leaks',
  summary: 'Report tokens that were found where others can read them',
  scope: null,
  can: null,
  anyone:
    'Whoever finds a token may report it. The answer is the same for every token: what comes of it, its club decides. A token that is no live key’s changes nothing.',
  body: reportLeaksBody,
  status: 202,
  response: leaksReceived,
} as const satisfies Operation

/** As GitHub sends them. It may add fields. */
const foundByGithub = z
  .array(
    z.object({
      token: z.string(),
      type: z.string().max(200),
      url: z.string().optional().meta({ description: 'Where it was found; may be empty.' }),
      source: z.string().optional().meta({ description: 'In what it was found: a commit, an issue.' }),
    }),
  )
  .meta({
    id: 'FoundByGithub',
    examples: [
      [
        {
          token: 'a token that was found',
          type: 'clubkeys_api_key',
          url: 'https://github.com/octocat/hello/blob/main/a.txt',
          source: 'content',
        },
      ],
    ],
  })
export type FoundByGithub = z.infer<typeof foundByGithub>

const githubFeedback = z
  .array(
    z.strictObject({
      token_hash: z.string().meta({ description: 'SHA-256 of the token, in hex.' }),
      token_type: z.string(),
      label: z.enum(['true_positive', 'false_positive']).meta({
        description: '`true_positive`: it is, or was, the token of a key.',
      }),
    }),
  )
  .meta({
    id: 'GithubFeedback',
    examples: [
      [
        {
          token_hash: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
          token_type: 'clubkeys_api_key',
          label: 'true_positive',
        },
      ],
    ],
  })
export type GithubFeedback = z.infer<typeof githubFeedback>

/** GitHub's secret scanning partner protocol. */
export const githubAlerts = {
  method: 'POST',
  path: '/api/secret-scanning/github',
  summary: 'Tokens that GitHub found in public, as its secret scanning reports them to partners',
  scope: null,
  can: null,
  anyone:
    'For GitHub alone: `Github-Public-Key-Signature` is its signature over the body (ECDSA P-256, SHA-256), by the key that `Github-Public-Key-Identifier` names. Any other request is answered 403; without `GITHUB_SECRET_SCANNING_KEYS` the path is not there: 404.',
  body: foundByGithub,
  status: 200,
  response: githubFeedback,
  refuses: ['forbidden', 'not_found'],
} as const satisfies Operation

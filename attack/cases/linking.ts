import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { identifyAt } from '../../__tests__/support/openid'
import { comeBack, leaveForProvider, sentTo, sessionIn, travel } from '../../__tests__/support/openid-trip'
import { ageSession, claimsOf, forgetAttempts, PASSWORD, signIn } from '../../__tests__/support/sign-in'
import type { Attack } from '../attack'
import { act, enter } from '../callers'
import { checks, type Checks } from '../checks'
import type { Stage } from '../stage'

// A thief with a cookie wants a way in that outlives the act which ends ways in.

const NEW_PASSWORD = 'nine other words which no one guesses'

async function setup(stage: Stage) {
  const { server, mails } = await stage.strict()
  const { cookie, member, home } = await enter(server, 'coach')
  const mailsTo = async (text: string) => {
    // Nobody waits for a mail to be sent.
    const sent = () => mails.filter(({ to, message }) => to.includes(member.email) && message.includes(text))
    for (let i = 0; i < 30 && sent().length === 0; i++) await sleep(100)
    return sent()
  }
  const acts = (name: string, args: unknown[], as = cookie) =>
    act(stage, server, { name, page: '/account', cookie: as, args })
  const intentOf = async (password = PASSWORD, as = cookie) => {
    const { said, answer } = await acts('beginLinking', [{ provider: 'oidc', password }], as)
    return { said, intent: /"intent":"([^"]+)"/.exec(answer.body)?.[1] }
  }
  return {
    server,
    cookie,
    member,
    home,
    mailsTo,
    acts,
    intentOf,
    subject: `sub-${randomUUID()}`,
    linked: () => db().account.count({ where: { userId: member.userId } }),
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

const EXPIRED = '/account?link=expired'
const DONE = '/account?link=done'

/** A link to set a new password, as its owner gets it by mail, used. */
async function resetPassword(stage: Stage, { server, member, mailsTo }: Scene): Promise<string> {
  await forgetAttempts()
  await act(stage, server, { name: 'requestLink', page: '/forgot-password', args: [{ email: member.email }] })
  const [mail] = await mailsTo('/set-password#')
  const token = /set-password#([\w-]+)/.exec(mail?.message.replaceAll('=\r\n', '') ?? '')?.[1]
  const set = await act(stage, server, {
    name: 'choosePassword',
    page: '/set-password',
    args: [{ token, password: NEW_PASSWORD }],
  })
  return set.said
}

const linking = (
  tried: string,
  run: (stage: Stage, scene: Scene, must: Checks['must']) => Promise<void>,
): Attack => ({
  kind: 'linking',
  tried,
  run: async (stage) => {
    const { must, done } = checks()
    await run(stage, await setup(stage), must)
    return done()
  },
})

export const linkings: Attack[] = [
  linking('with a fresh stolen cookie and nothing else', async (_, scene, must) => {
    const { server, cookie, subject, linked, intentOf } = scene
    must(
      'without leave',
      sentTo(await travel(server, { subject, session: cookie })),
      '/sign-in?error=unknown_identity',
    )
    must('leave without the password', (await intentOf('')).said, 'validation_failed')
    must(
      'leave with another password',
      (await intentOf('not the password of this one')).said,
      'validation_failed',
    )
    for (const intent of ['', 'x', 'made-up-made-up-made-up-made-up-made-up-mad']) {
      const { url } = await leaveForProvider(server, { session: cookie, intent })
      must(`leave that nobody gave, ${intent}`, url.endsWith(EXPIRED), true)
    }
    must('identities linked', await linked(), 0)
    must('it signs in', sessionIn(await travel(server, { subject })), undefined)
  }),
  linking('with leave that another sign-in was given', async (stage, scene, must) => {
    const { server, member, subject, linked, intentOf } = scene
    const stranger = await setup(stage)
    const second = await signIn(server, member)
    for (const [whose, session] of [
      ['of the same person', second],
      ['of another person', stranger.cookie],
      ['of nobody', undefined],
    ] as const) {
      const { intent } = await intentOf()
      const { url } = await leaveForProvider(server, { session, intent })
      must(`begun by a sign-in ${whose}`, url.endsWith(EXPIRED), true)
      await forgetAttempts()
    }
    // Begun by who may, and brought back by another.
    for (const [whose, session] of [
      ['of the same person', second],
      ['of another person', stranger.cookie],
    ] as const) {
      const { url, cookies } = await leaveForProvider(server, {
        session: scene.cookie,
        intent: (await intentOf()).intent,
      })
      const back = await identifyAt(url, subject)
      const flow = cookies.filter((pair) => !pair.includes('session-token'))
      must(
        `brought back by a sign-in ${whose}`,
        sentTo(await comeBack(server, back, [...flow, session])),
        EXPIRED,
      )
      await forgetAttempts()
    }
    must('identities linked', [await linked(), await stranger.linked()], [0, 0])
  }),
  linking('with leave and answers that were used already', async (_, scene, must) => {
    const { server, cookie, subject, linked, intentOf } = scene
    const { intent } = await intentOf()
    const first = await leaveForProvider(server, { session: cookie, intent })
    const again = await leaveForProvider(server, { session: cookie, intent })
    must('the same leave for a second trip', again.url.endsWith(EXPIRED), true)
    const back = await identifyAt(first.url, subject)
    must('the trip that was allowed', sentTo(await comeBack(server, back, first.cookies)), DONE)
    const replayed = await comeBack(server, back, first.cookies)
    must('its answer once more links nothing', sentTo(replayed) === DONE, false)
    must('nor signs in', sessionIn(replayed), undefined)
    const third = await leaveForProvider(server, { session: cookie, intent })
    must('the same leave after it', third.url.endsWith(EXPIRED), true)
    must('identities linked', await linked(), 1)
  }),
  linking('by making the victim’s browser bring the thief’s answer', async (stage, scene, must) => {
    const { server, cookie, subject, linked, intentOf } = scene
    const thief = await setup(stage)
    const { intent } = await thief.intentOf()
    const theirs = await leaveForProvider(server, { session: thief.cookie, intent })
    const back = await identifyAt(theirs.url, subject)
    const plain = await comeBack(server, back, [cookie])
    must(
      'to a browser that began nothing',
      [sentTo(plain), sessionIn(plain)],
      ['/sign-in?error=OAuthCallback', undefined],
    )
    const own = await leaveForProvider(server, { session: cookie, intent: (await intentOf()).intent })
    const crossed = await comeBack(server, back, own.cookies)
    must(
      'to a browser that is linking itself',
      [sentTo(crossed), sessionIn(crossed)],
      ['/sign-in?error=OAuthCallback', undefined],
    )
    const state = new URL(own.url).searchParams.get('state') ?? ''
    const mixed = await comeBack(server, back.replace(/state=[^&]+/, `state=${state}`), own.cookies)
    must('with the victim’s state and the thief’s code', sentTo(mixed) === DONE, false)
    must('identities linked', await linked(), 0)
  }),
  ...(
    [
      ['a new password by link', async (stage, scene) => resetPassword(stage, scene)],
      [
        'a changed password',
        async (_, { acts }) =>
          (await acts('replacePassword', [{ current: PASSWORD, next: NEW_PASSWORD, unlink: [] }])).said,
      ],
      ['signing out everywhere', async (_, { acts }) => (await acts('endSignIns', [])).said],
    ] as [string, (stage: Stage, scene: Scene) => Promise<string>][]
  ).map(([what, end]) =>
    linking(`that was begun before ${what}, by who knew the old password`, async (stage, scene, must) => {
      const { server, member, subject, linked, intentOf } = scene
      await forgetAttempts()
      const stolen = await signIn(server, member)
      const { intent } = await intentOf(PASSWORD, stolen)
      const begun = await leaveForProvider(server, { session: stolen, intent })
      const back = await identifyAt(begun.url, subject)
      const { intent: unused } = await intentOf(PASSWORD, scene.cookie)
      must(what, await end(stage, scene), 'ok')
      const late = await comeBack(server, back, begun.cookies)
      must('the answer that comes late', [sentTo(late) === DONE, sessionIn(late)], [false, undefined])
      const later = await travel(server, { subject, session: scene.cookie, intent: unused })
      must('leave from before', [sentTo(later) === DONE, sessionIn(later)], [false, undefined])
      must('identities linked', await linked(), 0)
      must(
        'the stolen cookie',
        (await server.send({ path: '/account', headers: [['Cookie', stolen]] })).status,
        307,
      )
    }),
  ),
  linking(
    'that succeeded: its owner hears of it, sees it, and a new password ends it',
    async (stage, scene, must) => {
      const { server, cookie, subject, linked, intentOf, home, mailsTo } = scene
      await travel(server, { subject, session: cookie, intent: (await intentOf()).intent })
      must('identities linked', await linked(), 1)
      must('mails that say so', (await mailsTo('was linked to your account')).length, 1)
      const page = await server.send({ path: '/account', headers: [['Cookie', cookie]] })
      must('the account page shows it', page.body.includes('Club ID'), true)
      const rows = await db().auditEvent.count({
        where: { clubId: home.clubId, action: 'member.identity-link' },
      })
      must('rows on record', rows, 1)
      const stolen = sessionIn(await travel(server, { subject }))
      must('it signs in', stolen !== undefined, true)
      const { sid } = await claimsOf(cookie)
      await ageSession(sid, 180)
      const { id } = await db().account.findFirstOrThrow({ where: { userId: scene.member.userId } })
      must(
        'unlinking by an old sign-in',
        (await scene.acts('unlinkOwn', [{ id }])).said,
        'reauthentication_required',
      )
      must(
        'unlinking by a stranger',
        (await scene.acts('unlinkOwn', [{ id }], (await setup(stage)).cookie)).said,
        'not_found',
      )
      must('a new password that keeps nothing', await resetPassword(stage, scene), 'ok')
      must('identities linked after it', await linked(), 0)
      must('it signs in after it', sessionIn(await travel(server, { subject })), undefined)
      must(
        'what it had signed in',
        (await server.send({ path: '/account', headers: [['Cookie', stolen ?? '']] })).status,
        307,
      )
    },
  ),
]

import { AskAnAdmin } from '@/components/auth/ask-an-admin'
import { BadLink } from '@/components/auth/bad-link'
import { Entrance } from '@/components/auth/entrance'
import { ForgotPassword } from '@/components/auth/forgot-password'
import { PasswordForm } from '@/components/auth/password-form'
import { ProviderButtons } from '@/components/auth/provider-buttons'
import { SetPassword } from '@/components/auth/set-password'
import { SignInForm } from '@/components/auth/sign-in-form'
import { Unsubscribe } from '@/components/auth/unsubscribe'
import { answered, refused, waiting } from '../answers'
import { ADA, LONG_NAME } from '../data/people'
import { ago } from '../data/time'
import { page, press, read, type } from '../state'

const nothing = () => undefined
const PROVIDERS = [
  { id: 'google', name: 'Google' },
  { id: 'long', name: LONG_NAME },
]

const signIn =
  (error: string | null, providers: typeof PROVIDERS = []) =>
  () => (
    <Entrance title="Sign in" lead="To see and manage your keys.">
      <SignInForm error={error} callbackUrl="/clubs" email={null} />
      {providers.length > 0 && <ProviderButtons providers={providers} callbackUrl="/clubs" />}
    </Entrance>
  )

const IDENTITIES = [{ id: '1', name: 'Google', linkedAt: ago(500) }]

const choose = (act: Parameters<typeof PasswordForm>[0]['choose']) => () => (
  <Entrance title="Choose a password" lead={`For ${ADA.email}.`}>
    <PasswordForm
      token="t"
      owner={{ email: ADA.email, identities: IDENTITIES }}
      choose={act}
      onBad={nothing}
    />
  </Entrance>
)

const MAILS = { kind: 'keys that end soon', club: LONG_NAME }
const stopMails = (stop: Parameters<typeof Unsubscribe>[0]['stop']) => () => (
  <Unsubscribe link="t" mails={MAILS} stop={stop} />
)

export const ENTRANCES = [
  page('sign in', signIn(null)),
  page('sign in, refused', signIn('CredentialsSignin')),
  page('sign in, too often', signIn('slow_down')),
  page('sign in, with others', signIn(null, PROVIDERS)),
  page('forgotten password', () => <ForgotPassword request={answered(undefined)} />),
  page(
    'forgotten password, sent',
    () => <ForgotPassword request={answered(undefined)} />,
    type('Email', ADA.email),
    press('Mail me a link'),
    read('Look into your mail'),
  ),
  page(
    'forgotten password, refused',
    () => <ForgotPassword request={refused('Too many requests at the moment.')} />,
    type('Email', ADA.email),
    press('Mail me a link'),
    read('Too many'),
  ),
  page('forgotten password, no mail', () => <AskAnAdmin />),
  page('stop mails', stopMails(waiting)),
  page('stop mails, waiting', stopMails(waiting), press('Stop them')),
  page(
    'stop mails, refused',
    stopMails(refused('Too many requests. Try again in a minute.')),
    press('Stop them'),
    read('Too many'),
  ),
  page('stop mails, stopped', stopMails(answered(MAILS)), press('Stop them'), read('no more mails')),
  page('stop mails, bad link', () => <Unsubscribe link="t" mails={null} stop={waiting} />),
  page('link, no longer good', () => <BadLink mails={false} />),
  page('link, no longer good, with mail', () => <BadLink mails />),
  page('link, none', () => <SetPassword peek={waiting} choose={waiting} mails />, read('no longer good')),
  page('choose a password', choose(waiting)),
  page(
    'choose a password, refused',
    choose(refused('The input is not valid.', { password: 'must be harder to guess' })),
    type('New password', 'password1234'),
    press('Save and sign in'),
    read('harder to guess'),
  ),
  page('choose a password, waiting', choose(waiting), type('New password', 'x'), press('Save and sign in')),
]

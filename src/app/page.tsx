import Link from 'next/link'

export default function Home() {
  return (
    <main>
      <h1>clubkeys</h1>
      <p className="quiet">API keys that belong to a club and can do no more than the person behind them.</p>
      <h2>Call the API</h2>
      <p>Send a key with every request. It tells the server who you are and which club you mean.</p>
      <pre tabIndex={0}>
        <code>{'curl -H "Authorization: Bearer $CLUBKEYS_KEY" \\\n  http://localhost:3000/api/v1/whoami'}</code>
      </pre>
      <p>
        Every error is a problem document with a stable code: <Link href="/docs/problems">what each one means</Link>.
      </p>
    </main>
  )
}

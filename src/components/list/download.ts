type List = { club: string; path: string; query: string; what: string; file: string }

/** @returns what became of it, in words; what broke off is no file */
export async function download(
  { club, path, query, what, file }: List,
  { ending, accept }: { ending: string; accept: string },
): Promise<string> {
  try {
    const headers = { accept, 'x-club': club }
    const answer = await fetch(`${path}?${query}`, { headers })
    if (answer.status === 429) return 'Too many requests at the moment. Try again in a minute.'
    if (!answer.ok) return `${what} could not be exported. Load the page again and retry.`
    const url = URL.createObjectURL(await answer.blob())
    const link = document.createElement('a')
    link.href = url
    link.download = `${club}-${file}-${new Date().toISOString().slice(0, 10)}.${ending}`
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
    return `${what} exported.`
  } catch {
    return 'The export broke off, and nothing was saved. Try again.'
  }
}

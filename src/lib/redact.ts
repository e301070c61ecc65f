const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'x-api-key-context', 'cookie', 'set-cookie']

const TOKEN = /\bsk_[a-z0-9]{2,12}_[0-9A-Za-z]{4,}/g
const HEADER = new RegExp(`("?(?:${CREDENTIAL_HEADERS.join('|')})"?\\s*[:=]\\s*)("(?:[^"\\\\]|\\\\.)*"|[^,}\\r\\n]+)`, 'gi')

/** The one redactor: takes every token of our shape and the value of every credential header out of a text bound for a log. */
export function redact(text: string): string {
  return text.replace(HEADER, '$1"[redacted]"').replace(TOKEN, '[redacted]')
}
